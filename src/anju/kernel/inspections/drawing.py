"""Who is inspected, when and by whom, drawn by a seed so that anybody can draw it again. Pure.

**Objects.** Weighted sampling without replacement (Efraimidis and Spirakis, "Weighted random sampling with a
reservoir", 2006): each object of a cell gets the key ``u^(1/w)``, and the largest keys are drawn. ``w`` is its weight,
``u = (n + 0.5) / 2^52``, where ``n`` is the number that the first 13 hexadecimal digits of ``SHA-256(seed + ":" + cell +
":" + subject)`` make; ``printf '%s:%s:%s' SEED CELL SUBJECT | sha256sum`` repeats it. With one object drawn, the chance
of each is its share of the weights of its cell.

**Days.** The cells in the order of ``SHA-256(seed + ":day:" + cell)`` are spread evenly over the working days.

**Groups.** In the order of the days each cell gets the group with the fewest cells on that day, then over all, then
by the smallest ``SHA-256(seed + ":group:" + cell + ":" + group)``, and never the one that was last in its area.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext

from anju.kernel.inspections.items import InspectionError
from anju.kernel.values import working_days

_DIGITS, _SPAN = 13, 2**52


@dataclass(frozen=True, slots=True)
class Facts:
    """What raises the chance of an object: days with an alarm, overdue cases, complaints, days since it was seen.

    ``days_since`` is None for an object that nobody visited yet.
    """

    alarm_days: int = 0
    overdue_cases: int = 0
    complaints: int = 0
    days_since: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each fact adds to ``base``; a month since the last visit is 30 days, and ``never`` stands for none."""

    base: Decimal
    alarm_day: Decimal
    overdue_case: Decimal
    complaint: Decimal
    month_since: Decimal
    never: Decimal

    def of(self, facts: Facts) -> Decimal:
        since = self.never if facts.days_since is None else self.month_since * facts.days_since / 30
        return (
            self.base
            + self.alarm_day * facts.alarm_days
            + self.overdue_case * facts.overdue_cases
            + self.complaint * facts.complaints
            + since
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An object that may be drawn in a cell; subject as text, such as ``place:…``."""

    cell: str
    subject: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its key; those of rank 1 up to the number wanted are drawn."""

    candidate: Candidate
    key: float
    rank: int
    drawn: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a draw depends on beside the objects. ``areas`` is cell → area, ``last`` area → group seen last."""

    seed: str
    areas: Mapping[str, str]
    days: Sequence[date]
    groups: Sequence[str]
    last: Mapping[str, str] = field(default_factory=dict)
    count: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell of a plan: its day, its group, and its objects in the order of their keys."""

    cell: str
    day: date
    group: str
    objects: tuple[Ranked, ...]


def days_of(start: date, end: date) -> list[date]:
    """The working days from ``start`` to ``end``, both included."""
    every = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in every if working_days.is_working_day(day)]


def digest_of(*parts: str) -> str:
    return hashlib.sha256(":".join(parts).encode()).hexdigest()


def key_of(seed: str, candidate: Candidate) -> float:
    """``u^(1/w)``, between 0 and 1."""
    return math.exp(_log_key(seed, candidate))


def _log_key(seed: str, candidate: Candidate) -> float:
    """ln(u)/w: orders as the key does, and keeps its digits where a large weight brings the key close to 1."""
    n = int(digest_of(seed, candidate.cell, candidate.subject)[:_DIGITS], 16)
    return math.log((n + 0.5) / _SPAN) / float(candidate.weight)


def draw(candidates: Iterable[Candidate], setting: Setting) -> list[Slot]:
    """The whole plan, in the order of its days. Raises ``InspectionError`` for what cannot be drawn."""
    by_cell: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_cell[candidate.cell].append(candidate)
    _check(by_cell, setting)
    days = _days(setting)
    groups = _groups(days, setting)
    return [Slot(cell, day, groups[cell], _ranked(by_cell[cell], setting)) for cell, day in days]


def _check(by_cell: Mapping[str, list[Candidate]], setting: Setting) -> None:
    if setting.count < 1 or not setting.areas:
        raise InspectionError(gettext("计划里没有格子。"), gettext("请选检查类别和区县，每格至少抽1个。"))
    if not setting.days:
        raise InspectionError(gettext("计划期内没有工作日。"), gettext("请换一个期间。"))
    if len(set(setting.groups)) < 2:
        raise InspectionError(gettext("检查组不足两个，不能轮换。"), gettext("请先建两个以上的检查组。"))
    for cell in setting.areas:
        rows = by_cell.get(cell, [])
        subjects = [row.subject for row in rows]
        if len(rows) < setting.count:
            raise InspectionError(
                gettext("“{cell}”只有{n}个对象，不够抽{m}个。").format(
                    cell=cell, n=len(rows), m=setting.count
                ),
                gettext("请在对象清单里补上。"),
            )
        if len(set(subjects)) < len(subjects):
            raise InspectionError(
                gettext("“{cell}”里有对象重复。").format(cell=cell), gettext("请去掉重复的行。")
            )
        if any(row.weight <= 0 for row in rows):
            raise InspectionError(
                gettext("“{cell}”里有对象的权重不是正数。").format(cell=cell), gettext("请核对规则表。")
            )


def _ranked(rows: Sequence[Candidate], setting: Setting) -> tuple[Ranked, ...]:
    # Two equal keys would want two equal hashes; the subject decides then, so that the order is whole.
    ordered = sorted(rows, key=lambda row: (-_log_key(setting.seed, row), row.subject))
    return tuple(
        Ranked(row, key_of(setting.seed, row), rank, rank <= setting.count)
        for rank, row in enumerate(ordered, 1)
    )


def _days(setting: Setting) -> list[tuple[str, date]]:
    cells = sorted(setting.areas, key=lambda cell: digest_of(setting.seed, "day", cell))
    return [(cell, setting.days[n * len(setting.days) // len(cells)]) for n, cell in enumerate(cells)]


def _groups(days: Sequence[tuple[str, date]], setting: Setting) -> dict[str, str]:
    last = dict(setting.last)
    of_day: Counter[tuple[date, str]] = Counter()
    of_all: Counter[str] = Counter()
    given = {}
    for cell, day in days:
        area = setting.areas[cell]
        free = (group for group in setting.groups if group != last.get(area))
        group = min(
            free,
            key=lambda name: (of_day[day, name], of_all[name], digest_of(setting.seed, "group", cell, name)),
        )
        of_day[day, group] += 1
        of_all[group] += 1
        given[cell] = last[area] = group
    return given
