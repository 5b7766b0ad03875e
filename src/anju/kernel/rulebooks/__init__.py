"""Rulebooks: dated settings as TOML texts. What is in force is changed by two persons, and every text stays."""
