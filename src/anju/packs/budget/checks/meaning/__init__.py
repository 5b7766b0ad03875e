"""Rules on words: classes, coverage of goals, wording, citations."""
