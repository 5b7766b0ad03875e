"""Planned work: which assets are under it at a moment, with everything that they consist of."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from anju.kernel.telemetry.rules.memory import Flags, Ints
from anju.kernel.telemetry.snapshot import Snapshot


def ancestors(asset: int, parents: dict[int, int]) -> list[int]:
    """The asset and what it is part of, from near to far; a circle ends where it closes."""
    found: list[int] = []
    while asset and asset not in found:
        found.append(asset)
        asset = parents.get(asset, 0)
    return found


class Masks:
    """The maintenance windows of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        assets = {int(one) for one in np.unique(snapshot.series.asset)} | set(snapshot.parents) - {0}
        assets |= set(snapshot.parents.values())
        lines = (
            {asset: set(ancestors(asset, snapshot.parents)) for asset in assets} if snapshot.windows else {}
        )
        self._windows = [
            (
                window.since,
                window.until,
                _numbers(a for a, line in lines.items() if line & set(window.assets)),
            )
            for window in snapshot.windows
        ]

    def __bool__(self) -> bool:
        return bool(self._windows)

    def at(self, asset: Ints, time: Ints | np.int64) -> Flags:
        """Which of the assets are under planned work at a time (ms), or each at its own."""
        masked = np.zeros(len(asset), bool)
        for since, until, assets in self._windows:
            masked |= (since <= time) & (time < until) & np.isin(asset, assets)
        return masked


def _numbers(assets: Iterable[int]) -> Ints:
    return np.array(sorted(assets), np.int64)
