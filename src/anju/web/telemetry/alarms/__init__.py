"""The alarm board, one alarm, and the live stream."""
