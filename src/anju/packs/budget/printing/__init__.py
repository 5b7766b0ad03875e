"""The official forms of budget performance: a template each, their data, and their export as docx, xlsx and pdf."""
