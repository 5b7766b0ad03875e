"""The official forms of a kept file, filled with what is stored: of one line, of all lines as a zip, of the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from anju.kernel.documents.forms import Data, FormError
from anju.kernel.findings.models import Finding
from anju.packs.budget.keeping import files
from anju.packs.budget.keeping.standing import LineStanding, TargetStanding, standings
from anju.packs.budget.models import BudgetFile, Evaluation, Line, RoundEntry
from anju.packs.budget.pack import PACK
from anju.packs.budget.printing import contexts, forms
from anju.packs.budget.printing.contexts import percent, ratio
from anju.packs.budget.reports import opinions, report
from anju.packs.budget.reports.report import wan
from anju.packs.budget.scoring.rollup import Group
from anju.packs.budget.year import evaluations

_WAN = Decimal(1_000_000)
BIAS = {"funds": "funds", "rules": "rules", "staff": "people", "hardware": "equipment", "other": "other"}
_LIKELY = {"certain": "sure", "possible": "possible", "impossible": "impossible"}
_SEVERITY = {"crit": "退回", "warn": "警告", "info": "询问"}
_RULES = {f"budget.{check.code}": check.name for check in PACK.checks}
UNDER_NONE = "未挂分项目标"
_STAMP = (2000, 1, 1, 0, 0, 0)  # the same content gives the same zip


def templates() -> Path:
    """Where a bureau puts templates of its own, named as ours."""
    return Path(settings.DATA, "templates")


def printed(form: str, file: BudgetFile, kind: str, *, on: date, code: str = "") -> bytes:
    """One form as docx, xlsx or pdf; a form of a line without a ``code`` gives a zip of all lines' forms.

    Raises ``FormError`` for an unknown form, kind or line, and for a template that cannot be filled.
    """
    forms.template_of(form, templates())
    made = {
        name: forms.export(form, data, kind, templates())
        for name, data in filled(form, file, on, code).items()
    }
    if code or form in _WHOLE:
        return next(iter(made.values()))
    return _zip({f"{name}.{kind}": body for name, body in made.items()})


def filled(form: str, file: BudgetFile, on: date, code: str = "") -> dict[str, Data]:
    """What a form is filled with, by line code; one entry for a form of the whole file. Raises ``FormError``."""
    if form in _WHOLE:
        return {"": _WHOLE[form](file, on)}
    rows = [stands for stands in standings(file, on) if code in ("", stands.line.code)]
    if not rows:
        raise FormError(f"没有编码为{code}的项目。", "请核对项目编码。")
    return {stands.line.code or stands.line.name: of_line(form, stands) for stands in rows}


def of_line(form: str, stands: LineStanding) -> Data:
    """What a form of a line is filled with, as the line stands. Raises ``FormError`` without an evaluation."""
    return _OF_LINE[form](stands)


def standing_of(line: Line, on: date) -> LineStanding:
    return standings(line.file, on, lines=[line])[0]


def _zip(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(zipfile.ZipInfo(name.replace("/", "／"), _STAMP), body)
    return packed.getvalue()


def is_of_line(form: str) -> bool:
    return form in _OF_LINE


def _two(number: Decimal | None) -> str:
    return "" if number is None else f"{number:.2f}"


def _percent(number: Decimal | None) -> str:
    return "" if number is None else f"{number:.2f}%"


def _head(line: Line) -> dict[str, str]:
    return {
        "code": line.code,
        "name": line.name,
        "department": line.department_name,
    }


def _declaration(stands: LineStanding) -> Data:
    return contexts.declaration(files.load_line(stands.line), stands.line.file.year)


def _review(stands: LineStanding) -> Data:
    """The findings of a line that nobody has settled, and the state of its approval."""
    line = stands.line
    found = Finding.objects.filter(subject=line.file.subject, part=line.code or line.name)
    rows = [f for f in found.order_by("grade", "rule") if not f.settled]
    grave = any(f.grade == "crit" for f in rows)
    proposed = "退回修改：改正必改的问题后重新提交。" if grave else "可以提交批复。"
    return {
        "year": str(line.file.year or ""),
        "opinion": opinions.of(line).get(("review", "")) or proposed,
        "reviewer": line.file.imported_by,
        "date": f"{timezone.localdate():%Y年%m月%d日}",
        "line": {**_head(line), "budget": wan(line.budget_fen)},
        "findings": [
            {
                "number": str(number),
                "severity": _SEVERITY[f.grade],
                "rule": _RULES.get(f.rule, f.rule),
                "problem": f.message,
                "advice": f"{f.get_state_display()}",
                "citations": [{"text": c["text"], "place": c["position"]} for c in f.cites],
            }
            for number, f in enumerate(rows, 1)
        ],
    }


def _monitoring(stands: LineStanding) -> Data:
    line = stands.line
    entry = RoundEntry.objects.current().filter(round__day=stands.day, line_key=line.key).first()
    text = files.load_line(line)
    return {
        "year": str(stands.day.year),
        "filled_by": entry.entered_by if entry else "",
        "date": f"{stands.day:%Y年%m月%d日}",
        "line": {**_head(line), "goal": text.goal.text},
        "funds": {
            "budget": wan(stands.adjusted),
            "planned": _two(stands.planned),
            "paid": wan(stands.paid),
            "rate": _percent(stands.rate),
            "forecast": "",
            "forecast_rate": "",
        },
        "targets": [_monitored(target, entry) for target in stands.targets],
    }


def _monitored(target: TargetStanding, entry: RoundEntry | None) -> dict[str, Any]:
    row, ahead = target.row, target.forecast
    off = target.judgement.grade in ("warn", "high", "crit") and entry is not None
    bias = {name: "√" if off and entry and code in entry.reasons else "" for code, name in BIAS.items()}
    likely = entry.likelihood if entry else ""
    return {
        **_levels(target),
        "name": row.name,
        "value": row.value,
        "actual": target.answer.words,
        "forecast": _percent(ahead.attained),
        "reason": entry.note if off and entry else "",
        "note": "".join(target.judgement.reasons) if off else "",
        "bias": bias,
        "likelihood": {name: "√" if likely == code else "" for code, name in _LIKELY.items()},
    }


def _levels(target: TargetStanding) -> dict[str, str]:
    content = target.row.content
    return {
        "level1": (content.get("level1") or [""])[0],
        "level2": (content.get("level2") or [""])[0],
    }


def _self_evaluation(stands: LineStanding) -> Data:
    line = stands.line
    kept = report.kept_evaluation(line)
    if kept is None:
        raise FormError(f"项目{line.code}还没有自评。", "请先在“绩效自评”里算分。")
    rows = {row["key"]: row for row in kept.sheet["rows"]}
    money, text = rows.pop("execution"), files.load_line(line)
    known = [rows[str(t.row.key)] | _levels(t) for t in evaluated(stands, kept)]
    return {
        "year": str(stands.day.year),
        "line": {
            **_head(line),
            "department_code": line.department_code,
            "goal": text.goal.text,
            "achieved": opinions.of(line).get(("achieved", "")) or text.achieved.text,
        },
        "funds": {
            "initial": wan(
                stands.position.initial if stands.position.initial is not None else line.budget_fen
            ),
            "adjusted": wan(stands.adjusted),
            "executed": wan(stands.paid),
            "rate": _percent(stands.rate),
            "weight": money["weight"],
            "score": money["points"] or "",
            "reason": kept.reasons.get("execution", ""),
        },
        "targets": [
            {
                "level1": row["level1"],
                "level2": row["level2"],
                "name": row["name"],
                "value": row["target_words"],
                "actual": row["actual_words"],
                "weight": row["weight"],
                "score": row["points"] or "",
                "reason": kept.reasons.get(row["key"], ""),
            }
            for row in known
        ],
        "total": {"weight": "100", "score": _two(kept.total), "grade": kept.grade},
    }


def evaluated(stands: LineStanding, kept: Evaluation) -> list[TargetStanding]:
    """The targets that an evaluation scores, in the order in which its form prints them."""
    keys = {row["key"] for row in kept.sheet["rows"]}
    return [target for target in stands.targets if str(target.row.key) in keys]


def _report(stands: LineStanding) -> Data:
    """The evaluation report: what the ledgers say, then what people wrote, section by section."""
    line = stands.line
    kept, said = report.kept_evaluation(line), opinions.of(line)
    head: dict[str, Any] = {
        "year": str(stands.day.year),
        "code": line.code,
        "name": line.name,
        "department": line.department_name,
        "score": _two(kept.total) if kept else "",
        "grade": kept.grade if kept else "",
        "evaluator": kept.confirmed_by or kept.made_by if kept else "",
        "date": f"{timezone.localdate():%Y年%m月%d日}",
    }
    for code, paragraphs in report.sections(stands, kept).items():
        texts = [report.words(found) for found in paragraphs] + said.get((code, ""), "").splitlines()
        head[code] = [{"text": text} for text in texts]
    return head


def _department(file: BudgetFile, on: date) -> Data:
    rows = standings(file, on)
    adjusted, paid = _sum([s.adjusted for s in rows]), _sum([s.paid for s in rows])
    initial = _sum([s.line.budget_fen for s in rows])
    kept = list(Evaluation.objects.current().filter(file=file))
    whole = evaluations.department(file, kept)
    money = {"initial": wan(initial), "adjusted": wan(adjusted), "executed": wan(paid)}
    rate = percent(ratio(Decimal(paid), Decimal(adjusted))) if paid is not None and adjusted else ""
    total, said = whole.whole.weighted.value, opinions.of(file)
    return {
        "year": str(file.year or ""),
        "goal": files.load(file).overall_goal.text,
        "achieved": said.get(("achieved", ""), ""),
        "department": {
            "name": str(file.organisation),
            "code": file.organisation.budget_code,
            "lines": str(len(rows)),
        },
        "funds": [
            {"block": "年度资金", "kind": "项目支出", **money, "weight": "", "score": "", "rate": rate},
        ],
        "tasks": [
            {
                "number": str(number),
                "name": s.line.name,
                "budget": wan(s.adjusted),
                "executed": wan(s.paid),
                "achieved": f"完成{_percent(s.attained)}" if s.attained is not None else "不可评",
            }
            for number, s in enumerate(rows, 1)
        ],
        "targets": [
            {
                "level1": "履职效能",
                "level2": "分项目标",
                "name": group.sub_goal or UNDER_NONE,
                "value": "",
                "actual": _two(group.unweighted.value),
                "weight": "",
                "score": _two(group.weighted.value),
                "reason": said.get(("reason", group.sub_goal or UNDER_NONE)) or _unknown(group),
            }
            for group in whole.groups
        ],
        "total": {"weight": "100", "score": _two(total), "grade": ""},
    }


def _unknown(group: Group) -> str:
    return f"不可评{len(group.not_assessable)}个" if group.not_assessable else ""


def _summary(file: BudgetFile, on: date) -> Data:
    kept = {e.line_key: e for e in Evaluation.objects.current().filter(file=file)}
    known = {}
    for stands in standings(file, on):
        found = kept.get(stands.line.key)
        known[stands.line.code or stands.line.name] = contexts.Standing(
            paid=None if stands.paid is None else Decimal(stands.paid) / _WAN,
            attainment=None if stands.attained is None else stands.attained / 100,
            score=found.total if found else None,
            grade=found.grade if found else "",
        )
    return contexts.summary(files.load(file), known)


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


_OF_LINE: dict[str, Callable[[LineStanding], Data]] = {
    "declaration": _declaration,
    "review": _review,
    "monitoring": _monitoring,
    "self_evaluation": _self_evaluation,
    "report": _report,
}
_WHOLE: dict[str, Callable[[BudgetFile, date], Data]] = {"department": _department, "summary": _summary}
