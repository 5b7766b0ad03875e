"""Observations from other programs."""
