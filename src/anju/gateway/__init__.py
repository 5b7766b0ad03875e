"""Protocol servers and clients: what devices and platforms deliver becomes frames and points on the disk."""
