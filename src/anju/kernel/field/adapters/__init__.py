"""What phones send for other parts of the kernel: one module a kind, named in ``field/kinds.py``."""
