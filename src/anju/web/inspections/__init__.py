"""Pages of inspections: plans, visits, cards, groups, checklists."""
