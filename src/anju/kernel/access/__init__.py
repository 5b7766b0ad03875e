"""People and what each may do: roles, grants, login, second factor, sessions; a user becomes a data scope here."""
