"""Taking in what a phone sends: read strictly, kept before anything is made of it, on the disk before it is told."""
