"""Pages of sample surveys: those of the office, and the one where a resident answers."""
