"""Rules on values: pairs of a rule and a series, judged for a whole batch at once."""
