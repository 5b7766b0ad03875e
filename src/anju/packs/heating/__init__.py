"""Heating supervision and command (供热监管指挥)."""
