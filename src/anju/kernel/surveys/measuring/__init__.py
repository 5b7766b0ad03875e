"""What the answers say: results as of any moment, indicators made of them, sheets that look odd."""
