"""Spreadsheets of all kinds: calamine reads them, after a look at how far their cells reach."""
