"""Money of budget lines: what was allotted, what was paid, from which source. Whole fen, rows never overwritten."""
