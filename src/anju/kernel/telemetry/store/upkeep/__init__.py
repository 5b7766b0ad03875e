"""Whether the store is whole, and a copy of it that can be taken while it runs."""
