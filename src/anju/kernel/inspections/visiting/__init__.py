"""From a checklist to a visit: the form that a phone or desk shows, what it sends, and taking it in."""
