"""Where a target will stand when it is due, by a named method, and the day on which it will be missed (section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from anju.packs.budget.monitoring.curve import Curve, DatedCurve, first_day
from anju.packs.budget.monitoring.deviation import attainment, nature_of
from anju.packs.budget.scoring.entries import Entry, Judged

Method = Literal["run_rate", "plan_shaped", "milestone", "none"]
Notice = Literal["missed", "soon", "early"]

EARLY = 14  # days ahead: ServiceNow's targets notify within 14 days, so we say it no later (section 8)
_FEWEST = 28  # days of a year below which a run rate says more about chance than about the work
_ALL = Decimal(100)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Track:
    """What a forecast starts from: done by the end of day ``on``, from ``start`` (1 January) to ``due``.

    ``done`` and ``target`` in one unit. ``ceiling``: the target is not to be exceeded.
    """

    done: Decimal
    target: Decimal
    start: date
    on: date
    due: date
    ceiling: bool = False

    @property
    def elapsed(self) -> int:
        """Days since the start, both ends counted: 212 on 31 July of a common year."""
        return (self.on - self.start).days + 1

    @property
    def whole(self) -> int:
        return (self.due - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Forecast:
    """``at_due`` in the target's unit and ``attained`` in per cent of the target, both unrounded, on the due day.

    ``miss_on`` is the day on which the miss happens: the due day of what will fall short, the day on which a
    ceiling breaks; ``None`` when no miss is predicted.
    """

    method: Method
    at_due: Decimal | None = None
    attained: Decimal | None = None
    miss_on: date | None = None

    def warning(self, on: date) -> Notice | None:
        """early: the miss is 14 days or more ahead. soon: it is nearer. missed: its day has come or gone."""
        if self.miss_on is None:
            return None
        ahead = (self.miss_on - on).days
        return "early" if ahead >= EARLY else "soon" if ahead > 0 else "missed"


NONE = Forecast("none")


def run_rate(track: Track) -> Forecast:
    """Linear since the start: ``done · whole days / elapsed days``. None in the first four weeks."""
    if track.elapsed < min(_FEWEST, track.whole):
        return NONE
    at_due = track.done * track.whole / track.elapsed
    breaks = None
    if track.ceiling and track.done > 0:
        # The first day whose cumulated figure is above the ceiling.
        breaks = track.start + int(track.target * track.elapsed // track.done) * _DAY
    return _judged("run_rate", track, at_due, breaks)


def plan_shaped(track: Track, curve: Curve) -> Forecast:
    """The rest of the year in the shape of the plan: ``done · plan(due) / plan(on)``. None while the plan is at 0."""
    planned = curve.at(track.on)
    if not planned:
        return NONE
    at_due = track.done * curve.at(track.due) / planned
    breaks = None
    if track.ceiling and track.done > 0 and at_due > track.target:
        allowed = track.target * planned / track.done
        breaks = first_day(_Above(curve, allowed), Decimal(1), track.start, track.due)
    return _judged("plan_shaped", track, at_due, breaks)


def by_milestones(track: Track, milestones: DatedCurve) -> Forecast:
    """The rest of the milestones with the delay of today: the day they ask for today's figure tells the delay.

    Straight lines join the milestones. Ahead of them counts as well, up to the whole target. None for a ceiling.
    """
    if track.target <= 0 or track.ceiling:
        return NONE
    line = milestones.linear(track.start)
    done = track.done * 100 / track.target
    delay = _delay(line, done, track.on)
    attained = done if done >= _ALL else line.at(track.due - delay)
    return _judged("milestone", track, attained * track.target / 100, None)


def _delay(line: DatedCurve, done: Decimal, on: date) -> timedelta:
    """How long ago the line asked for no more than is done; negative when it will ask for it later only."""
    begin, last = line.points[0][0], line.points[-1][0]
    above = first_day(_Above(line, done), Decimal(1), begin, last)
    latest = last if above is None else above - _DAY
    if on > latest:
        return on - latest if above is not None else timedelta(0)
    reached = first_day(line, done, begin, last) or last
    return min(timedelta(0), on - reached)


def forecast(
    entry: Entry, on: date, year: int, plan: Curve | None = None, milestones: DatedCurve | None = None
) -> Forecast:
    """The forecast of one target: by its milestones, else in the plan's shape, else by run rate, else none.

    A cost ceiling follows the plan, any other runs on linearly, since complaints follow no payment plan. A level
    has no forecast: it holds or fails today. A deadline needs judged progress and milestones; once over without
    acceptance it is missed.
    """
    nature, done = nature_of(entry), attainment(entry, on)
    start, end = date(year, 1, 1), date(year, 12, 31)
    if nature == "event":
        due = entry.due(year)
        if due is None or done is None or done >= _ALL:
            return NONE
        if on > due:
            return Forecast("none", miss_on=due)
        progress = Track(done, _ALL, start, on, due)
        told = milestones if isinstance(entry.actual, Judged) else None
        return by_milestones(progress, told) if told else NONE
    if nature == "level" or done is None or not start <= on <= end:
        return NONE
    if nature == "ceiling":
        used, allowed = entry.figure or Decimal(0), entry.target or Decimal(0)
        return _ceiling(entry, Track(used, allowed, start, on, end, ceiling=True), plan)
    # A judged share has no unit of its own: it is followed in per cent.
    figure, target = (done, _ALL) if entry.figure is None else (entry.figure, entry.target or _ALL)
    track = Track(figure, target, start, on, end)
    if milestones is not None:
        return by_milestones(track, milestones)
    if plan is not None and not plan.at(on) and not track.done:
        return (
            NONE  # while the plan asks for nothing yet, nothing done says nothing about the end of the year
        )
    shaped = plan_shaped(track, plan) if plan is not None else NONE
    return shaped if shaped.method != "none" else run_rate(track)


def _ceiling(entry: Entry, track: Track, plan: Curve | None) -> Forecast:
    """Counts and amounts add up over the year; rates and unit costs do not."""
    if track.done > track.target:
        return Forecast("none", track.done, attainment(entry, track.on), track.on)
    if entry.value.unit == "%" or "/" in (entry.value.base_unit or ""):
        return NONE
    shaped = plan_shaped(track, plan) if plan is not None and entry.is_cost else NONE
    return shaped if shaped.method != "none" else run_rate(track)


def _judged(method: Method, track: Track, at_due: Decimal, breaks: date | None) -> Forecast:
    """The forecast with its attainment (section 4: actual/target, for a ceiling target/actual) and its miss."""
    if track.ceiling:
        kept = at_due <= track.target
        attained = _ALL if kept else track.target * 100 / at_due
        return Forecast(method, at_due, attained, None if kept else max(breaks or track.due, track.on))
    attained = at_due * 100 / track.target if track.target else _ALL
    return Forecast(method, at_due, attained, track.due if at_due < track.target else None)


@dataclass(frozen=True, slots=True)
class _Above:
    """1 where a curve is above a figure, else 0: ``first_day`` of it is the day on which the figure is exceeded."""

    curve: Curve
    figure: Decimal

    def at(self, on: date) -> Decimal:
        return Decimal(self.curve.at(on) > self.figure)
