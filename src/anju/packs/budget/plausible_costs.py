"""Dated rows of what things usually cost, from ``plausible_costs.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class CostRange:
    """Yuan for one unit of what ``word`` names, valid from a day on."""

    word: re.Pattern[str]
    unit: str
    low: Decimal
    high: Decimal
    since: date
    basis: str


@cache
def cost_ranges() -> tuple[CostRange, ...]:
    raw = tomllib.loads(resources.files(__package__).joinpath("plausible_costs.toml").read_text("utf8"))
    return tuple(
        CostRange(
            re.compile(r["word"]),
            r["unit"],
            Decimal(str(r["low"])),
            Decimal(str(r["high"])),
            r["from"],
            r["basis"],
        )
        for r in raw["row"]
    )
