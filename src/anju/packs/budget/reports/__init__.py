"""The evaluation report: what the ledgers say in it, and the opinions that people write."""
