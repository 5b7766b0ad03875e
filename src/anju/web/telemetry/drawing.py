"""Small charts as SVG paths: they need no script, print, and carry their lengths as attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from anju.kernel.telemetry.wording import figure
from anju.web.telemetry.common import Pair, thinned

_MOST = 120


@dataclass(frozen=True, slots=True)
class Chart:
    """A box with lines broken at gaps; ``limit`` and ``ticks`` are heights in the box with their words."""

    width: int
    height: int
    lines: list[str] = field(default_factory=list)
    last: tuple[str, str] | None = None
    limit: tuple[str, str] | None = None
    ticks: list[tuple[str, str]] = field(default_factory=list)
    left: int = 0

    def __bool__(self) -> bool:
        return bool(self.lines)


def spark(pieces: Sequence[Sequence[Pair]], span: Pair, limit: float | None) -> Chart:
    """72 × 22 pixels with the last point marked and the limit dashed, no axes."""
    return _drawn(pieces, span, limit, Chart(72, 22), (0, 4, 4, 3))


def panel(pieces: Sequence[Sequence[Pair]], span: Pair, limit: float | None, unit: str) -> Chart:
    """324 × 112 pixels with a few ticks, for the rail."""
    return _drawn(pieces, span, limit, Chart(324, 112, left=40), (40, 10, 14, 24), unit)


def _drawn(
    pieces: Sequence[Sequence[Pair]],
    span: Pair,
    limit: float | None,
    box: Chart,
    margins: tuple[float, float, float, float],
    unit: str = "",
) -> Chart:
    values = [value for piece in pieces for _, value in piece]
    if not values:
        return box
    left, right, top, bottom = margins
    low, high = _around([*values, *([limit] if limit is not None else [])])
    begin, end = span

    def x(time: float) -> float:
        return left + (time - begin) / max(end - begin, 1) * (box.width - left - right)

    def y(value: float) -> float:
        return box.height - bottom - (value - low) / (high - low) * (box.height - top - bottom)

    lines = [
        " ".join(f"{x(time):.1f},{y(value):.1f}" for time, value in thinned(piece, _MOST)) for piece in pieces
    ]
    time, value = pieces[-1][-1]
    ticks = [(f"{y(one):.1f}", _short(one, high - low)) for one in (low, high)] if box.left else []
    return Chart(
        box.width,
        box.height,
        lines,
        (f"{x(time):.1f}", f"{y(value):.1f}"),
        (f"{y(limit):.1f}", figure(limit, unit)) if limit is not None else None,
        ticks,
        box.left,
    )


def _short(value: float, width: float) -> str:
    """With as many decimals as tell the ends of the axis apart."""
    decimals = next((n for n, least in enumerate((10, 1, 0.1)) if width >= least), 3)
    return f"{value:.{decimals}f}".replace("-", "−")


def _around(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    if low == high:
        return low - 1, high + 1
    spare = (high - low) * 0.08
    return low - spare, high + spare
