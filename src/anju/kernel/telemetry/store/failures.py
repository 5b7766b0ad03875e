"""What the store cannot do, in a sentence and a next step."""

from __future__ import annotations

from anju.kernel.values.refusal import Refusal


class StoreFull(Refusal):
    """The disk has no room for a batch. Nothing of it was kept; what was there before stays."""


class StoreBroken(Refusal):
    """The disk refused to write or to keep what was written; the journal takes nothing until it is opened again."""


class StoreBusy(Refusal):
    """Another process holds the part of the store that one process at a time may change."""


class StoreDamaged(Refusal):
    """A file of the store cannot be read, or does not agree with the others."""
