"""From the ledgers to figures: tallies of projects and programmes, and the indicators made of them."""
