"""Forms for tests: printed from the sample's year, changed, sent back, and laid beside the platform."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

from anju.packs.budget.models import BudgetFile, Line
from anju.packs.budget.printing import forms
from anju.packs.budget.returned.fields import Verdict
from anju.packs.budget.returned.recognising import Mine, locate, recognise
from anju.packs.budget.returned.taking import Compared, compared
from anju.packs.budget.sample.year import year
from anju.packs.budget.year import printing

GAS = "801002B21DX0043"
END = date(2021, 12, 31)
# By form: what is typed over (path in the data → text), and what becomes of each.
TYPED: dict[str, dict[tuple[str | int, ...], tuple[str, Verdict]]] = {
    "declaration": {
        ("line", "goal"): ("全年安装22万户。", Verdict.TAKE),
        ("targets", 0, "value"): ("22万户", Verdict.TAKE),
        ("line", "budget"): ("6000", Verdict.UNKEPT),
    },
    "review": {
        ("opinion",): ("同意提交，请补充依据。", Verdict.TAKE),
        ("reviewer",): ("某某", Verdict.UNKEPT),
    },
    "monitoring": {
        ("targets", 0, "bias", "funds"): ("√", Verdict.TAKE),
        ("targets", 0, "likelihood", "possible"): ("√", Verdict.TAKE),
        ("targets", 0, "reason"): ("汛期停工，已排定补工计划。", Verdict.TAKE),
        ("funds", "rate"): ("99.00%", Verdict.COMPUTED),
        ("targets", 0, "actual"): ("38万户", Verdict.COMPUTED),
        ("targets", 0, "value"): ("20万户", Verdict.ELSEWHERE),
    },
    "self_evaluation": {
        ("line", "achieved"): ("全部通气。", Verdict.TAKE),
        ("funds", "rate"): ("95.00%", Verdict.COMPUTED),
        ("targets", 0, "score"): ("50.00", Verdict.COMPUTED),
    },
    "department": {
        ("achieved",): ("年度目标基本完成。", Verdict.TAKE),
        ("targets", 0, "reason"): ("个别项目资料不全，已补报。", Verdict.TAKE),
        ("funds", 0, "executed"): ("1", Verdict.COMPUTED),
    },
    "report": {
        ("problems",): ("前期衔接不够。", Verdict.TAKE),
        ("score",): ("99.00", Verdict.COMPUTED),
    },
    "summary": {("lines", 3, "paid"): ("123", Verdict.COMPUTED)},
}


def data_of(file: BudgetFile, form: str, code: str = GAS) -> Any:
    on = year().round if form == "monitoring" else END
    found = printing.filled(form, file, on, code if printing.is_of_line(form) else "")
    return copy.deepcopy(next(iter(found.values())))


def put(data: Any, path: tuple[str | int, ...], text: str) -> None:
    for part in path[:-1]:
        data = data[part]
    if isinstance(data[path[-1]], list):
        data[path[-1]].append({"text": text})
    else:
        data[path[-1]] = text


def back(form: str, data: Any, path: Path) -> Compared:
    """The form as a person sends it back, beside the platform."""
    path.write_bytes(forms.export(form, data, path.suffix[1:], printing.templates()))
    return beside(path)


def beside(path: Path, asked: str = "") -> Compared:
    filled = recognise(path)
    mine = Mine(BudgetFile.objects.all(), Line.objects.current())
    return compared(filled, locate(filled, mine, END, asked))


def shown(found: Compared) -> dict[tuple[str | int, ...], tuple[str, Verdict]]:
    return {each.path: (each.said, each.verdict) for each in found.differences}
