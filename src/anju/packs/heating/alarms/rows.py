"""Default alarms as the fields of threshold rules, from ``rules.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One default: what ``telemetry.ThresholdRule`` keeps, without area and asset."""

    code: str
    name: str
    name_en: str
    kind: str
    grade: str
    property: str
    other: str
    parameters: dict[str, Any]
    basis: str

    def fields(self, since: date) -> dict[str, Any]:
        """The row in force from a day on, as set by the bureau of a city."""
        return {
            "code": self.code,
            "name": self.name,
            "name_en": self.name_en,
            "kind": self.kind,
            "grade": self.grade,
            "property": self.property,
            "other": self.other,
            "parameters": dict(self.parameters),
            "issuer": "city",
            "legal_basis": self.basis,
            "valid_from": since,
        }


@cache
def defaults() -> tuple[AlarmRow, ...]:
    """All default alarms in the order of the specification."""
    text = resources.files(__package__).joinpath("rules.toml").read_text("utf8")
    return tuple(AlarmRow(**{"other": ""} | raw) for raw in tomllib.loads(text)["rule"])
