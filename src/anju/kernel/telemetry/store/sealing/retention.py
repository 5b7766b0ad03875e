"""What is too old goes, a whole period at a time; how much it was stays known, so that the counts still agree."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store import days, disk, parts
from anju.kernel.telemetry.store.days import Grain
from anju.kernel.telemetry.store.parts import FRAMES, POINTS, REVISIONS, ROLLUPS, Kind


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days each sort of data stays; ``None``: for ever. The caller takes them from dated rows with their
    legal basis; ``raw`` are points and their revisions."""

    raw: int | None = None
    frames: int | None = None
    minute: int | None = None
    hour: int | None = None
    day: int | None = None

    def of(self, kind: Kind) -> int | None:
        if kind in (POINTS, REVISIONS):
            return self.raw
        if kind is FRAMES:
            return self.frames
        return {ROLLUPS[Grain.MINUTE]: self.minute, ROLLUPS[Grain.HOUR]: self.hour}.get(kind, self.day)


def told(layout: Layout) -> Keep | None:
    """The ages that ``tell`` left. ``None``, which keeps everything, where nothing was told or it cannot be read."""
    try:
        return Keep(**orjson.loads(_told(layout).read_bytes()))
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None


def tell(layout: Layout, keep: Keep) -> None:
    """Leave the ages for the sealer, which looks before each round."""
    if told(layout) != keep:
        passing = _told(layout).with_suffix(".passing")
        passing.write_bytes(orjson.dumps(keep))
        disk.publish(passing, _told(layout))


def _told(layout: Layout) -> Path:
    return layout.snapshots / "keep.json"


def expire(layout: Layout, keep: Keep, now: int) -> list[str]:
    """Remove the periods that ended longer ago than their kind stays; what went, as ``points/day=2024-11-15``."""
    gone = []
    # Revisions count only with their points, so they go first.
    for kind in (REVISIONS, POINTS, FRAMES, *ROLLUPS.values()):
        age = keep.of(kind)
        if age is None:
            continue
        for partition in parts.partitions(layout, kind):
            if days.start_of(parts.end_of(partition)) + days.DAY + age * days.DAY <= now:
                _count_out(layout, kind, partition)
                shutil.rmtree(kind.folder(layout) / partition)
                disk.sync_folder(kind.folder(layout))
                gone.append(f"{kind.name}/{partition}")
    return gone


def dropped(layout: Layout) -> dict[str, dict[str, int]]:
    """What has been removed, by period: ``points`` rows of history or revisions; of frames their statuses and points."""
    counts: dict[str, dict[str, int]] = _ledger(layout)["counts"]
    return counts


def begin_of(layout: Layout, kind: Kind) -> int:
    """The time (ms) before which a kind was removed by age; 0 where nothing was."""
    return int(_ledger(layout)["before"].get(kind.name, 0))


def _ledger(layout: Layout) -> dict[str, Any]:
    path = layout.root / "expired.json"
    nothing: dict[str, Any] = {"counts": {}, "before": {}}
    return nothing | orjson.loads(path.read_bytes()) if path.exists() else nothing


def _count_out(layout: Layout, kind: Kind, partition: str) -> None:
    """Written before the files go, under the name of the period: a second try after a crash says the same or, where
    some files are gone already, keeps what the first said."""
    ledger, key = _ledger(layout), f"{kind.name}/{partition}"
    end = days.start_of(parts.end_of(partition)) + days.DAY
    ledger["before"][kind.name] = max(end, ledger["before"].get(kind.name, 0))
    if kind in (POINTS, REVISIONS, FRAMES):
        counted = _counts(layout, kind, partition)
        earlier = ledger["counts"].get(key, {})
        ledger["counts"][key] = {name: max(count, earlier.get(name, 0)) for name, count in counted.items()}
    path = layout.root / "expired.json"
    passing = path.with_suffix(".passing")
    passing.write_bytes(orjson.dumps(ledger))
    disk.publish(passing, path)


def _counts(layout: Layout, kind: Kind, partition: str) -> dict[str, int]:
    counting = parts.live_in(layout, kind, partition)
    if kind is not FRAMES:
        return {"points": sum(pq.read_metadata(part.path).num_rows for part in counting)}
    totals = {"points": 0, "accepted": 0, "repeat": 0, "rejected": 0}
    for part in counting:
        table = pq.read_table(part.path, columns=["status", "points"], partitioning=None)
        totals["points"] += pc.sum(table["points"]).as_py() or 0
        for found in pc.value_counts(table["status"]).to_pylist():
            totals[found["values"]] += found["counts"]
    return totals
