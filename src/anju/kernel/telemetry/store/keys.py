"""Which frames have been seen: eight bytes a key instead of a hundred, forgotten by day of receipt."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

DAY = 86_400_000
# New keys wait in a set; so many together become a sorted array.
_FOLD = 65_536
Prefixes = NDArray[np.uint64]


def prefix(key: bytes) -> int:
    """The part of a key that is remembered. Two keys of ten million share it once in 10¹² frames."""
    return int.from_bytes(key[:8], "little")


def prefixes(keys: Iterable[bytes]) -> Prefixes:
    return np.frombuffer(b"".join(key[:8] for key in keys), "<u8").astype(np.uint64, copy=False)


class Day:
    """The keys of one day: sorted arrays, each at least eight times as long as the next, and a set of the newest."""

    def __init__(self) -> None:
        self._fresh: set[int] = set()
        self._runs: list[Prefixes] = []
        self._views: list[memoryview] = []

    def __contains__(self, key: int) -> bool:
        if key in self._fresh:
            return True
        for view in self._views:
            at = bisect_left(view, key)
            if at < len(view) and view[at] == key:
                return True
        return False

    def __len__(self) -> int:
        return len(self._fresh) + sum(map(len, self._runs))

    def add(self, keys: Iterable[int]) -> None:
        self._fresh.update(keys)
        if len(self._fresh) >= _FOLD:
            self.add_run(np.fromiter(self._fresh, np.uint64, len(self._fresh)))
            self._fresh = set()

    def add_run(self, keys: Prefixes) -> None:
        """Many at once, in any order."""
        self._runs.append(np.sort(keys))
        while len(self._runs) > 1 and len(self._runs[-2]) < 8 * len(self._runs[-1]):
            last = self._runs.pop()
            # Two runs that are sorted already: merged, not sorted again.
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")
        self._views = [memoryview(run) for run in self._runs]  # type: ignore[arg-type]


class Keys:
    """The keys of the last ``kept`` days of receipt, at most about ``most`` of them: the oldest day goes first."""

    def __init__(self, now: int, kept: int = 3, most: int = 16_000_000) -> None:
        self._kept, self._most = kept, most
        self._days = {now // DAY: Day()}

    def __contains__(self, key: bytes) -> bool:
        short = prefix(key)
        return any(short in day for day in self._days.values())

    def __len__(self) -> int:
        return sum(map(len, self._days.values()))

    def add(self, received: int, keys: Iterable[bytes]) -> None:
        """Keys of frames received in the day of ``received`` (ms)."""
        self._day(received).add(map(prefix, keys))

    def add_run(self, received: int, keys: Prefixes) -> None:
        """Many of one day at once, by their ``prefixes``."""
        self._day(received).add_run(keys)

    def _day(self, received: int) -> Day:
        day = self._days.get(received // DAY)
        if day is None:
            day = self._days[received // DAY] = Day()
            self._forget()
        elif len(self) > self._most and len(self._days) > 1:
            del self._days[min(self._days)]
        return day

    def _forget(self) -> None:
        newest = max(self._days)
        for day in [day for day in self._days if day <= newest - self._kept]:
            del self._days[day]
