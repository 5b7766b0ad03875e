"""The packs that this installation runs, for the command line and the web alike (neither needs the other)."""

PACKS: tuple[str, ...] = ("budget", "heating")
