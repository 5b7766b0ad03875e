"""Figures of the running installation for Prometheus."""
