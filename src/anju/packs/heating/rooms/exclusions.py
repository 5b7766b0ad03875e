"""Samples that may be left out, each with a reason and the evidence for it; a community with too many is unverified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from anju.packs.heating.figures import Figures
from anju.packs.heating.rooms.compliance import Floats, Ints

WINDOW, RADIATOR, STOPPED, ALTERED = "window", "radiator", "stopped", "altered"
WORDS = {WINDOW: "开窗", RADIATOR: "测点贴近散热器", STOPPED: "已报停", ALTERED: "私改散热器"}
# A correlation of fewer hours, or of water that hardly moves, shows nothing.
_FEWEST, _LEAST_MOVE = 24, 1.0


@dataclass(frozen=True, slots=True)
class Exclusion:
    """``since`` and ``until`` in s; ``evidence`` holds the numbers that a page shows beside the reason."""

    reason: str
    since: int
    until: int
    evidence: tuple[tuple[str, float], ...]


def windows_opened(seconds: Ints, values: Floats, figures: Figures) -> list[Exclusion]:
    """A drop of more than 1.5 K within 30 min excludes until the room is back within 0.5 K, and for 3 h at the longest:
    a room that stays cold after that lacks heat, and no window may excuse it.

    Samples in order of time, NaN for none.
    """
    longest = int(figures.number("window_longest") * 3600)
    drop, width = figures.number("window_drop"), int(figures.number("window_minutes") * 60)
    kept = np.isfinite(values)
    at, room = seconds[kept], values[kept]
    found: list[Exclusion] = []
    done = -1
    for index in np.flatnonzero(_highest_within(at, room, width) - room > drop):
        if index <= done:
            continue
        first = int(np.searchsorted(at, at[index] - width))
        # The last of equal ones: until then the window was shut.
        top = int(index) - int(np.argmax(room[first : index + 1][::-1]))
        last = max(int(np.searchsorted(at, at[top] + longest, "right")) - 1, int(index))
        # Back when it has made up for two thirds of the least drop that counts.
        back = np.flatnonzero(room[index : last + 1] >= room[top] - drop / 3)
        done = int(index) + int(back[0]) if len(back) else last
        lowest = float(room[top] - room[index : done + 1].min())
        evidence = (("drop", round(lowest, 3)), ("minutes", float(at[index] - at[top]) / 60))
        found.append(Exclusion(WINDOW, int(at[top]), int(at[done]), evidence))
    return found


def _highest_within(at: Ints, room: Floats, width: int) -> Floats:
    """The highest value of the last ``width`` s up to each sample, in as many steps as samples fit into them."""
    highest = room.copy()
    reach = int((np.arange(len(at)) - np.searchsorted(at, at - width)).max(initial=0))
    for back in range(1, reach + 1):
        near = at[back:] - at[:-back] <= width
        highest[back:] = np.where(near, np.maximum(highest[back:], room[:-back]), highest[back:])
    return highest


def near_radiator(room: Floats, water: Floats, figures: Figures) -> float | None:
    """The correlation of room and T2s (hourly, NaN for a gap) where it is above 0.9, so that the sensor measures the
    radiator; None where it is not, or where the hours do not tell."""
    both = np.isfinite(room) & np.isfinite(water)
    if both.sum() < _FEWEST:
        return None
    x, y = room[both], water[both]
    if np.ptp(y) < _LEAST_MOVE or np.ptp(x) == 0:
        return None
    r = float(np.corrcoef(x, y)[0, 1])
    return r if r > figures.number("radiator_correlation") else None


def radiator_exclusion(seconds: Ints, room: Floats, water: Floats, figures: Figures) -> Exclusion | None:
    """The whole window as one exclusion with its correlation and hours."""
    r = near_radiator(room, water, figures)
    if r is None:
        return None
    evidence = (
        ("correlation", round(r, 4)),
        ("hours", float((np.isfinite(room) & np.isfinite(water)).sum())),
    )
    return Exclusion(RADIATOR, int(seconds[0]), int(seconds[-1]), evidence)


def without(seconds: Ints, values: Floats, excluded: Iterable[Exclusion]) -> Floats:
    """The values with those of the exclusions as NaN."""
    kept = values.copy()
    for one in excluded:
        kept[(seconds >= one.since) & (seconds <= one.until)] = np.nan
    return kept


def community_unverified(excluded: int, sensors: int, figures: Figures) -> bool:
    """Whether so many sensors are excluded (above 10 %), or there are none, that the community proves nothing."""
    return sensors == 0 or excluded * 100 > sensors * figures.number("excluded_share")


def evidence_of(one: Exclusion) -> dict[str, Any]:
    """An exclusion as plain data, with the reason in words."""
    return {"reason": one.reason, "words": WORDS[one.reason], "since": one.since, "until": one.until} | dict(
        one.evidence
    )
