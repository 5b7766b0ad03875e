"""Closed segments become sorted, de-duplicated Parquet and roll-ups, in one process at a time.

Every step can be done again: a crash at any of them loses nothing and doubles nothing.
"""
