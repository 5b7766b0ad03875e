"""Load and weather on one grid of hours, with what was done to them on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anju.packs.heating.forecasting import columns, stamps, tables
from anju.packs.heating.forecasting.tables import Floats, Table, TableError

Ints = NDArray[np.int64]

DAY, WEEK = 24, 168
# Forecasts of the weather reach beyond the last load by as much as loads are forecast.
LONGEST_HORIZON = 72
_HOUR = 3600
_COLDEST, _HOTTEST = -60.0, 60.0
_LONGEST = 24 * 366 * 30


@dataclass(frozen=True, slots=True)
class Runs:
    """Archived weather forecasts: value i is for hour ``valid[i]`` and was published at the beginning of ``issued[i]``."""

    issued: Ints
    valid: Ints
    value: Floats


@dataclass(frozen=True, slots=True)
class History:
    """Row i is hour ``start + i`` since 1970 (UTC). NaN in ``load`` and ``temperature`` is a gap.

    ``known_load`` and ``known_temperature`` have gaps filled with the same hour of the day before, which was known by
    then; they are what models read. ``forecasts`` are by lead in hours, ``runs`` by time of issue. ``used`` says which
    column was taken for what.
    """

    start: int
    load: Floats
    temperature: Floats
    known_load: Floats
    known_temperature: Floats
    zone: tzinfo
    forecasts: dict[int, Floats] = field(default_factory=dict)
    runs: Runs | None = None
    used: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.load)

    def moment(self, row: int) -> datetime:
        """When the hour of a row begins."""
        return datetime.fromtimestamp((self.start + row) * _HOUR, UTC).astimezone(self.zone)

    def row(self, moment: datetime) -> int:
        """The row of the hour that a moment lies in; naive moments are of the zone of the data."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return int(aware.timestamp() // _HOUR) - self.start

    def weekdays(self, rows: Ints) -> Ints:
        """0 is Monday."""
        offset = self.moment(0).utcoffset()
        shift = int(offset.total_seconds() // _HOUR) if offset else 0
        return ((self.start + rows + shift) // DAY + 3) % 7


def load(
    load_path: Path, weather_path: Path, given: Mapping[str, str], zone: tzinfo | None = None
) -> History:
    """Both files on the hours of the load. Raises ``TableError`` for what cannot be used."""
    table = tables.read(load_path)
    weather = table if weather_path == load_path else tables.read(weather_path)
    columns.refuse_unknown((table, weather), given)
    notes: list[str] = []
    load_head = columns.find(table, "load", given)
    hours, aware = _hours(table, given, zone)
    weather_hours, weather_aware = (hours, aware) if weather is table else _hours(weather, given, zone)
    if aware != weather_aware and zone is None:
        raise TableError("两个文件只有一个写明了时区。", "请加--timezone，说明没写时区的时间是哪里的钟点。")
    start, length = _span(table, load_head, hours)
    heat = _gridded(table, load_head, hours, start, length, notes)
    _refuse_negative(table.name, load_head, heat, notes)
    issued = columns.maybe(weather, "issued", given)
    head = columns.find(weather, "temperature", given)
    archive: dict[int, Floats] = {}
    found: dict[int, str] = {}
    runs = None
    if issued:
        runs = _runs(weather, issued, head, weather_hours, zone, start)
        temperature = _observed(table, given, hours, start, length, notes)
    else:
        temperature = _gridded(weather, head, weather_hours, start, length, notes)
        found = columns.forecasts(weather, given)
        ahead = length + LONGEST_HORIZON
        archive = {k: _gridded(weather, v, weather_hours, start, ahead, []) for k, v in found.items()}
    _refuse_absurd(temperature, notes)
    if np.isnan(heat).mean() > 0.5 or np.isnan(temperature).mean() > 0.5:
        raise TableError("负荷或气温一半以上的小时没有数。", "请核对两个文件的时段是否重叠、时间是否逐小时。")
    if not aware and zone is None:
        notes.append("时间未注明时区，按所写钟点处理")
    used = {"load": load_head, "temperature": head} | ({"issued": issued} if issued else {})
    used |= {f"forecast{lead}": name for lead, name in found.items()}
    return History(
        start, heat, temperature, _filled(heat), _filled(temperature), zone or UTC, archive, runs, used, tuple(notes)
    )  # fmt: skip


def _hours(table: Table, given: Mapping[str, str], zone: tzinfo | None) -> tuple[Ints, bool]:
    head = columns.find(table, "time", given)
    return stamps.hours(table.name, table.column(head), zone)


def _span(table: Table, head: str, hours: Ints) -> tuple[int, int]:
    """First hour and number of hours from the first load to the last: rows for later hours are not yet known."""
    known = hours[np.isfinite(table.numbers(head))]
    if not len(known):
        raise TableError(f"{table.name}的“{head}”列是空的。", "请用--columns load=列名选定负荷列。")
    start, length = int(known.min()), int(known.max() - known.min()) + 1
    if length > _LONGEST or length > 60 * len(known):
        raise TableError(f"{table.name}不是逐小时的数据。", "请提供逐小时（或更密）的负荷。")
    return start, length


def _gridded(table: Table, head: str, hours: Ints, start: int, length: int, notes: list[str]) -> Floats:
    """Hourly means on the grid; several values of one hour are averaged."""
    values = table.numbers(head)
    place = hours - start
    good = np.isfinite(values) & (place >= 0) & (place < length)
    count = np.bincount(place[good], minlength=length)
    total = np.bincount(place[good], values[good], minlength=length)
    grid = np.full(length, np.nan)
    grid[count > 0] = total[count > 0] / count[count > 0]
    gaps, twice = int((count == 0).sum()), int((count > 1).sum())
    if gaps:
        notes.append(f"“{head}”缺{gaps}个小时，以前一日同一小时代入，不参加评价")
    if twice:
        notes.append(f"“{head}”有{twice}个小时不止一个值，取平均")
    return grid


def _refuse_negative(name: str, head: str, heat: Floats, notes: list[str]) -> None:
    wrong = heat < 0
    if wrong.mean() > 0.05:
        raise TableError(f"{name}的“{head}”有{int(wrong.sum())}个负数。", "请核对是否选错了列。")
    if wrong.any():
        heat[wrong] = np.nan
        notes.append(f"{int(wrong.sum())}个负的负荷作缺数处理")
    if not np.nanmax(heat, initial=0.0) > 0:
        raise TableError(f"{name}的“{head}”全是零或空。", "请用--columns load=列名选定负荷列。")


def _refuse_absurd(temperature: Floats, notes: list[str]) -> None:
    wrong = (temperature < _COLDEST) | (temperature > _HOTTEST)
    if wrong.mean() > 0.05:
        raise TableError(
            "气温多处低于−60℃或高于60℃。", "请用--columns temperature=列名选定室外温度列，单位℃。"
        )
    if wrong.any():
        temperature[wrong] = np.nan
        notes.append(f"{int(wrong.sum())}个不可能的气温作缺数处理")


def _observed(
    table: Table, given: Mapping[str, str], hours: Ints, start: int, length: int, notes: list[str]
) -> Floats:
    """Where the weather file holds runs only, what was observed stands in the file of the load."""
    head = columns.maybe(table, "temperature", {k: v for k, v in given.items() if v in table.heads})
    if head is None:
        raise TableError("天气文件只有预报，没有实测气温。", "请在负荷文件里加一列实测室外温度。")
    return _gridded(table, head, hours, start, length, notes)


def _runs(table: Table, issued: str, head: str, valid: Ints, zone: tzinfo | None, start: int) -> Runs:
    made, _ = stamps.hours(table.name, table.column(issued), zone)
    values = table.numbers(head)
    good = np.isfinite(values)
    return Runs(made[good] - start, valid[good] - start, values[good])


def _filled(values: Floats) -> Floats:
    """Gaps as the same hour of the day before (repeatedly); before the first day, the first value there is."""
    filled = values.copy()
    first = filled[np.isfinite(filled)][0] if np.isfinite(filled).any() else 0.0
    for row in np.flatnonzero(np.isnan(filled)):
        filled[row] = filled[row - DAY] if row >= DAY else first
    return filled
