"""Indicators: named, versioned formulas; their values by subject and period, each with its evidence."""
