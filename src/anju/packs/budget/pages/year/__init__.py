"""What became of the lines through the year: where they stand, commitments, versions and approval, evaluation."""
