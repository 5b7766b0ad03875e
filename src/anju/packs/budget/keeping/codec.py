"""Quotes and their owners as JSON columns, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from anju.kernel.documents import Quote
from anju.packs.budget.narrative.commitments import commitments
from anju.packs.budget.targetfile import BudgetLine, Funds, Measure, SubGoal, Target, TargetFile

_LINE_QUOTES = ("code", "name", "budget_text", "purpose", "goal", "achieved", "total_weight", "total_score")
_TARGET_QUOTES = tuple(f.name for f in fields(Target) if f.name not in ("class1", "class2"))
_FUNDS = tuple(f.name for f in fields(Funds))


def packed(quote: Quote) -> list[Any] | None:
    """``[text, position, seams]``; nothing for an empty quote without a place."""
    if not quote.text and not quote.position:
        return None
    return [quote.text, quote.position, [list(seam) for seam in quote.seams]]


def unpacked(value: list[Any] | None) -> Quote:
    if value is None:
        return Quote("", "")
    text, position, seams = value
    return Quote(text, position, tuple((at, place) for at, place in seams))


def line_content(line: BudgetLine) -> dict[str, Any]:
    """All quotes of a line but those of its targets."""
    content: dict[str, Any] = {name: packed(getattr(line, name)) for name in _LINE_QUOTES}
    content["plan_text"] = [packed(q) for q in line.plan_text]
    content["stray"] = [packed(q) for q in line.stray]
    content["funds"] = {name: packed(getattr(line.funds, name)) for name in _FUNDS}
    return content


def fill_line(line: BudgetLine, content: dict[str, Any]) -> None:
    for name in _LINE_QUOTES:
        setattr(line, name, unpacked(content.get(name)))
    line.plan_text = [unpacked(q) for q in content.get("plan_text", [])]
    line.stray = [unpacked(q) for q in content.get("stray", [])]
    line.funds = Funds(**{name: unpacked(q) for name, q in content.get("funds", {}).items()})


def target_content(target: Target) -> dict[str, Any]:
    return {name: packed(getattr(target, name)) for name in _TARGET_QUOTES}


def target_of(content: dict[str, Any], class1: str, class2: str) -> Target:
    return Target(
        **{name: unpacked(content.get(name)) for name in _TARGET_QUOTES}, class1=class1, class2=class2
    )


def prose_content(file: TargetFile) -> dict[str, Any]:
    """Overall goal, sub-goals, measures and notes of a file."""
    return {
        "overall_goal": packed(file.overall_goal),
        "sub_goals": [
            [s.number, packed(s.title), packed(s.goal), packed(s.indicators)] for s in file.sub_goals
        ],
        "measures": [[m.number, packed(m.title), [packed(b) for b in m.body]] for m in file.measures],
        "notes": file.notes,
    }


def fill_prose(file: TargetFile, content: dict[str, Any]) -> None:
    file.overall_goal = unpacked(content.get("overall_goal"))
    file.sub_goals = [
        SubGoal(n, unpacked(t), unpacked(g), unpacked(i)) for n, t, g, i in content.get("sub_goals", [])
    ]
    file.measures = [
        Measure(n, unpacked(t), [unpacked(q) for q in b]) for n, t, b in content.get("measures", [])
    ]
    file.notes = list(content.get("notes", []))
    file.commitments = commitments(file.measures)
