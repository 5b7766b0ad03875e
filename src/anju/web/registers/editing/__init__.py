"""Pages that write a row of a register: its form, what the form says is wrong, and the writing itself."""
