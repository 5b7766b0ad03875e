"""What the gateway knows: series, sources, rules and maintenance windows, as one versioned file that the worker writes.

The gateway reads the newest file when its name changes and goes on with the old one where the new one cannot be read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from anju.kernel.values.refusal import Refusal

# How many old files stay, for a gateway that is reading one.
_KEPT = 3


class SnapshotError(Refusal):
    """A snapshot that is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who delivers: a company's platform, a station, a collector of devices.

    ``number`` is what frames carry (never 0); ``protocol`` the adapter's folder; ``secret`` is sealed with the keys of
    the installation (purpose ``telemetry.source``); ``options`` are the adapter's own (address, topics, register map).
    ``late_after`` in s: older values count as late; ``skew`` in s: a clock further off than this is not believed.
    """

    number: int
    code: str
    protocol: str
    secret: str = ""
    enabled: bool = True
    late_after: int = 900
    skew: int = 300
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with the figures that hold from one day on; the kinds and their parameters are those of ``rules``.

    ``series`` are the numbers it watches and ``others`` what each is compared with (0 where nothing), of one length.
    ``parameters`` are in the units of the series and in seconds. Times in ms; ``until`` 0 means open.
    """

    code: str
    kind: str
    name: str
    grade: str
    parameters: dict[str, Any]
    series: tuple[int, ...]
    others: tuple[int, ...] = ()
    since: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Planned work on assets: no alarm of theirs is raised from ``since`` to ``until`` (ms)."""

    number: int
    assets: tuple[int, ...]
    since: int
    until: int


@dataclass(frozen=True)
class Series:
    """The registry by columns; row i is series number i, and row 0 is nothing.

    ``source`` and ``asset`` are numbers (0: none). A raw value v is kept as ``v * scale + offset``; ``low``, ``high``
    (unit of the series) and ``rate`` (unit a minute) are NaN where there is no limit; ``interval`` in s, 0 where values
    come when they come; ``stuck`` in s, 0 where a value may stay.
    """

    source: NDArray[np.uint32]
    asset: NDArray[np.uint32]
    scale: NDArray[np.float64]
    offset: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rate: NDArray[np.float64]
    interval: NDArray[np.uint32]
    stuck: NDArray[np.uint32]
    tag: pa.StringArray

    def __len__(self) -> int:
        return len(self.source)

    @classmethod
    def none(cls, count: int = 1) -> Series:
        """``count`` rows without source, limits or tags, to be filled in."""
        whole = np.zeros(count, np.uint32)
        nan = np.full(count, np.nan)
        return cls(
            whole,
            whole.copy(),
            np.ones(count),
            np.zeros(count),
            nan,
            nan.copy(),
            nan.copy(),
            whole.copy(),
            whole.copy(),
            pa.array([""] * count, pa.string()),
        )


@dataclass(frozen=True)
class Snapshot:
    """All of it at one version. ``parents`` leads from an asset's number to the number of what it is part of."""

    version: int
    made_at: int
    series: Series
    sources: tuple[Source, ...] = ()
    rules: tuple[Rule, ...] = ()
    windows: tuple[Window, ...] = ()
    parents: dict[int, int] = field(default_factory=dict)

    @cached_property
    def by_tag(self) -> dict[int, dict[str, int]]:
        """Source number → tag → series number."""
        found: dict[int, dict[str, int]] = {source.number: {} for source in self.sources}
        tags = self.series.tag.to_pylist()
        for number, source in zip(_numbers(len(self.series)), self.series.source.tolist(), strict=True):
            if source:
                found.setdefault(source, {})[tags[number]] = number
        return found

    @cached_property
    def by_code(self) -> dict[str, Source]:
        return {source.code: source for source in self.sources}

    @cached_property
    def by_number(self) -> dict[int, Source]:
        return {source.number: source for source in self.sources}


def write(folder: Path, snapshot: Snapshot) -> Path:
    """Put a snapshot beside the older ones, whole or not at all."""
    columns = {one.name: getattr(snapshot.series, one.name) for one in fields(Series)}
    rest = {
        "version": snapshot.version,
        "made_at": snapshot.made_at,
        "sources": snapshot.sources,
        "rules": snapshot.rules,
        "windows": snapshot.windows,
        "parents": list(snapshot.parents.items()),
    }
    table = pa.table(columns).replace_schema_metadata({"rest": orjson.dumps(rest)})
    path = folder / f"snapshot-{snapshot.version:012d}.arrow"
    passing = path.with_suffix(".passing")
    with passing.open("wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    passing.replace(path)
    for old in _paths(folder)[:-_KEPT]:
        old.unlink(missing_ok=True)
    return path


def newest(folder: Path) -> Path | None:
    """The newest snapshot's file; its name tells whether there is news."""
    paths = _paths(folder)
    return paths[-1] if paths else None


def read(path: Path) -> Snapshot:
    """A snapshot from its file.

    Raises ``SnapshotError``.
    """
    try:
        with pa.memory_map(os.fspath(path)) as file:
            table = pa.ipc.open_file(file).read_all().combine_chunks()
            rest = orjson.loads(table.schema.metadata[b"rest"])
            columns = [_column(table[one.name].combine_chunks()) for one in fields(Series)]
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(
            f"测点快照{path.name}读不出来（{error}）。",
            "请让后台进程重新生成快照（anju worker），网关会自动换用。",
        ) from error
    return Snapshot(
        version=rest["version"],
        made_at=rest["made_at"],
        series=Series(*columns),
        sources=tuple(Source(**one) for one in rest["sources"]),
        rules=tuple(_rule(one, len(table)) for one in rest["rules"]),
        windows=tuple(Window(**one | {"assets": tuple(one["assets"])}) for one in rest["windows"]),
        parents=dict(rest["parents"]),
    )


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("snapshot-*.arrow"))


@lru_cache(maxsize=1)
def _numbers(count: int) -> tuple[int, ...]:
    """The numbers below ``count``: the same objects for all rules and tags, 32 bytes each, of which half a million are
    used many times."""
    return tuple(range(count))


def _rule(given: dict[str, Any], count: int) -> Rule:
    numbers = _numbers(count)

    def shared(series: list[int]) -> tuple[int, ...]:
        return tuple(numbers[one] if one < count else one for one in series)

    return Rule(**given | {"series": shared(given["series"]), "others": shared(given["others"])})


def _column(column: pa.ChunkedArray | pa.Array) -> Any:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    # A copy of its own: the file may be removed while the gateway works with it.
    return (
        pa.concat_arrays([column, pa.array([], column.type)])
        if pa.types.is_string(column.type)
        else column.to_numpy().copy()
    )
