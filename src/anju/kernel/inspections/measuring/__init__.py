"""What visits say: the indicators that packs bind, and what is odd about a visit."""
