"""Importing places: files with positions become rows, all of them or none, with the errors by row."""
