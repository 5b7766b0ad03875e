"""What the review page shows: counts, findings by budget line, repeats of a rule in one row. Pure functions.

They work on the shapes that ``anju budget read --json`` and ``anju budget check --json`` print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy

from anju.packs.budget.citation import Citation, cite

Finding = Mapping[str, Any]

# Severity, its sign in the visual language, its word.
SEVERITIES = (
    ("block", "crit", gettext_lazy("退回")),
    ("warn", "warn", gettext_lazy("警告")),
    ("ask", "info", gettext_lazy("询问")),
)
_ORDER = {severity: place for place, (severity, _, _) in enumerate(SEVERITIES)}
_SIGNS = {severity: (sign, word) for severity, sign, word in SEVERITIES}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader asked to see; an empty text is everything."""

    severity: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Repeats:
    """The findings of one rule at one severity in one budget line."""

    rule: str
    name: str
    severity: str
    findings: tuple[Finding, ...]

    @property
    def sign(self) -> str:
        return _SIGNS[self.severity][0]

    @property
    def word(self) -> str:
        return _SIGNS[self.severity][1]

    @property
    def is_open(self) -> bool:
        """Questions stay folded: there are hundreds of them, and none stops the file."""
        return self.severity != "ask"

    def shown(self) -> list[tuple[Finding, Citation]]:
        return [(finding, cite(finding["cites"], finding["message"])) for finding in self.findings]


@dataclass(frozen=True)
class LineFindings:
    """One budget line (None: the file as a whole) with what was found in it, worst first."""

    anchor: str
    label: str
    line: Mapping[str, Any] | None
    rules: tuple[Repeats, ...]

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """(sign, word, count) of each severity that occurs."""
        found: Counter[str] = Counter()
        for rule in self.rules:
            found[rule.severity] += len(rule.findings)
        return [(sign, word, found[severity]) for severity, sign, word in SEVERITIES if found[severity]]


def by_line(
    findings: Iterable[Finding], lines: Iterable[Mapping[str, Any]], names: Mapping[str, str]
) -> list[LineFindings]:
    """Findings grouped by line, lines with the worst finding first and otherwise in the order of the file."""
    known = {line["code"] or line["name"]: line for line in lines}
    places = {label: place for place, label in enumerate(known)}
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding["line"] or "", []).append(finding)
    groups = sorted(
        grouped.items(),
        key=lambda item: (min(_ORDER[each["severity"]] for each in item[1]), places.get(item[0], -1)),
    )
    return [
        LineFindings(f"line-{number}", label, known.get(label), _repeats(found, names))
        for number, (label, found) in enumerate(groups, 1)
    ]


def _repeats(findings: Sequence[Finding], names: Mapping[str, str]) -> tuple[Repeats, ...]:
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda each: _ORDER[each["severity"]]):
        grouped.setdefault((finding["severity"], finding["rule"]), []).append(finding)
    return tuple(
        Repeats(rule, names.get(rule, rule), severity, tuple(found))
        for (severity, rule), found in grouped.items()
    )


def money(amount: object) -> str:
    """``156,473.10``: two decimals, more where the file has them; ``—`` where it has no amount."""
    if amount is None or amount == "":
        return "—"
    number = Decimal(str(amount))
    places = max(2, -int(number.normalize().as_tuple().exponent))
    return f"{number:,.{places}f}"
