"""Text that has lost its tables, given back its rows and columns."""
