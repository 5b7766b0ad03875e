"""What should have been reached by a day, in per cent: the payment plan, or dated points (section 4)."""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from anju.kernel.values.datarows import RowError

_NOTHING, _ALL = Decimal(0), Decimal(100)
_DAY = timedelta(days=1)


class Curve(Protocol):
    """Cumulative per cent at the end of a day, unrounded, never falling."""

    def at(self, on: date) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class QuarterPlan:
    """A payment plan (资金支出计划): four cumulative percentages of a year. Raises ``RowError`` if they fall.

    Linear within a quarter (section 4). Every month is a third of its quarter and every day an equal part of its
    month, so that month ends are exact thirds: 31 July is ``Q2+(Q3−Q2)/3``, 15 July ``Q2+(Q3−Q2)·15/93``. By days
    of the quarter 31 July would be 31/92, which the rule does not say.
    """

    year: int
    percents: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if len(self.percents) != 4:
            raise RowError(
                f"支出计划有{len(self.percents)}个数，应为四个季度。", "请补齐四个季度的累计进度。"
            )
        _check_rising((_NOTHING, *self.percents))

    def at(self, on: date) -> Decimal:
        """Nothing before the year, the fourth quarter's figure after it."""
        if on.year != self.year:
            return _NOTHING if on.year < self.year else self.percents[3]
        quarter, month = divmod(on.month - 1, 3)
        low = self.percents[quarter - 1] if quarter else _NOTHING
        length = calendar.monthrange(on.year, on.month)[1]
        passed = month * length + on.day
        return low + (self.percents[quarter] - low) * passed / (3 * length)


@dataclass(frozen=True, slots=True)
class DatedCurve:
    """Dated points (end of day, cumulative per cent). Raises ``RowError`` unless days rise and per cents never fall.

    Linear by days between points; with ``stepped`` a point counts from its day on only, as a milestone does.
    Before the first point: its figure when linear, 0 when stepped. After the last: the last figure.
    """

    points: tuple[tuple[date, Decimal], ...]
    stepped: bool = False

    def __post_init__(self) -> None:
        if not self.points:
            raise RowError("进度曲线没有一个日期。", "请至少填一个日期和应达到的百分比。")
        if any(a >= b for (a, _), (b, _) in itertools.pairwise(self.points)):
            raise RowError("进度曲线的日期没有由早到晚排列。", "请按日期先后填写，同一天只填一次。")
        _check_rising([percent for _, percent in self.points])

    def at(self, on: date) -> Decimal:
        known = [percent for day, percent in self.points if day <= on]
        if not known:
            return _NOTHING if self.stepped else self.points[0][1]
        if self.stepped or len(known) == len(self.points):
            return known[-1]
        (since, low), (until, high) = self.points[len(known) - 1 : len(known) + 1]
        return low + (high - low) * (on - since).days / (until - since).days

    def linear(self, start: date) -> DatedCurve:
        """The straight lines through the points, from 0 before ``start`` and before the first of them."""
        first, percent = self.points[0]
        begin = ((min(first, start) - _DAY, _NOTHING),) if percent else ()
        return DatedCurve((*begin, *self.points))


def first_day(curve: Curve, percent: Decimal, since: date, until: date) -> date | None:
    """The first day of ``since`` to ``until`` on which a curve reaches ``percent``; ``None`` if it does not."""
    if since > until or curve.at(until) < percent:
        return None
    low, high = 0, (until - since).days
    while low < high:  # the curve never falls, so halves can be left out
        middle = (low + high) // 2
        low, high = (low, middle) if curve.at(since + middle * _DAY) >= percent else (middle + 1, high)
    return since + low * _DAY


def _check_rising(percents: Sequence[Decimal]) -> None:
    if any(b < a for a, b in itertools.pairwise(percents)):
        raise RowError("累计进度前高后低。", "累计数只能持平或增加，请改正。")
    if not _NOTHING <= percents[0] <= percents[-1] <= _ALL:
        raise RowError("累计进度超出0至100。", "请填0至100之间的百分比。")
