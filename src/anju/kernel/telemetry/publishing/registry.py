"""The registry by columns, read once for a snapshot: arrays, never half a million objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anju.kernel.telemetry import snapshot
from anju.kernel.telemetry.models import AssetNumber, Series

_CHUNK = 20_000
_NUMBERS = ("scale", "offset", "low", "high", "rate", "interval", "stuck")
_COLUMNS = (
    "number", "source__number", "asset__telemetry_number__number", *_NUMBERS, "tag", "enabled", "property",
)  # fmt: skip


@dataclass
class Registry:
    """``series`` as the gateway gets them; ``property`` of each row is an index of ``properties``.

    ``types``, ``areas`` and ``parents`` are those of the assets by their number (0 and None: none).
    """

    series: snapshot.Series
    property: NDArray[np.int32]
    enabled: NDArray[np.bool_]
    properties: dict[str, int] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    areas: list[UUID | None] = field(default_factory=list)
    parents: dict[int, int] = field(default_factory=dict)
    numbers: dict[UUID, int] = field(default_factory=dict)

    def below(self, asset: int) -> list[int]:
        """The asset and all its parts."""
        down: dict[int, list[int]] = {}
        for child, parent in self.parents.items():
            down.setdefault(parent, []).append(child)
        found = [asset]
        for one in found:
            found += [child for child in down.get(one, ()) if child not in found]
        return found


def read() -> Registry:
    """All series and the assets that have a number."""
    last = Series.objects.order_by("-number").values_list("number", flat=True).first() or 0
    columns = snapshot.Series.none(last + 1)
    tags = np.full(last + 1, "", dtype=object)
    registry = Registry(columns, np.full(last + 1, -1, np.int32), np.zeros(last + 1, np.bool_))
    for chunk in _chunks(Series.objects.order_by("number").values_list(*_COLUMNS).iterator(_CHUNK)):
        _fill(registry, tags, chunk)
    registry.series = snapshot.Series(**{**columns.__dict__, "tag": pa.array(tags.tolist(), pa.string())})
    _assets(registry)
    return registry


def _chunks(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _fill(registry: Registry, tags: NDArray[Any], chunk: list[tuple[Any, ...]]) -> None:
    number, source, asset, *figures, tag, enabled, observed = zip(*chunk, strict=True)
    at = np.array(number, np.int64)
    on = np.array(enabled, np.bool_)
    series = registry.series
    # What is switched off takes no values: its tag leads nowhere.
    series.source[at] = np.where(on, np.array([one or 0 for one in source], np.uint32), 0)
    series.asset[at] = np.array([one or 0 for one in asset], np.uint32)
    for name, values in zip(_NUMBERS, figures, strict=True):
        column = getattr(series, name)
        # None becomes NaN: no limit.
        column[at] = np.array(values, np.float64).astype(column.dtype)
    tags[at] = np.array(tag, dtype=object)
    registry.enabled[at] = on
    known = registry.properties
    registry.property[at] = [known.setdefault(one, len(known)) for one in observed]


def _assets(registry: Registry) -> None:
    rows = list(
        AssetNumber.objects.values_list(
            "number", "asset_id", "asset__type", "asset__area_id", "asset__parent__telemetry_number__number"
        )
    )
    last = max((row[0] for row in rows), default=0)
    registry.types, registry.areas = [""] * (last + 1), [None] * (last + 1)
    for number, key, kind, area, parent in rows:
        registry.numbers[key] = number
        registry.types[number], registry.areas[number] = kind, area
        if parent:
            registry.parents[number] = parent
