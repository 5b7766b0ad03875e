"""The preview of an import: what was understood, cell by cell, and corrections before anything is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy

from anju.kernel.documents import Quote
from anju.kernel.values.target_value import inferred_op, parse
from anju.packs.budget import wording
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.keeping.corrections import corrected
from anju.packs.budget.reading.budgets import settle_budget
from anju.packs.budget.targetfile import BudgetLine, Target, TargetFile

LINE_FIELDS = {
    "code": gettext_lazy("项目编码"),
    "name": gettext_lazy("项目名称"),
    "purpose": gettext_lazy("资金主要用途"),
    "goal": gettext_lazy("绩效目标"),
}
TARGET_FIELDS = {
    "name": gettext_lazy("指标"),
    "value": gettext_lazy("指标值"),
    "basis": gettext_lazy("依据"),
}
CERTAIN, INFERRED, UNRESOLVED = "certain", "inferred", "unresolved"


@dataclass(frozen=True, slots=True)
class Understood:
    """One cell: its place in the file, the text read, the field, what it was taken for, how surely."""

    key: str
    line: str
    field: str
    text: str
    position: str
    reads: str
    certainty: str
    corrected: bool


def apply(file: TargetFile, corrections: dict[str, str]) -> TargetFile:
    """The file with the preview's corrections put in; keys that no longer fit are passed over."""
    for key, text in corrections.items():
        owner, field = _owner(file, key)
        if owner is not None:
            setattr(owner, field, corrected(getattr(owner, field), text, "（导入时更正）"))
            if isinstance(owner, Target):
                owner.class1 = vocabulary.class1_of(owner.level1.text, owner.level2.text)
    for line in file.lines:
        if line.budget is None:
            settle_budget(line, file.year)
    return file


def _owner(file: TargetFile, key: str) -> tuple[BudgetLine | Target | None, str]:
    """The line or target that a key names: ``3.purpose`` or ``3.2.value``."""
    *places, field = key.split(".")
    try:
        line = file.lines[int(places[0])]
        owner = line.targets[int(places[1])] if len(places) == 2 else line
    except (ValueError, IndexError):
        return None, field
    return (
        (owner, field)
        if field in (TARGET_FIELDS if isinstance(owner, Target) else LINE_FIELDS)
        else (None, field)
    )


def understood(file: TargetFile, corrections: dict[str, str]) -> Iterator[Understood]:
    """Every cell of every line, in the order of the file."""
    for i, line in enumerate(file.lines):
        for field, name in LINE_FIELDS.items():
            quote: Quote = getattr(line, field)
            key = f"{i}.{field}"
            yield Understood(
                key,
                line.label(),
                str(name),
                quote.text,
                quote.position,
                *_line_reading(line, field),
                key in corrections,
            )
        for j, target in enumerate(line.targets):
            for field, name in TARGET_FIELDS.items():
                quote = getattr(target, field)
                key = f"{i}.{j}.{field}"
                label = f"{target.level2.text or target.level1.text}·{name}"
                reads, certainty = _target_reading(target, field)
                yield Understood(
                    key, line.label(), label, quote.text, quote.position, reads, certainty, key in corrections
                )


def _line_reading(line: BudgetLine, field: str) -> tuple[str, str]:
    quote: Quote = getattr(line, field)
    if field == "purpose":
        if line.budget is None:
            return gettext("没有读到预算金额"), UNRESOLVED
        words = gettext("预算{amount}万元").format(amount=f"{line.budget:f}")
        return words, CERTAIN if line.purpose else INFERRED
    if not quote.text and field == "name":
        return gettext("没有读到"), UNRESOLVED
    return "", CERTAIN


def _target_reading(target: Target, field: str) -> tuple[str, str]:
    if field != "value":
        return (
            (gettext("没有读到"), UNRESOLVED) if field == "name" and not target.name.text else ("", CERTAIN)
        )
    if not target.value.text:
        return gettext("没有读到"), UNRESOLVED
    value = parse(target.value.text)
    inferred = inferred_op(target.level2.text, target.name.text, value)
    words = wording.value_words(value, inferred)
    if value.kind == "unparseable":
        return words, UNRESOLVED
    return words, INFERRED if inferred and not value.op and value.kind != "qualitative" else CERTAIN
