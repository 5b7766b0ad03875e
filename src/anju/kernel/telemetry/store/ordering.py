"""The order of history: by series and source time, of two receipts of one time the later counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anju.kernel.telemetry.points import Points

from .rolling import sort_key


@dataclass(frozen=True, slots=True)
class Ordered:
    """``current`` has one point a series and time, ``replaced`` the earlier receipts; both sorted."""

    current: Points
    replaced: Points


def ordered(points: Points) -> Ordered:
    """Sort points by series and time; the later of a time is the one with the higher frame number, in one frame the
    later one. Frames are numbered in the order of receipt, whatever a clock does meanwhile."""
    if not len(points):
        return Ordered(points, points)
    key = sort_key(points.series, points.time)
    order = np.argsort(key, kind="stable")
    if (points.frame[1:] < points.frame[:-1]).any():
        order = np.lexsort((points.frame, key))
    key = key[order]
    last = np.append(key[1:] != key[:-1], True)
    return Ordered(points.where(order[last]), points.where(order[~last]))


def replaced(points: Points) -> Points:
    """The earlier receipts, each once however often it is among ``points``, sorted by series, time and receipt.

    A reader may see a receipt in a segment and in its sealed copy.
    """
    result = ordered(points)
    whole = Points.join([result.current, result.replaced])
    old = np.arange(len(whole)) >= len(result.current)
    columns = (whole.quality, whole.value.view(np.uint64), whole.frame, sort_key(whole.series, whole.time))
    order = np.lexsort((old, *columns))
    again = np.zeros(len(whole), np.bool_)
    again[1:] = np.logical_and.reduce([column[order][1:] == column[order][:-1] for column in columns])
    return whole.where(order[old[order] & ~again])
