"""The pages of login and of the own account."""
