"""What is wrong with a project: figures in force, rules on facts, and the facts from the ledgers."""
