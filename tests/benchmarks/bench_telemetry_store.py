"""``make bench-telemetry``: the store of telemetry, each figure beside a rival or a limit in the same run.

Durable appends of the same points by the journal (raw frames of 362 bytes for every 20 points kept as well), by bare
Arrow messages, Parquet files, PostgreSQL COPY (which here keeps its promises: fsync on) and SQLite; then a city of
20,000 series (a tenth every five minutes, the others hourly) filled through the journal and sealed day by day, and
asked while 20,000 points a second arrive and the sealer works.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import SCHEMA, Points
from anju.kernel.telemetry.store import days
from anju.kernel.telemetry.store.journal import Journal, Limits
from anju.kernel.telemetry.store.latest import LatestReader, LatestWriter
from anju.kernel.telemetry.store.reading import History
from anju.kernel.telemetry.store.sealing import child
from anju.kernel.telemetry.store.sealing.rounds import Options, seal

sys.path.insert(0, str(Path(__file__).parent))

from rivals import Append, bare, orm, parquet, postgres, sqlite

SERIES, FAST, TAGS = 20_000, 2_000, 20
RAW = (
    bytes(range(256)) + b"20 values as JSON or HJ 212 would have them, and a little more: " + b"0.123456" * 6
)
BEGIN = days.start_of(days.date_of(1_795_795_200_000))
RATE = 20_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=99, help="days of the city; a day is 1,008,000 points")
    parser.add_argument("--seconds", type=float, default=3, help="how long each way of appending is measured")
    parser.add_argument("--city", type=Path, help="a folder for the city; one that is filled is asked again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("ANJU_BENCH", ".")) as folder:
        appends(Path(folder), given.seconds)
    if given.city:
        city(given.city, given.days)
    else:
        with tempfile.TemporaryDirectory(dir=os.environ.get("ANJU_BENCH", ".")) as folder:
            city(Path(folder), given.days)


def appends(folder: Path, seconds: float) -> None:
    """Rows a second that outlive a loss of power, at 1,000 and 10,000 rows a commit."""
    warnings.filterwarnings("ignore", module="pgserver")
    with postgres(folder / "postgres") as copy:
        ways: dict[str, Callable[[Path], Append]] = {
            "journal (frames kept, latest values)": journal,
            "bare Arrow messages": bare,
            "a Parquet file each": parquet,
            "PostgreSQL COPY": lambda _: copy,
            "SQLite executemany": sqlite,
            "Django bulk_create": orm,
        }
        for size in (1_000, 10_000):
            for name, way in ways.items():
                place = folder / f"{name.split()[0]}-{size}"
                place.mkdir()
                print(
                    f"append {size:>6} {name:<38} {speed(way(place), size, seconds):>9,.0f} rows/s",
                    flush=True,
                )


def speed(append: Append, size: int, seconds: float) -> float:
    batches = [batch(number, size) for number in range(20)]
    begin, count = time.perf_counter(), 0
    while (taken := time.perf_counter() - begin) < seconds:
        append(batches[count % len(batches)])
        count += 1
    return count * size / taken


def batch(number: int, size: int) -> Points:
    """Values of stations in turn, 20 points a frame, one decimal."""
    random = np.random.default_rng(number)
    place = np.arange(number * size, (number + 1) * size)
    times = np.full(size, BEGIN + number * 1000)
    return Points(
        (1 + place % SERIES).astype(np.uint32),
        times,
        np.round(random.normal(50, 5, size), 1),
        np.zeros(size, np.uint8),
        times + 700,
        (place // TAGS).astype(np.uint64),
    )


def journal(folder: Path) -> Append:
    layout = Layout.of(folder)
    opened, latest = Journal.open(layout, BEGIN, Limits(reserve=0)), LatestWriter(layout, SERIES)

    def append(points: Points) -> None:
        first = opened.next_number
        count = len(points) // TAGS
        sent = renumbered(points, first)
        received = int(points.received[0])
        opened.commit([frame(first + at, received) for at in range(count)], sent)
        latest.update(sent)
        opened.roll()

    return append


def renumbered(points: Points, first: int) -> Points:
    numbers = np.repeat(np.arange(first, first + len(points) // TAGS, dtype=np.uint64), TAGS)
    return Points(points.series, points.time, points.value, points.quality, points.received, numbers)


def frame(number: int, received: int, points: int = TAGS, raw: bytes = RAW) -> Frame:
    key = key_of(1, number.to_bytes(8, "big"))
    return Frame(number, 1, received, "http", key, Status.ACCEPTED, Reason.NONE, points, 0, raw)


def city(folder: Path, count: int) -> None:
    layout = Layout.of(folder)
    if not (folder / "filled").exists():
        begin = time.perf_counter()
        total = fill(layout, count)
        taken = time.perf_counter() - begin
        print(
            f"city   {total:,} points of {SERIES:,} series over {count} days, written and sealed in {taken:.0f} s"
        )
        sizes(layout, total)
        (folder / "filled").touch()
    writer = subprocess.Popen(
        [sys.executable, __file__, "--arrive", os.fspath(folder), str(count)], stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    sealer = child.start(folder, every=5)
    try:
        questions(layout, count)
    finally:
        writer.terminate()
        arrived = writer.stdout.read().decode().split()
        sealer.communicate()
    print(f"while {arrived[-2]} points arrived at {arrived[-1]}/s")


def sizes(layout: Layout, total: int) -> None:
    for name in ("points", "rollups/minute", "rollups/hour", "rollups/day"):
        size = sum(path.stat().st_size for path in (layout.root / name).rglob("*.parquet"))
        print(f"city   {name:<16} {size / total:.2f} bytes a point", flush=True)


def fill(layout: Layout, count: int) -> int:
    """Day by day, each in one frame an hour, so that the frames do not outweigh the points."""
    opened, latest, total = Journal.open(layout, BEGIN, Limits(reserve=0)), LatestWriter(layout, SERIES), 0
    for day in range(count):
        for points in hours_of(day):
            number = opened.next_number
            sent = Points(
                *(getattr(points, name) for name in SCHEMA.names[:5]), np.full(len(points), number, np.uint64)
            )
            opened.commit([frame(number, int(sent.received[-1]), len(sent))], sent)
            latest.update(sent)
            total += len(sent)
        opened.close_pair()
        seal(layout, int(time.time() * 1000), Options(grace=-days.DAY))
    latest.close()
    opened.close()
    return total


def hours_of(day: int) -> Iterator[Points]:
    random = np.random.default_rng(day)
    for hour in range(24):
        start = BEGIN + day * days.DAY + hour * days.HOUR
        fast = np.tile(np.arange(1, FAST + 1, dtype=np.uint32), 12)
        slow = np.arange(FAST + 1, SERIES + 1, dtype=np.int64)
        times = np.concatenate([start + np.repeat(np.arange(12), FAST) * 300_000, start + slow % 60 * 60_000])
        series = np.concatenate([fast, slow.astype(np.uint32)])
        order = np.argsort(times, kind="stable")
        count = len(order)
        yield Points(
            series[order],
            times[order].astype(np.int64),
            np.round(40 + series[order] % 30 + random.normal(0, 1, count), 1),
            np.where(random.random(count) < 0.01, 65, 0).astype(np.uint8),
            times[order] + random.integers(200, 2000, count // 20 + 1).repeat(20)[:count],
            np.zeros(count, np.uint64),
        )


def arrive(folder: Path, count: int) -> None:
    """20,000 points a second in 20 commits, as from 1,000 stations, until somebody ends it."""
    layout = Layout.of(folder)
    opened, latest = Journal.open(layout, BEGIN, Limits(age=5_000, reserve=0)), LatestWriter(layout, SERIES)
    start, done = time.perf_counter(), 0
    try:
        while True:
            begin = BEGIN + count * days.DAY + done // RATE * 1000
            points = renumbered(batch(done // 1000, 1000), opened.next_number)
            times = np.full(1000, begin)
            points = Points(points.series, times, points.value, points.quality, times + 500, points.frame)
            numbers = range(opened.next_number, opened.next_number + 1000 // TAGS)
            opened.commit([frame(number, begin) for number in numbers], points)
            latest.update(points)
            opened.roll()
            done += 1000
            if done == 1000:
                print("begun", flush=True)
            time.sleep(max(0.0, start + done / RATE - time.perf_counter()))
    finally:
        print(done, round(done / (time.perf_counter() - start)), flush=True)


def questions(layout: Layout, count: int) -> None:
    history, latest = History(layout), LatestReader(layout)
    every = np.arange(1, SERIES + 1)
    end = BEGIN + count * days.DAY
    week, season = end - 7 * days.DAY, max(BEGIN, end - 120 * days.DAY)
    fast = {series: series % 20 for series in range(1, FAST + 1)}
    series = iter(range(1, SERIES + 1, 7))
    ask("latest values of 20,000 series", lambda: len(latest.read(every)), 50)
    ask("  beside: a bare gather of as many rows", gather(), 50)
    ask(
        "one series over 7 days, another each time",
        lambda: len(history.points([next(series)], week, end)),
        40,
    )
    ask("one series over 7 days to this moment", lambda: len(history.points([5], week, end + days.DAY)), 40)
    ask("  beside: Parquet of these days read whole", lambda: whole(layout, week, end), 1)
    ask("trend of one series over 120 days", lambda: len(history.trend([5], season, end).rows), 20)
    ask(
        "one day by minutes with what is not sealed",
        lambda: len(history.rollup("minute", [5], end - days.DAY, end + days.HOUR)),
        20,
    )
    ask(
        "2,000 series by 20 groups and hour, 120 days",
        lambda: len(history.grouped("hour", fast, season, end)),
        3,
    )
    everyone = {series: series % 20 for series in range(1, SERIES + 1)}
    ask(
        "20,000 series by 20 groups and hour, 120 days",
        lambda: len(history.grouped("hour", everyone, season, end)),
        1,
    )
    ask(
        "20,000 series by 20 groups and day, 120 days",
        lambda: len(history.grouped("day", everyone, season, end)),
        3,
    )


def ask(name: str, question: Callable[[], int], rounds: int) -> None:
    """Median and longest of some rounds, and the processor time of one: what a machine with nothing else to do takes
    at most."""
    taken, busy = [], time.process_time()
    for _ in range(rounds):
        begin = time.perf_counter()
        rows = question()
        taken.append((time.perf_counter() - begin) * 1000)
    busy = (time.process_time() - busy) / rounds * 1000
    middle = statistics.median(taken)
    print(
        f"ask    {name:<46} p50 {middle:>8,.1f} ms  max {max(taken):>8,.1f} ms  cpu {busy:>8,.1f} ms  {rows:,} rows",
        flush=True,
    )


def gather() -> Callable[[], int]:
    rows = np.zeros((SERIES + 1, 2, 6))
    at = np.arange(SERIES) + 1
    return lambda: len(rows[at])


def whole(layout: Layout, since: int, until: int) -> int:
    names = [f"day={days.day_name(time)}" for time in range(since, until, days.DAY)]
    return sum(
        pq.read_table(path, partitioning=None).num_rows
        for name in names
        for path in (layout.points / name).glob("*.parquet")
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--arrive"]:
        import signal

        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        arrive(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
