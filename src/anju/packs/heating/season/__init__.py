"""The heating season (采暖季): its days, its cold, and the heat that it took. Pure."""
