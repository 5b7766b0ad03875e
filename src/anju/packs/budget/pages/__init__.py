"""The pages of the budget: import, board, line, target, review. Each answers one question."""
