"""What a score rests on: the rows of a line with their actual values and the kind of evidence behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from anju.kernel.documents import Quote
from anju.kernel.values.target_model import TargetValue
from anju.kernel.values.target_value import inferred_op
from anju.packs.budget.targetfile import Target

Evidence = Literal["measured", "documented", "asserted", "none"]
EVIDENCE: tuple[Evidence, ...] = ("measured", "documented", "asserted", "none")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number. ``value`` counts the target's base unit (元, 户) where it has one, else its unit.

    ``numerator`` of ``denominator`` are the counts behind a rate: passed of tested, satisfied of valid answers,
    measurements that hold of valid ones. For a rate they go before ``value``.
    """

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def percent(self) -> Decimal | None:
        """The counts as a percentage; ``None`` without them."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator * 100 / self.denominator


@dataclass(frozen=True, slots=True)
class Dated:
    """The day of the acceptance record; ``None`` says that there is none."""

    day: date | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged share of 0 to 1, within the band of its grade."""

    share: Decimal


Actual = Figure | Dated | Judged | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator with its target and what became of it.

    ``class1`` and ``class2`` as in ``Target``; besides, "decision" and "management" may stand in ``class1``.
    ``weight`` in points. ``actual_words``, ``claimed`` (points) and ``reason`` are as the form writes them.
    ``required`` is the declared share of measurements within a tolerance, ``lenient`` its sides ("low", "high")
    that are no failure.
    """

    key: str
    name: str
    class1: str
    class2: str
    value: TargetValue
    weight: Decimal | None = None
    actual: Actual = None
    evidence: Evidence = "none"
    reason: str = ""
    actual_words: str = ""
    claimed: Decimal | None = None
    required: Decimal | None = None
    lenient: frozenset[str] = frozenset()

    @property
    def is_cost(self) -> bool:
        return "cost" in (self.class1, self.class2)

    @property
    def is_satisfaction(self) -> bool:
        return "satisfaction" in (self.class1, self.class2)

    @property
    def op(self) -> str:
        """The comparator as written, else as the row means it; empty for what is not compared."""
        return self.value.op or inferred_op("成本" if self.is_cost else "", self.name, self.value)

    @property
    def target(self) -> Decimal | None:
        """The target's number in the unit of ``Figure.value``."""
        return self.value.number if self.value.base_number is None else self.value.base_number

    @property
    def figure(self) -> Decimal | None:
        """The actual number in the unit of ``target``; a rate from its counts where they are given."""
        if not isinstance(self.actual, Figure):
            return None
        by_counts = self.actual.percent if self.value.unit == "%" else None
        return self.actual.value if by_counts is None else by_counts

    @property
    def reached(self) -> Decimal | None:
        """Actual over target as a share; ``None`` where they cannot be divided."""
        return None if self.figure is None or not self.target else self.figure / self.target

    def due(self, year: int | None) -> date | None:
        """The day of a deadline, or the end of a period; one without a year falls in the budget year."""
        day = self.value.date or self.value.end
        if day is None or (day.year is None and year is None):
            return None
        return day.on(year or 0)

    def as_target(self) -> Target:
        """The same row for the checks of a target file, which quote it by its words."""
        return Target(
            name=Quote(self.name, self.key),
            value=Quote(self.value.text, self.key),
            actual=Quote(self.actual_words, self.key),
            class1=self.class1,
            class2=self.class2,
        )


@dataclass(frozen=True, slots=True)
class Execution:
    """Money of the line in one unit, of budget year ``year``; ``weight`` as in the file, ``None`` unstated."""

    executed: Decimal | None
    adjusted: Decimal | None
    year: int | None = None
    weight: Decimal | None = None
    evidence: Evidence = "documented"
    reason: str = ""
    claimed: Decimal | None = None

    @property
    def rate(self) -> Decimal | None:
        """Executed over adjusted as a share."""
        return None if self.executed is None or not self.adjusted else self.executed / self.adjusted
