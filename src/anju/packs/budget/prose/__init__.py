"""What running Chinese text says: numbers with their units, sums that must come out, likeness of texts."""
