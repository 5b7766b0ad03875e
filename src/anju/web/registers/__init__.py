"""The generic pages: every register of a pack gets list, saved views, export, print view, detail and search."""
