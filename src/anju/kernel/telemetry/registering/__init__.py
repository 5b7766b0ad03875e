"""Keeping the registry: parameters of rules checked, series imported, secrets drawn."""
