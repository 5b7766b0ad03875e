"""Fieldwork on a phone: its device, what it sends and the receipt of each item, photos, what there is to do."""
