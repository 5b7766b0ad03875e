"""How far payment and goal are from where they should be (section 4): dE, G and dG, all in per cent or points."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from anju.packs.budget.monitoring.curve import Curve
from anju.packs.budget.scoring.entries import Dated, Entry, Figure, Judged
from anju.packs.budget.scoring.judging import counted, rule_of

Nature = Literal["cumulative", "level", "ceiling", "event"]

_NOTHING, _ALL = Decimal(0), Decimal(100)
# Rates that grow with the work; others, such as a pass rate, should be right on every day of the year.
_GROWING_RATE = re.compile(r"(?:完成|执行|支付|支出|拨付|到位|覆盖|普及|进度|安装|改造|整改)率|进度")


@dataclass(frozen=True, slots=True)
class Standing:
    """One target on one day. ``attained`` is G, ``expected`` what G should be, in per cent of the target.

    ``None`` is "not assessable". ``passed``: its due day is over without an acceptance record.
    """

    nature: Nature
    attained: Decimal | None
    expected: Decimal | None
    passed: bool = False

    @property
    def deviation(self) -> Decimal | None:
        """dG = G − expected, in points; negative is behind."""
        if self.attained is None or self.expected is None:
            return None
        return self.attained - self.expected


def execution_deviation(paid: Decimal | None, adjusted: Decimal | None, planned: Decimal) -> Decimal | None:
    """dE = paid/adjusted budget − planned, in points of per cent; both amounts in one unit (section 4)."""
    return None if paid is None or not adjusted else paid * 100 / adjusted - planned


def nature_of(entry: Entry) -> Nature:
    """How a target fills over the year.

    event: a deadline. ceiling: complaints, cost. level: pass rates, satisfaction, tolerances, and frequencies
    shorter than a year, which should hold on any day. cumulative: counts, growing rates, judged progress.
    """
    rule = rule_of(entry)
    if rule == "deadline":
        return "event"
    if rule in ("at_most", "cost"):
        return "ceiling"
    if rule in ("within", "satisfaction"):
        return "level"
    if entry.value.kind == "frequency":
        return "cumulative" if entry.value.per in (None, "year") else "level"
    if entry.value.unit == "%" and not _GROWING_RATE.search(entry.name):
        return "level"
    return "cumulative"


def standing(
    entry: Entry, on: date, year: int, plan: Curve | None, milestones: Curve | None = None
) -> Standing:
    """G and expected G of one target at the end of a day.

    Expected are the target's own milestones; else the plan where it is cumulative (``None``
    without one), 100 where it should hold on any day, and for a deadline 0 up to its due day and 100 after it.
    """
    nature = nature_of(entry)
    due = entry.due(year) if nature == "event" else None
    done = nature == "event" and _accepted(entry, on)
    passed = due is not None and on > due and not done
    expected: Decimal | None = _ALL
    if nature == "event":
        expected = _ALL if due is not None and on > due else _NOTHING
    elif nature == "cumulative":
        expected = None if plan is None else plan.at(on)
    if milestones is not None and nature != "ceiling":
        expected = max(milestones.at(on), _ALL if passed else _NOTHING)
    if nature == "event" and due is None and not done:
        return Standing(nature, None, expected)
    return Standing(nature, attainment(entry, on), expected, passed)


def attainment(entry: Entry, on: date) -> Decimal | None:
    """G: actual to date over target, in per cent (section 4), by the kind of target value.

    At least: actual/target. At most: 100 within the ceiling, else target/actual. Tolerance: share of valid
    measurements that hold, over the required share. Deadline: 100 with an acceptance record, else its judged
    progress, else 0. Words: the judged share. May exceed 100.
    """
    rule, actual = rule_of(entry), entry.actual
    if rule == "deadline" and not isinstance(actual, Judged):
        return _ALL if _accepted(entry, on) else _NOTHING
    if isinstance(actual, Judged):
        return actual.share * 100 if rule in ("deadline", "qualitative") else None
    if not isinstance(actual, Figure):
        return None
    if rule == "within":
        inside, valid = counted(entry, actual)
        return (
            inside * 100 / valid / entry.required if inside is not None and valid and entry.required else None
        )
    figure = actual.percent if rule == "satisfaction" and actual.percent is not None else entry.figure
    if figure is None or entry.target is None:
        return None
    if rule in ("at_most", "cost"):
        return _ALL if figure <= entry.target else entry.target * 100 / figure
    return figure * 100 / entry.target if entry.target else None


def _accepted(entry: Entry, on: date) -> bool:
    """Whether there is an acceptance record by the day; one dated later is none yet."""
    return isinstance(entry.actual, Dated) and entry.actual.day is not None and entry.actual.day <= on
