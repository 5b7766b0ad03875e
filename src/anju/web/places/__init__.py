"""Pages of places and equipment beside their registers: what stands on a detail page, imports, states, maintenance."""
