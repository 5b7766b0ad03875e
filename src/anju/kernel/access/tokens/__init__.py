"""Tokens of other programs: a secret that opens one interface with what its user may do, until a day."""
