"""Equipment at places: what it is, in which state, and what was done to it."""
