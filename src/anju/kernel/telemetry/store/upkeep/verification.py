"""Whether everything that was acknowledged is there, readable and counted once."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anju.kernel.telemetry.frames import Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import SCHEMA, Points
from anju.kernel.telemetry.store import disk, marker, parts, segments
from anju.kernel.telemetry.store.ordering import ordered
from anju.kernel.telemetry.store.parts import FRAMES, KINDS, POINTS, REVISIONS, Kind, Part
from anju.kernel.telemetry.store.rolling import sort_key
from anju.kernel.telemetry.store.sealing.merging import slices
from anju.kernel.telemetry.store.sealing.retention import dropped
from anju.kernel.telemetry.store.sealing.rounds import lock_path


@dataclass(slots=True)
class Verdict:
    """Counts over sealed files, open segments and what has expired; ``faults`` say what is wrong, in Chinese.

    ``seen`` = ``accepted`` + ``repeats`` + ``rejected``; ``delivered`` are the points that frames say they brought,
    ``stored`` those in the history or among the revisions, ``current`` those in the history alone.
    """

    seen: int = 0
    accepted: int = 0
    repeats: int = 0
    rejected: int = 0
    delivered: int = 0
    stored: int = 0
    current: int = 0
    files: int = 0
    size: int = 0
    digest: str = ""
    faults: list[str] = field(default_factory=list)


def verify(layout: Layout) -> Verdict:
    """Read every file that counts; the gateway goes on writing, and the sealing waits.

    ``digest`` is over the sealed history in the order of days, series and times: the same for a restored copy. Raises
    ``StoreBusy`` during a sealing.
    """
    with disk.locked(lock_path(layout), "遥测库正在封存。", "请稍后再试；封存通常在一分钟内结束。"):
        return _verified(layout)


def _verified(layout: Layout) -> Verdict:
    verdict, digest = Verdict(), sha256()
    numbers: list[tuple[int, int, int]] = []
    for kind in KINDS:
        for partition in parts.partitions(layout, kind):
            counting = parts.live_in(layout, kind, partition)
            _overlaps(counting, verdict)
            for part in counting:
                _part(kind, part, verdict, numbers)
            if kind is POINTS:
                digest.update(_content(counting, verdict))
    _segments(layout, verdict, numbers)
    gone = _expired(layout, verdict)
    _numbers(numbers, gone, verdict)
    _balance(layout, verdict)
    verdict.digest = digest.hexdigest()
    return verdict


def _part(kind: Kind, part: Part, verdict: Verdict, numbers: list[tuple[int, int, int]]) -> None:
    verdict.files += 1
    verdict.size += part.path.stat().st_size
    try:
        with pq.ParquetFile(part.path) as file:
            rows, last = 0, None
            for batch in file.iter_batches(131_072):
                rows += len(batch)
                if kind is FRAMES:
                    _frames(batch, verdict)
                else:
                    last = _sorted(kind, batch, last, part, verdict)
            if rows != file.metadata.num_rows:
                verdict.faults.append(f"{part.path.name}的行数与文件尾不符")
    except (OSError, pa.ArrowException) as error:
        verdict.faults.append(f"{part.path}读不出来（{error}）")
        return
    if kind is FRAMES:
        numbers.append((part.low, part.high, rows))
    elif kind in (POINTS, REVISIONS):
        verdict.stored += rows
        verdict.current += rows if kind is POINTS else 0


def _frames(batch: pa.RecordBatch, verdict: Verdict) -> None:
    counted = Counter({row["values"]: row["counts"] for row in pc.value_counts(batch["status"]).to_pylist()})
    verdict.seen += len(batch)
    verdict.accepted += counted[Status.ACCEPTED]
    verdict.repeats += counted[Status.REPEAT]
    verdict.rejected += counted[Status.REJECTED]
    verdict.delivered += pc.sum(batch["points"]).as_py() or 0


Key = tuple[int, int]


def _sorted(kind: Kind, batch: pa.RecordBatch, last: Key | None, part: Part, verdict: Verdict) -> Key | None:
    """Check the order of some rows, and behind those before; the last row's series and time."""
    if not len(batch):
        return last
    series = batch["series"].to_numpy()
    times = batch["time"].view(pa.int64()).to_numpy()
    key = sort_key(series, times)
    wrong = key[1:] < key[:-1] if kind is REVISIONS else key[1:] <= key[:-1]
    first = (int(series[0]), int(times[0]))
    if wrong.any() or (last is not None and (first < last or (first == last and kind is not REVISIONS))):
        verdict.faults.append(f"{part.path}的行没有按测点和时间排好")
    return int(series[-1]), int(times[-1])


def _overlaps(counting: list[Part], verdict: Verdict) -> None:
    for one, other in itertools.pairwise(counting):
        if other.first <= one.last:
            verdict.faults.append(f"{one.path}与{other.path.name}重叠")


def _segments(layout: Layout, verdict: Verdict, numbers: list[tuple[int, int, int]]) -> None:
    sealed = marker.read(layout).pair
    pairs = segments.pairs(layout.segments)
    for pair in pairs:
        if pair.number <= sealed:
            continue
        # The frames first: their points are there before them. Points behind the last frame are of a commit under way.
        frames = [message.batch for message in segments.messages(pair.frames)]
        points = [Points.of(message.batch) for message in segments.messages(pair.points)]
        for batch in frames:
            _frames(batch, verdict)
            numbers.append((batch["number"][0].as_py(), batch["number"][-1].as_py(), len(batch)))
        last = frames[-1]["number"][-1].as_py() if frames else 0
        count = sum(int((one.frame <= last).sum()) for one in points)
        verdict.stored += count
        for path in (pair.frames, pair.points):
            verdict.files += 1
            verdict.size += path.stat().st_size
            if pair is not pairs[-1] and segments.whole_end(path) != path.stat().st_size:
                verdict.faults.append(f"{path}读不到末尾")


def _expired(layout: Layout, verdict: Verdict) -> int:
    """Count what has gone by age in; how many frames it was."""
    kept = verdict.seen
    for period, counts in dropped(layout).items():
        if period.startswith(FRAMES.name + "/"):
            verdict.accepted += counts["accepted"]
            verdict.repeats += counts["repeat"]
            verdict.rejected += counts["rejected"]
            verdict.seen += counts["accepted"] + counts["repeat"] + counts["rejected"]
            verdict.delivered += counts["points"]
        else:
            verdict.stored += counts["points"]
    return verdict.seen - kept


def _numbers(numbers: list[tuple[int, int, int]], gone: int, verdict: Verdict) -> None:
    """Frames are numbered without a gap, and no number is there twice; ``gone`` were the first ones."""
    numbers.sort()
    if numbers and numbers[0][0] > gone + 1:
        verdict.faults.append(f"缺少第{gone + 1}至{numbers[0][0] - 1}号报文")
    for low, high, count in numbers:
        if high - low + 1 != count and not _interleaved(numbers, low, high):
            verdict.faults.append(f"第{low}至{high}号报文有缺失或重复")
    for one, other in itertools.pairwise(numbers):
        if other[0] > one[1] + 1:
            verdict.faults.append(f"缺少第{one[1] + 1}至{other[0] - 1}号报文")


def _interleaved(numbers: list[tuple[int, int, int]], low: int, high: int) -> bool:
    """Where a clock went back over midnight, two days share a range of numbers."""
    sharing = [one for one in numbers if one[0] <= high and one[1] >= low]
    span = max(one[1] for one in sharing) - min(one[0] for one in sharing) + 1
    return span == sum(one[2] for one in sharing)


def _balance(layout: Layout, verdict: Verdict) -> None:
    if verdict.seen != verdict.accepted + verdict.repeats + verdict.rejected:
        verdict.faults.append("报文数不等于接收、重复与拒收之和")
    if verdict.delivered != verdict.stored:
        verdict.faults.append(f"报文带来{verdict.delivered}个值，库里有{verdict.stored}个")
    damaged = sorted(path.name for path in (layout.root / "damaged").glob("*"))
    if damaged:
        verdict.faults.append(f"有损坏的段文件被隔离：{'、'.join(damaged)}")


def _content(counting: list[Part], verdict: Verdict) -> bytes:
    """A digest of the history of a day, whatever parts it lies in: each column from its first row to its last."""
    if verdict.faults:
        return b""
    columns = {name: sha256() for name in SCHEMA.names}
    for given in slices(counting, Points):
        points = ordered(Points.join(given)).current
        for name, column in columns.items():
            column.update(np.ascontiguousarray(getattr(points, name)).tobytes())
    return b"".join(column.digest() for column in columns.values())
