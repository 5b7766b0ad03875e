"""What became of the lines through the year: where they stand, actual values with their evidence, versions and approval."""
