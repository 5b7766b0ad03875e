"""The pages of supervision cards: the list, one card with its course, and the second look."""
