"""How a network runs: supply temperature, cooling after an outage, losses, leaks, capacity (section 5). Pure."""
