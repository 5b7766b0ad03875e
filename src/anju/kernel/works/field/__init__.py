"""What happens in the field: progress, checks, acceptances, and what is handed over."""
