"""Files of units, progress, contracts and acceptances: read, checked row by row, kept whole or not at all."""
