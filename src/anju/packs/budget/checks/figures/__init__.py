"""Rules on figures: plans, dates, money, quantities, unit costs, scores."""
