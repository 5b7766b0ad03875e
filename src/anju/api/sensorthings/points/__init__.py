"""Observations: points of the store, found without reading more of it than a page needs."""
