"""The common ground of all stored rows: keys made where the row is born, when it was recorded, who may see it."""
