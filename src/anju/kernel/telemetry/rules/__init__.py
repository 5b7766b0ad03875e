"""Threshold rules over points, vectorised: ``Engine`` for alarms, ``Judge`` for the quality of values; no Django."""
