"""The pages of login, of the own account, and of the administration of accounts and grants."""
