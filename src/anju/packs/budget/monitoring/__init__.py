"""Double monitoring (section 4 of the budget performance specification). Pure: no database, no Django."""
