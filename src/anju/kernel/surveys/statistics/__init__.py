"""What is known of a population from a sample of it. Pure Python: no Django, no settings, no clock."""
