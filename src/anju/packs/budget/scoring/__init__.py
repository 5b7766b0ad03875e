"""Self-evaluation scores (section 5 of the budget performance specification). Pure: no database, no Django."""
