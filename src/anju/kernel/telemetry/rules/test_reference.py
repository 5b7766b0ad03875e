"""The engine tells what a plain engine tells that looks at one point after the other, however the stream is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.rules.engine import Engine
from anju.kernel.telemetry.snapshot import Rule, Series, Snapshot, Window

# series, time, value, quality
Point = tuple[int, int, float, int]
Told = tuple[str, str, int, float | None, float | None, int | None, str | None]
# Series 1 to 3 belong to a station (asset 1) and its loop (2), series 4 to another station (3), 5 to none.
ASSETS, SOURCES, PARENTS = [0, 1, 1, 2, 3, 0], [0, 1, 1, 1, 1, 2], {2: 1}
CURVE = ((-10.0, 60.0), (10.0, 40.0))


class Plain:
    """The same rules without arrays: dictionaries, one point at a time."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.newest: dict[int, int] = {}
        self.seen = dict.fromkeys(range(1, len(snapshot.series)), snapshot.made_at)
        self.last: dict[int, tuple[int, float]] = {}
        self.moved: dict[int, int] = {}
        self.pairs: dict[tuple[str, int], dict[str, Any]] = {}
        self.alarms: dict[str, dict[tuple[str, int], dict[str, Any]]] = {}

    def frame(self, number: int, received: int, points: Sequence[Point]) -> Iterator[Told]:
        ordered = sorted(points, key=lambda point: point[1])
        moments: dict[int, list[Point]] = {}
        for point in ordered:
            moments.setdefault(point[1], []).append(point)
        for moment in moments.values():
            new, before = [], {}
            for series, time, value, quality in moment:
                clock = quality == Quality.CLOCK
                fresh = not clock and time > self.newest.get(series, 0)
                if (fresh or clock) and quality not in (Quality.ZERO_FRAME, Quality.NOT_A_NUMBER):
                    self.seen[series] = max(self.seen[series], received)
                if not fresh:
                    continue
                self.newest[series] = time
                new.append((series, time, value, quality))
                before[series] = self.last.get(series)
                if quality < 64 and value == value:
                    if before[series] is None or before[series][1] != value:
                        self.moved[series] = time
                    self.last[series] = (time, value)
            for point in new:
                for code in sorted({rule.code for rule in self.snapshot.rules if rule.kind != "missing"}):
                    yield from self.judge(code, point, before[point[0]], (number, received))

    def term(self, code: str, series: int, time: int) -> tuple[Rule, int, bool] | None:
        rules = [rule for rule in self.snapshot.rules if rule.code == code and series in rule.series]
        if not rules:
            return None
        rules.sort(key=lambda rule: rule.since)
        holding = [rule for rule in rules if rule.since <= time and (not rule.until or time < rule.until)]
        rule = holding[-1] if holding else rules[0]
        other = rule.others[rule.series.index(series)] if rule.others else 0
        return rule, other, bool(holding)

    def masked(self, asset: int, now: int) -> bool:
        line = []
        while asset:
            line.append(asset)
            asset = PARENTS.get(asset, 0)
        return any(w.since <= now < w.until and set(line) & set(w.assets) for w in self.snapshot.windows)

    def judge(self, code: str, point: Point, before: Any, frame: tuple[int, int]) -> Iterator[Told]:
        series, time, value, quality = point
        term = self.term(code, series, time)
        if term is None or value != value or quality >= 64:
            return
        rule, other, holds = term
        pair = self.pairs.setdefault((code, series), {"status": "well", "since": 0, "changed": 0})
        quantity = self.quantity(rule, point, before, self.last.get(other), pair)
        if quantity is None:
            return
        limit, clear = rule.parameters.get("limit", 0.0), rule.parameters.get("clear")
        gate = True
        if "other_below" in rule.parameters:
            gate = self.last[other][1] < rule.parameters["other_below"]
        over, under = compare(rule, quantity, limit, limit if clear is None else clear)
        if rule.kind == "stuck":
            over, under = quantity >= rule.parameters["seconds"], quantity < rule.parameters["seconds"]
            over = over and (not other or self.moved.get(other, 0) > pair["changed"])
        else:
            over, under = over and gate, under or not gate
        over, under = over and holds, under or not holds
        yield from self.step(rule, pair, point, (over, under, quantity), frame)

    def quantity(
        self, rule: Rule, point: Point, before: Any, other: Any, pair: dict[str, Any]
    ) -> float | None:
        series, time, value, _ = point
        number = rule.others[rule.series.index(series)] if rule.others else 0
        lost = number and other is None
        if rule.kind == "stuck":
            band = rule.parameters.get("band", 0.0)
            if before is None or not pair["changed"] or abs(value - before[1]) > band:
                pair["changed"] = time
            return None if lost else (time - pair["changed"]) / 1000
        if rule.kind == "rate":
            return None if before is None else (value - before[1]) / ((time - before[0]) / 60_000)
        if not rule.others:
            return value
        if other is None or abs(time - other[0]) > rule.parameters.get("within", 1e12) * 1000:
            return None
        if rule.kind == "difference":
            return value - other[1]
        if rule.kind == "ratio":
            return value / other[1] if other[1] else None
        if rule.kind == "curve":
            return float(value - np.interp(other[1], [x for x, _ in CURVE], [y for _, y in CURVE]))
        return value

    def step(
        self, rule: Rule, pair: dict[str, Any], point: Point, judged: Any, frame: tuple[int, int]
    ) -> Iterator[Told]:
        (series, time, value, _), (over, under, quantity) = point, judged
        hold = rule.parameters.get("hold", 0) * 1000
        masked = self.masked(ASSETS[series], time)
        pair.update(value=value, judged=quantity, frame=frame[0])
        if pair["status"] in ("well", "pending"):
            if over and pair["status"] == "well":
                pair.update(status="pending", since=pair["changed"] or time, received=frame[1])
            if not over:
                pair["status"] = "well"
            elif time - pair["since"] >= hold or rule.kind == "stuck":
                pair["status"] = "masked" if masked else "raised"
                yield told(rule, series, pair, time)
        elif under:
            pair["status"] = "cleared"
            yield told(rule, series, pair, time)
            pair["status"] = "well"
        elif pair["status"] == "masked" and not masked:
            pair["status"] = "raised"
            yield told(rule, series, pair, time)

    def tick(self, now: int) -> Iterator[Told]:
        for (code, series), pair in sorted(self.pairs.items(), key=lambda one: (one[0][1], one[0][0])):
            rule, _, holds = self.term(code, series, now) or (None, 0, False)
            if rule is None or pair["status"] == "well":
                continue
            before = pair["status"]
            ripe = before == "pending" and now - pair["received"] >= rule.parameters.get("hold", 0) * 1000
            if not holds:
                pair["status"] = "cleared" if before in ("masked", "raised") else "well"
            elif ripe or before == "masked":
                pair["status"] = "masked" if self.masked(ASSETS[series], now) else "raised"
            if pair["status"] not in (before, "well"):
                yield told(rule, series, pair, now)
            if pair["status"] == "cleared":
                pair["status"] = "well"


def compare(rule: Rule, quantity: float, limit: float, clear: float) -> tuple[bool, bool]:
    side = rule.parameters.get(
        "side", {"below": "below", "rate": "both", "curve": "both"}.get(rule.kind, "above")
    )
    if side == "below":
        return quantity < limit, quantity >= clear
    quantity = abs(quantity) if side == "both" else quantity
    return quantity > limit, quantity <= clear


def told(rule: Rule, series: int, pair: dict[str, Any], at: int) -> Told:
    identity = f"{rule.code}/s{series}/{pair['since']}"
    return identity, pair["status"], at, pair["value"], pair["judged"], pair["frame"], None


def registry() -> Series:
    series = Series.none(6)
    series.asset[:], series.source[:] = ASSETS, SOURCES
    series.interval[:] = 60
    return Series(**{**series.__dict__, "tag": pa.array([""] * 6)})


DAY = 86_400_000
RULES = (
    Rule("r.above", "above", "", "crit", {"limit": 50, "clear": 48, "hold": 120}, (1, 2, 4)),
    Rule("r.below", "below", "", "high", {"limit": 46, "clear": 47}, (1, 3), until=DAY + 900_000),
    Rule("r.below", "below", "", "warn", {"limit": 49}, (1, 3), since=DAY + 900_000),
    Rule("r.freeze", "below", "", "crit", {"limit": 48, "other_below": 0, "hold": 60}, (1, 2), (5, 5)),
    Rule("r.rate", "rate", "", "warn", {"limit": 3}, (1, 3)),
    Rule("r.stuck", "stuck", "", "warn", {"seconds": 180, "band": 1}, (2, 4), (1, 0)),
    Rule("r.pair", "difference", "", "warn", {"limit": 3, "side": "both", "within": 300}, (1, 2), (2, 3)),
    Rule("r.ratio", "ratio", "", "warn", {"limit": 1.05, "clear": 1.0}, (3,), (4,)),
    Rule(
        "r.curve", "curve", "", "info", {"curve": CURVE, "limit": 3, "clear": 2, "hold": 60}, (2, 4), (5, 5)
    ),
)
WINDOWS = (Window(1, (1,), DAY + 300_000, DAY + 700_000), Window(2, (3,), DAY + 100_000, DAY + 400_000))
SNAPSHOT = Snapshot(1, DAY, registry(), rules=RULES, windows=WINDOWS, parents=PARENTS)


def steps(random: Random) -> list[list[Point] | None]:
    """150 frames and ticks (None); values mostly stay, times are now and then late or ahead."""
    level, found = dict.fromkeys(range(1, 6), 48.0), []
    for _ in range(150):
        frame = []
        for _ in range(random.randint(1, 8)):
            series = random.randint(1, 5)
            if random.random() < 0.5:
                level[series] = float(random.choice([*range(44, 54), *range(44, 54), 0, -5, 5]))
            value = level[series] if random.random() < 0.97 else float("nan")
            offset = random.randint(-2, 6) if random.random() < 0.3 else random.randint(-2, 0)
            quality = random.choice(
                [Quality.RATE, Quality.CLOCK, Quality.RANGE, Quality.ZERO_FRAME, *[0] * 20]
            )
            frame.append((series, offset, value, quality))
        found.append(frame if random.random() < 0.7 else None)
    return found


def stream(given_steps: list[list[Point] | None]) -> Iterator[tuple[int, int, list[Point] | None]]:
    """Frames and ticks with growing times: number, receipt, points (None: a tick)."""
    now = DAY
    for number, step in enumerate(given_steps, 1):
        now += 20_000
        frame = None
        if step is not None:
            frame = [(s, now + 10_000 * offset, value, quality) for s, offset, value, quality in step]
        yield number, now, frame


def batch(frames: list[tuple[int, int, list[Point]]]) -> Points:
    rows = [(*point, received, number) for number, received, points_ in frames for point in points_]
    columns = list(zip(*rows, strict=True))
    kinds = (np.uint32, np.int64, np.float64, np.uint8, np.int64, np.uint64)
    return Points(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))


def of_engine(snapshot: Snapshot, items: list[Any], cuts: list[int]) -> list[list[Told]]:
    """What the engine tells between ticks; ``cuts``: 0 goes on, 1 begins a batch, 2 a new engine besides."""
    engine, pending, found = Engine(snapshot), [], [[]]
    for (number, now, frame), cut in zip(items, cuts, strict=True):
        if pending and (cut or frame is None):
            found[-1] += engine.apply(batch(pending), now)
            pending = []
        if cut == 2:
            engine = Engine(snapshot, engine.state())
        if frame is None:
            found.append(engine.tick(now))
            found.append([])
        else:
            pending.append((number, now, frame))
    if pending:
        found[-1] += engine.apply(batch(pending), 0)
    return [[told_of(event) for event in events] for events in found]


def told_of(event: dict[str, Any]) -> Told:
    return tuple(event[name] for name in ("id", "state", "at", "value", "judged", "frame", "cause"))  # type: ignore[return-value]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_any_cut_of_a_stream_tells_what_the_plain_engine_tells(seed: int) -> None:
    random = Random(seed)
    items = list(stream(steps(random)))
    cuts = [random.choice([0, 0, 0, 1, 2]) for _ in items]
    plain, expected = Plain(SNAPSHOT), [[]]
    for number, now, frame in items:
        if frame is None:
            expected += [list(plain.tick(now)), []]
        else:
            expected[-1] += plain.frame(number, now, frame)
    assert sum(map(len, expected)) > 50
    assert of_engine(SNAPSHOT, items, [0] * len(items)) == expected
    assert of_engine(SNAPSHOT, items, cuts) == expected
