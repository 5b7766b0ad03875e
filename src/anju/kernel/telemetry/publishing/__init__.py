"""Telling the gateway what it has to know: the registry as one versioned file, whenever it changed."""
