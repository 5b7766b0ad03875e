"""What each source delivered in each minute of receipt, as absolute figures that may be told again."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.frames import Frame, Status
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Snapshot

MINUTE = 60_000
# Delays are counted in steps of a quarter of a power of two: a percentile is right within 10 %.
_STEPS = 4
_BUCKETS = 160
# So many clock readings of a minute decide its percentiles.
_READINGS = 1024


@dataclass(slots=True)
class Tally:
    """One source in one minute. ``skews`` in ms; ``delays`` counts points by step of their delay in ms."""

    seen: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    points: int = 0
    late: int = 0
    refused: int = 0
    turned_away: int = 0
    skews: deque[int] = field(default_factory=lambda: deque(maxlen=_READINGS))
    delays: NDArray[np.int32] = field(default_factory=lambda: np.zeros(_BUCKETS, np.int32))


class Counters:
    """The open minutes of all sources. ``due`` gives those that have news."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[int, int], Tally] = {}
        self._news: set[tuple[int, int]] = set()

    def seen(self, source: int, received: int, skew: int | None) -> None:
        """A message reached the door; ``skew`` is its sender's clock minus ours in ms."""
        tally = self._tally(source, received)
        tally.seen += 1
        if skew is not None:
            tally.skews.append(skew)

    def turned_away(self, source: int, received: int) -> None:
        """What was seen was not taken after all: it is nobody's frame, and its sender comes again."""
        tally = self._tally(source, received)
        tally.seen -= 1
        tally.turned_away += 1

    def kept(self, frames: list[Frame], points: Points, snapshot: Snapshot) -> None:
        """Frames numbered without a gap, and the points that came in them, are on the disk."""
        groups: dict[tuple[int, int], int] = {}
        group_of = np.empty(len(frames), np.intp)
        for place, frame in enumerate(frames):
            tally = self._tally(frame.source, frame.received)
            group_of[place] = groups.setdefault((frame.received // MINUTE, frame.source), len(groups))
            tally.points += frame.points
            tally.refused += frame.refused
            if frame.status is Status.ACCEPTED:
                tally.accepted += 1
            elif frame.status is Status.REPEAT:
                tally.repeated += 1
            else:
                tally.rejected[frame.reason.value] += 1
        if len(points):
            at = group_of[(points.frame - np.uint64(frames[0].number)).astype(np.intp)]
            self._delays(list(groups), at, points.received - points.time, snapshot)

    def restored(self, frames: list[Frame], points: Points, snapshot: Snapshot) -> None:
        """The same for frames of an earlier process, which was killed before it had told of them."""
        for frame in frames:
            self.seen(frame.source, frame.received, None)
        self.kept(frames, points, snapshot)

    def due(self, now: int) -> list[Event]:
        """Events of the minutes with news that are over for five seconds; those over for two minutes are forgotten."""
        ready = sorted(key for key in self._news if (key[0] + 1) * MINUTE + 5_000 <= now)
        self._news.difference_update(ready)
        events = [_event(*key, self._tallies[key]) for key in ready]
        for key in [key for key in self._tallies if (key[0] + 3) * MINUTE <= now and key not in self._news]:
            del self._tallies[key]
        return events

    def all(self) -> list[Event]:
        """Events of everything that has news, the open minute too: before the end."""
        ready = sorted(self._news)
        self._news.clear()
        return [_event(*key, self._tallies[key]) for key in ready]

    def state(self) -> list[dict[str, Any]]:
        """All open minutes, for a checkpoint."""
        return [
            {"minute": minute, "source": source, "news": (minute, source) in self._news, **_plain(tally)}
            for (minute, source), tally in self._tallies.items()
        ]

    def restore(self, state: Iterable[dict[str, Any]]) -> None:
        """What ``state`` gave, in a new process."""
        for given in state:
            row = dict(given)
            key = (row.pop("minute"), row.pop("source"))
            if row.pop("news"):
                self._news.add(key)
            row["rejected"] = Counter(row["rejected"])
            row["skews"] = deque(row["skews"], maxlen=_READINGS)
            row["delays"] = np.array(row["delays"], np.int32)
            self._tallies[key] = Tally(**row)

    def _tally(self, source: int, received: int) -> Tally:
        key = (received // MINUTE, source)
        self._news.add(key)
        found = self._tallies.get(key)
        if found is None:
            found = self._tallies[key] = Tally()
        return found

    def _delays(
        self,
        groups: list[tuple[int, int]],
        at: NDArray[np.intp],
        delay: NDArray[np.int64],
        snapshot: Snapshot,
    ) -> None:
        late_after = np.array(
            [snapshot.by_number[s].late_after if s in snapshot.by_number else 0 for _, s in groups], np.int64
        )
        late = np.bincount(at[delay > late_after[at] * 1000], minlength=len(groups))
        steps = np.minimum((np.log2(np.maximum(delay, 1)) * _STEPS).astype(np.intp), _BUCKETS - 1)
        counts = np.bincount(at * _BUCKETS + steps, minlength=len(groups) * _BUCKETS).reshape(-1, _BUCKETS)
        for number, key in enumerate(groups):
            tally = self._tallies[key]
            tally.late += int(late[number])
            tally.delays += counts[number].astype(np.int32)


def _plain(tally: Tally) -> dict[str, Any]:
    """What waits for the disk at this moment is not seen yet: a restart finds it among the frames, or it comes again."""
    settled = tally.accepted + tally.repeated + tally.rejected.total()
    return {name: getattr(tally, name) for name in Tally.__slots__} | {
        "seen": settled,
        "rejected": dict(tally.rejected),
        "skews": list(tally.skews),
        "delays": tally.delays.tolist(),
    }


def _event(minute: int, source: int, tally: Tally) -> Event:
    """``kind`` delivery. ``minute`` is its begin in ms; times in ms; percentiles are ``None`` where nothing tells them.

    ``skew_p50`` keeps its sign (positive: the sender's clock is ahead), ``skew_p95`` is of its amount.
    """
    skews = np.array(tally.skews, np.int64)
    return {
        "kind": "delivery",
        "source": source,
        "minute": minute * MINUTE,
        "frames": tally.seen,
        "accepted": tally.accepted,
        "repeated": tally.repeated,
        "rejected": dict(tally.rejected),
        "points": tally.points,
        "late": tally.late,
        "refused_points": tally.refused,
        "turned_away": tally.turned_away,
        "skew_p50": int(np.percentile(skews, 50)) if len(skews) else None,
        "skew_p95": int(np.percentile(np.abs(skews), 95)) if len(skews) else None,
        "delay_p50": _percentile(tally.delays, 0.5),
        "delay_p95": _percentile(tally.delays, 0.95),
    }


def _percentile(counts: NDArray[np.int32], share: float) -> int | None:
    total = int(counts.sum())
    if total == 0:
        return None
    step = int(np.searchsorted(np.cumsum(counts), share * total))
    # Step 0 is "at once"; of the others the middle.
    return 0 if step == 0 else round(2 ** ((step + 0.5) / _STEPS))
