"""Subsidies by proven area and days, scores of companies, and what to repair (sections 6 and 7). Pure; money is in fen."""
