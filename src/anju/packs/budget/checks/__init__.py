"""The review of a target file: every rule of the pack over one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from anju.kernel.documents import Quote
from anju.kernel.packs import Check, resolve
from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.targetfile import TargetFile

Rule = Callable[[Context], Iterator[Hit]]
_ORDER = {"block": 0, "warn": 1, "ask": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a file: rule, severity (block, warn, ask), message and the strings that show it."""

    line: str | None
    target: str | None
    rule: str
    severity: str
    message: str
    cites: tuple[Quote, ...]


@cache
def rules() -> tuple[tuple[Check, Rule], ...]:
    from anju.packs.budget.pack import PACK

    return tuple((entry, resolve(entry.function)) for entry in PACK.checks)


def check(file: TargetFile) -> list[Finding]:
    """All findings, by line in the order of the file, those on the whole file last, the gravest first."""
    context = Context(file)
    place = {id(line): i for i, line in enumerate(file.lines)}
    ranked = []
    for entry, rule in rules():
        for hit in rule(context):
            at = place[id(hit.line)] if hit.line is not None else len(place)
            ranked.append((at, _ORDER[entry.severity], entry, hit))
    ranked.sort(key=lambda row: row[:2])
    return [_finding(entry, hit) for _, _, entry, hit in ranked]


def _finding(entry: Check, hit: Hit) -> Finding:
    line = hit.line.label() if hit.line else None
    target = hit.target.label() if hit.target else None
    return Finding(line, target, entry.code, entry.severity, hit.message, hit.cites)
