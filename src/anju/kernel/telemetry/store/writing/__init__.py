"""The parts of a journal: files that grow, what is found at a start, and what is read of sealed files then."""
