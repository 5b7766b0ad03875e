"""What one tag shows by its own course: spikes that return (Hampel), and counters that fall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from anju.packs.heating.figures import Figures
from anju.packs.heating.quality.consistency import Flags, Floats, Ints

_MAD = 1.4826
# A counter that falls from the last tenth of its range to the first tenth has rolled over.
_TOP, _BOTTOM = 0.9, 0.1


@dataclass(frozen=True, slots=True)
class Counter:
    """``resets`` and ``rollovers`` are the rows after the fall; ``used`` the amount between rows, NaN at a reset."""

    resets: Flags
    rollovers: Flags
    used: Floats


def spikes(values: Floats, figures: Figures) -> Flags:
    """|x - median| > 4·1.4826·MAD over 11 points around, of values that return.

    A step that stays is no spike: the median follows it within half a window. Gaps are passed over.
    """
    points, factor = int(figures.number("hampel_points")), figures.number("hampel_factor")
    found = np.zeros(len(values), bool)
    kept = np.flatnonzero(np.isfinite(values))
    if len(kept) < points:
        return found
    half = points // 2
    around = sliding_window_view(np.pad(values[kept], half, mode="reflect"), 2 * half + 1)
    middle = np.median(around, axis=1)
    deviation = _MAD * np.median(np.abs(around - middle[:, None]), axis=1)
    # A quiet tag has no deviation at all; a change of its last digit is no spike.
    least = 1e-3 * np.maximum(np.abs(middle), 1.0)
    found[kept] = np.abs(values[kept] - middle) > factor * np.maximum(deviation, least)
    return found


def counter(values: Floats, size: float | None = None) -> Counter:
    """Amounts of a counter that never falls; ``size`` is where it rolls over (None: unknown, then every fall is a reset).

    A gap carries the last reading on, so that what was used meanwhile is not lost.
    """
    resets, rollovers = np.zeros(len(values), bool), np.zeros(len(values), bool)
    used = np.full(len(values), np.nan)
    kept = np.flatnonzero(np.isfinite(values))
    if len(kept) < 2:
        return Counter(resets, rollovers, used)
    known = values[kept]
    step = np.diff(known)
    fell = step < 0
    over = np.zeros(len(step), bool)
    if size is not None:
        over = fell & (known[:-1] > _TOP * size) & (known[1:] < _BOTTOM * size)
        step = np.where(over, step + size, step)
    resets[kept[1:]] = fell & ~over
    rollovers[kept[1:]] = over
    used[kept[1:]] = np.where(fell & ~over, np.nan, step)
    return Counter(resets, rollovers, used)


def gaps(seconds: Ints, figures: Figures) -> list[tuple[int, int]]:
    """(since, until) in s where nothing came for 3 intervals or more; the interval is the usual one of the data."""
    step = np.diff(seconds)
    if not len(step):
        return []
    longest = figures.number("gap_intervals") * float(np.median(step))
    return [(int(seconds[row]), int(seconds[row + 1])) for row in np.flatnonzero(step >= longest)]
