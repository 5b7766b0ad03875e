"""Interfaces for other programs."""
