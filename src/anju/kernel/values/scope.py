"""What a person may see: areas and organisations, by identifier. Lower layers filter on this, never on users."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows that belong to one of the areas or one of the organisations; nothing unless it is named.

    ``areas`` holds every area below those granted, so that a filter needs no recursion.
    """

    everything: bool = False
    areas: frozenset[UUID] = frozenset()
    organisations: frozenset[UUID] = frozenset()

    @classmethod
    def whole(cls) -> Scope:
        return cls(everything=True)

    @classmethod
    def none(cls) -> Scope:
        return cls()

    def __or__(self, other: Scope) -> Scope:
        """What two grants allow together."""
        return Scope(
            self.everything or other.everything,
            self.areas | other.areas,
            self.organisations | other.organisations,
        )
