"""Up to which pair of segments everything is sealed: written last, so what lies above it is done again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from anju.kernel.telemetry.layout import Layout

from . import disk


@dataclass(frozen=True, slots=True)
class Marker:
    """``pair`` is sealed with all before it; ``frame`` is the highest frame number in them."""

    pair: int = 0
    frame: int = 0


def path(layout: Layout) -> Path:
    return layout.root / "sealed.json"


def read(layout: Layout) -> Marker:
    try:
        return Marker(**orjson.loads(path(layout).read_bytes()))
    except FileNotFoundError:
        return Marker()


def write(layout: Layout, marker: Marker) -> None:
    passing = path(layout).with_suffix(".passing")
    passing.write_bytes(orjson.dumps(marker))
    disk.publish(passing, path(layout))
