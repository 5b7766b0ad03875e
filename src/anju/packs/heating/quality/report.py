"""All rules between tags on one table of a station, as plain data: what was found, how often, and where it began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np

from anju.packs.heating.figures import Figures
from anju.packs.heating.quality import consistency, shapes
from anju.packs.heating.quality.consistency import Flags, Floats, Ints

# Tags of section 2 as a table may head them; heat counters are in GJ, power in kW, flow in m³/h, pressure in MPa.
TAGS = (
    "t1s",
    "t1r",
    "t2s",
    "t2r",
    "p1s",
    "p1r",
    "p2s",
    "p2r",
    "f1",
    "q1",
    "f2",
    "q2",
    "heat",
    "target",
    "outdoor",
)
_ORDERS = (
    ("t1s", "t1r", "一次供温低于回温"), ("t2s", "t2r", "二次供温低于回温"), ("p1s", "p1r", "一次供压低于回压"),
    ("p2s", "p2r", "二次供压低于回压"), ("t1s", "t2s", "一次供温低于二次供温"),
)  # fmt: skip
_IDENTITIES = (("q1", "f1", "t1s", "t1r"), ("q2", "f2", "t2s", "t2r"))
_SPIKED = ("t1s", "t1r", "t2s", "t2r", "p1s", "p1r", "p2s", "p2r", "target")


@dataclass(frozen=True, slots=True)
class Found:
    """``rule`` and ``tags``, rows that break it of those ``compared``, the first of them, and a verdict in words."""

    rule: str
    tags: tuple[str, ...]
    rows: int
    compared: int
    first: int | None
    verdict: str


def check(seconds: Ints, tags: Mapping[str, Floats], figures: Figures) -> list[Found]:
    """What is wrong with a station's table: ``seconds`` in order, ``tags`` of ``TAGS`` with NaN for a gap."""
    zero = (
        consistency.zero_frames(np.column_stack(list(tags.values())))
        if tags
        else np.zeros(len(seconds), bool)
    )
    # A zero-filled frame is a gap: no other rule may judge it.
    kept = {name: np.where(zero, np.nan, values) for name, values in tags.items()}
    found = [
        _found("zero_frame", tuple(tags), zero, len(seconds), "整帧为零，按缺数处理"),
        *_gaps(seconds, figures),
        *_orders(kept, figures),
        *_identities(kept, figures),
    ]
    for name in _SPIKED:
        if name in kept:
            wrong = shapes.spikes(kept[name], figures)
            found.append(_found("spike", (name,), wrong, int(np.isfinite(kept[name]).sum()), "孤立尖峰"))
    if "heat" in kept:
        resets = shapes.counter(kept["heat"]).resets
        found.append(_found("counter_reset", ("heat",), resets, len(seconds), "累计值倒退"))
    return [one for one in found if one.rows]


def to_json(found: list[Found], seconds: Ints, zone: tzinfo | None = None) -> list[dict[str, Any]]:
    """The findings with the time of their first row."""

    def moment(row: int | None) -> str | None:
        return None if row is None else datetime.fromtimestamp(int(seconds[row]), zone or UTC).isoformat()

    return [
        {
            "rule": one.rule,
            "tags": list(one.tags),
            "rows": one.rows,
            "compared": one.compared,
            "first": moment(one.first),
            "verdict": one.verdict,
        }
        for one in found
    ]


def _found(rule: str, tags: tuple[str, ...], wrong: Flags, compared: int, verdict: str) -> Found:
    rows = np.flatnonzero(wrong)
    return Found(rule, tags, len(rows), compared, int(rows[0]) if len(rows) else None, verdict)


def _gaps(seconds: Ints, figures: Figures) -> Iterator[Found]:
    gaps = shapes.gaps(seconds, figures)
    if gaps:
        since, until = max(gaps, key=lambda gap: gap[1] - gap[0])
        first = int(np.searchsorted(seconds, gaps[0][0]))
        yield Found("gap", (), len(gaps), len(seconds), first, f"数据中断，最长{until - since}秒")


def _orders(tags: Mapping[str, Floats], figures: Figures) -> Iterator[Found]:
    for high, low, words in _ORDERS:
        if high in tags and low in tags:
            one = consistency.supply_above_return(tags[high], tags[low], figures)
            verdict = f"{words}：占{100 * one.share:.1f}%"
            verdict += "，疑似通道接反或未标定" if one.swapped else ""
            yield _found("order", (high, low), one.wrong, one.compared, verdict)


def _identities(tags: Mapping[str, Floats], figures: Figures) -> Iterator[Found]:
    for names in _IDENTITIES:
        if all(name in tags for name in names):
            power, flow, supply, back = (tags[name] for name in names)
            off, ratio = consistency.energy_identity(power, flow, supply, back, figures)
            expected = consistency.heat_power(flow, supply, back, figures.number("water_density"))
            slip = consistency.unit_slip(power, expected, figures)
            verdict = f"疑似单位错误（{slip[0]}）" if slip else "热量与流量、温差不符"
            yield _found("identity", names, off, int(np.isfinite(ratio).sum()), verdict)
