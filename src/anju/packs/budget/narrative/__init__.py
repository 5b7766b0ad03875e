"""The prose of a target file: goals, sub-goals, safeguard measures and what they promise."""
