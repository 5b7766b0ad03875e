"""Pages of works projects: the board of a programme, a project, its ledgers, and the form of each step."""
