"""Dated figures of heating from ``figures.toml``, one row a fact with its legal basis; none stands in the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import (
    Raw,
    RowError,
    Term,
    check_keys,
    check_rows,
    in_force,
    parse,
    refuse_overlaps,
    signed,
    term,
    words,
)

CODE, SOURCE = "heating.figures", f"{__package__}/figures.toml"
_HIGHEST = Decimal(10) ** 9
# What each figure is in; a value in another unit would be read wrongly by every formula.
UNITS = {
    "indoor_design": "℃",
    "outdoor_design": "℃",
    "degree_day_base": "℃",
    "degree_days_standard": "℃·d",
    "supply_design": "℃",
    "return_design": "℃",
    "radiator_exponent": "",
    "index_plain_low": "W/㎡",
    "index_plain_high": "W/㎡",
    "index_saving_low": "W/㎡",
    "index_saving_high": "W/㎡",
    "reserve_mild": "%",
    "reserve_cold": "%",
    "reserve_severe": "%",
    "margin_blue": "%",
    "margin_yellow": "%",
    "margin_orange": "%",
    "margin_red": "%",
    "network_efficiency": "%",
    "room_floor": "℃",
    "room_band_low": "℃",
    "room_band_high": "℃",
    "room_severe": "℃",
    "room_overheated": "℃",
    "room_hours_share": "%",
    "room_valid_hours": "h",
    "window_drop": "K",
    "window_minutes": "min",
    "window_longest": "h",
    "radiator_correlation": "",
    "excluded_share": "%",
    "makeup_primary": "kg/㎡",
    "makeup_secondary": "kg/㎡",
    "cusum_slack": "",
    "cusum_limit": "",
    "balance_share": "%",
    "imbalance_low": "",
    "imbalance_high": "",
    "coal_factor": "tce/GJ",
    "carbon_factor": "tCO2/GJ",
    "water_density": "kg/L",
    "identity_tolerance": "%",
    "slip_tolerance": "%",
    "hampel_points": "",
    "hampel_factor": "",
    "gap_intervals": "",
    "swapped_share": "%",
    "outdoor_tolerance": "K",
    "station_target_share": "%",
    "station_availability": "%",
    "pipe_cost": "元/km",
    "pipe_cost_tolerance": "%",
    "repair_deadline_month": "",
    "repair_deadline_day": "",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One fact: a value in a unit, what it rests on, and whether somebody compared it with that text."""

    code: str
    name: str
    value: Decimal
    unit: str
    basis: str
    verified: bool
    term: Term


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one day."""

    on: date
    rows: tuple[Figure, ...]

    def row(self, code: str) -> Figure:
        """Raises ``RowError`` where none holds on the day."""
        return in_force(self.rows, code, self.on)

    def exact(self, code: str) -> Decimal:
        return self.row(code).value

    def number(self, code: str) -> float:
        return float(self.exact(code))

    def share(self, code: str) -> float:
        """A percentage as a share."""
        return self.number(code) / 100


@lru_cache(maxsize=4)
def load(text: str) -> tuple[Figure, ...]:
    """The rows of a TOML text. Raises ``RowError`` for the first thing that is wrong."""
    tables = parse(text)
    check_keys("供热参数文件", tables, ["figure"])
    rows = tuple(_row(raw) for raw in check_rows("供热参数文件的figure", tables["figure"]))
    refuse_overlaps(rows)
    return rows


def rows() -> tuple[Figure, ...]:
    """All rows of the text in force, ended and coming ones too."""
    return load(rulebooks.in_force(CODE, SOURCE))


def figures(on: date) -> Figures:
    """The figures of a day."""
    return Figures(on, rows())


def _row(raw: Raw) -> Figure:
    what = f"供热参数「{raw.get('code', '未命名')}」"
    check_keys(what, raw, ("code", "name", "value", "unit", "basis", "verified", "valid_from"), ("valid_to",))
    code, unit = words(what, raw, "code"), words(what, raw, "unit")
    if code not in UNITS:
        raise RowError(f"没有{what}这一项。", "请照随产品提供的文件改正编码。")
    if unit != UNITS[code]:
        raise RowError(f"{what}的单位应是“{UNITS[code]}”。", "请换算后填写，单位不改。")
    if not isinstance(raw["verified"], bool):
        raise RowError(f"{what}的verified写法不对。", "请写true或false，不加引号。")
    value = signed(what, "value", raw["value"])
    if abs(value) > _HIGHEST:
        raise RowError(f"{what}的value太大。", "请核对数值和单位。")
    return Figure(
        code,
        words(what, raw, "name"),
        value,
        unit,
        words(what, raw, "basis"),
        raw["verified"],
        term(what, raw),
    )
