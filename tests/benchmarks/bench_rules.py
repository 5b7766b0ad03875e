"""How many points a second the rules and the quality codes get through: 20,000 series with three rules each.

Beside it stands the same work done by a loop over points, for a smaller stream, and bare indexing of the same arrays.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.rules.engine import Engine
from anju.kernel.telemetry.rules.quality import Judge
from anju.kernel.telemetry.snapshot import Rule, Series, Snapshot, Source

SERIES, TAGS, BATCH, BATCHES = 20_000, 20, 10_000, 200
START = 1_700_000_000_000


def snapshot(kinds: str) -> Snapshot:
    """1,000 stations of 20 tags; ``plain`` has three limits, ``mixed`` a limit, a rate and a comparison."""
    series = Series.none(SERIES + 1)
    series.source[1:], series.asset[1:] = 1, 1 + np.arange(SERIES) // TAGS
    series.low[1:], series.high[1:], series.rate[1:], series.stuck[1:] = 0, 150, 30, 7200
    series.interval[1:] = 60
    numbers = tuple(range(1, SERIES + 1))
    others = tuple(1 + (number - 1) // TAGS * TAGS for number in numbers)
    above = {"limit": 95, "clear": 90, "hold": 120}
    rules = [Rule("bench.high", "above", "", "warn", above, numbers)]
    if kinds == "plain":
        rules.append(Rule("bench.low", "below", "", "warn", {"limit": 5}, numbers))
        rules.append(Rule("bench.top", "above", "", "crit", {"limit": 120, "hold": 60}, numbers))
    else:
        rules.append(Rule("bench.rate", "rate", "", "warn", {"limit": 40, "hold": 60}, numbers))
        rules.append(
            Rule("bench.gap", "difference", "", "warn", {"limit": 80, "side": "both"}, numbers, others)
        )
    silent = Rule("bench.missing", "missing", "", "high", {"intervals": 3, "share": 5, "least": 3}, numbers)
    sources = (Source(1, "bench", "http"),)
    return Snapshot(1, START, series, sources, (*rules, silent))


def batches(count: int, share: float) -> list[Points]:
    """Stations in turn, 20 points a frame and moment; ``share`` of the values is beyond a limit."""
    random, found = np.random.default_rng(7), []
    for number in range(count):
        place = np.arange(number * BATCH, (number + 1) * BATCH)
        times = START + place // SERIES * 60_000
        values = 50 + random.normal(0, 3, BATCH)
        values[random.random(BATCH) < share] = 99.0
        series = (1 + place % SERIES).astype(np.uint32)
        frames = (1 + place // TAGS).astype(np.uint64)
        found.append(Points(series, times, values, np.zeros(BATCH, np.uint8), times, frames))
    return found


def rate(work: Callable[[Points], object], given: list[Points]) -> float:
    """Points a second of processor time, so that other jobs on the machine do not count."""
    begin = time.process_time()
    for points in given:
        work(points)
    return sum(map(len, given)) / (time.process_time() - begin)


def report(name: str, figure: float) -> None:
    print(f"{name:<66}{figure / 1e6:>8.2f} M points/s")


def plain_loop(points: Points) -> int:
    """Three comparisons a point and nothing kept: less than a rule does."""
    found = 0
    for value in points.value.tolist():
        found += (value > 95) + (value < 5) + (value > 120)
    return found


def main() -> None:
    for share in (0.0, 0.001, 0.05):
        given = batches(BATCHES, share)
        for kinds in ("plain", "mixed"):
            engine = Engine(snapshot(kinds))
            name = f"rules, 3 {kinds} a series, {share:.1%} of the values beyond a limit"
            report(name, rate(lambda points, engine=engine: engine.apply(points, 0), given))
    judge = Judge(snapshot("plain"))
    report("quality codes", rate(judge.judge, given))
    engine = Engine(snapshot("plain"))
    for points in given:
        engine.apply(points, 0)
    now = int(given[-1].time[-1]) + 1000
    engine.tick(now)
    begin = time.perf_counter()
    engine.tick(now + 1000)
    print(f"tick over 80,000 pairs: {(time.perf_counter() - begin) * 1000:.1f} ms")
    begin = time.perf_counter()
    print(f"checkpoint: {len(engine.state()) / 1e6:.1f} MB in {(time.perf_counter() - begin) * 1000:.1f} ms")
    limit = np.full(SERIES + 1, 95.0)
    report(
        "beside it: one vectorised comparison with a limit by series",
        rate(lambda p: p.value > limit[p.series], given),
    )
    report("beside it: three comparisons in a Python loop, nothing kept", rate(plain_loop, given[:20]))


if __name__ == "__main__":
    main()
