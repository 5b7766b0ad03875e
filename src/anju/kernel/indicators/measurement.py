"""What a computation says about one subject. Pure Python: packs return it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from anju.kernel.values.periods import Period


@dataclass(frozen=True, slots=True)
class Measurement:
    """Numerator over denominator (1 for a plain number), or the ``reason`` why there is none.

    ``coverage`` is the share of the rows due that were there (0 to 1), None where nothing says how many are due;
    ``rows`` and ``digest`` describe the rows that were used. ``day`` is a figure that is a date, without a numerator;
    its digest speaks of it.
    """

    numerator: Decimal | None = None
    denominator: Decimal | None = Decimal(1)
    coverage: Decimal | None = None
    rows: int = 0
    digest: str = ""
    reason: str = ""
    organisation: UUID | None = None
    day: date | None = None

    @property
    def number(self) -> Decimal | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator


# subjects, period, moment (None: now) → subject → measurement; the same moment gives the same answer for ever.
Compute = Callable[[Sequence[str], Period, datetime | None], Mapping[str, Measurement]]


def digest(rows: Iterable[object]) -> str:
    """SHA-256 of rows of plain values, in their order, as canonical JSON."""
    text = json.dumps(list(rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
