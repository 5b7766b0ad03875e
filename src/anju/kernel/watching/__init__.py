"""Above the loop: the kernel's own ledgers are looked at, and what their rules find goes through it."""
