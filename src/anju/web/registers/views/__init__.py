"""Other pages of the rows of a register: a board by choice, a map by area."""
