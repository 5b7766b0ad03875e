"""The event that tells of an alarm. It is the only thing that leaves the rules, and nothing may be missing in it.

``kind``
    ``alarm``.
``id``
    Stable from raising to clearing: rule, what it concerns, and since when: ``heating.freeze/s12/1700000000000``.
    ``s`` is a series, ``a`` an asset, ``q`` a source.
``rule``, ``grade``
    Code of the rule and grade of the dated row in force.
``series``, ``asset``, ``source``
    Numbers, or None. A grouped alarm has no series; one of a whole source has neither series nor asset.
``state``
    ``raised``: somebody must know. ``masked``: nobody need be called, because of planned work (``cause`` None) or
    because a wider alarm covers it (``cause`` is its id); it is raised when that ends and it still holds. Work that
    begins later masks nothing that was raised before.
    ``cleared``: over, whatever it was before.
``since``, ``at``
    Milliseconds: when the condition began (time of the source) and when this transition came to be.
``value``, ``judged``, ``limit``
    The value of the series, the quantity that the rule judges (the same, or a rate, difference, ratio, or seconds),
    and what it is held against. None where there is none.
``frame``
    Number of the raw frame that shows it; None where silence shows it.
``members``
    Of a grouped alarm: numbers of series (of an asset) or of assets (of a source; a series without asset is left out).
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.snapshot import Rule

RAISED, MASKED, CLEARED = "raised", "masked", "cleared"


def identity(code: str, subject: str, since: int) -> str:
    """``subject`` is s, a or q with a number."""
    return f"{code}/{subject}/{since}"


def event(rule: Rule, subject: str, state: str, since: int, at: int, **rest: Any) -> Event:
    """One transition; ``rest`` fills what this kind of alarm has."""
    numbers: dict[str, Any] = {"series": None, "asset": None, "source": None, "value": None, "judged": None}
    given = numbers | {"limit": None, "frame": None, "cause": None, "members": []} | rest
    for name in ("value", "judged", "limit"):
        given[name] = _number(given[name])
    return {
        "kind": "alarm",
        "id": identity(rule.code, subject, since),
        "rule": rule.code,
        "grade": rule.grade,
        "state": state,
        "since": since,
        "at": at,
    } | given


def _number(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else float(value)
