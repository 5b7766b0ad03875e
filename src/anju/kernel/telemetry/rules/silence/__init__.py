"""Rules on values that do not come, each silence told by its widest cause."""
