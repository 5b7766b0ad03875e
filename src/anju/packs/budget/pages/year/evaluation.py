"""绩效自评: the scores of a file, the score sheet of a line with its evidence, what follows from it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.values.datarows import RowError
from anju.kernel.values.money import WAN_YUAN, fen_of
from anju.packs.budget.models import BudgetFile, Evaluation
from anju.packs.budget.models.year import DecisionKind, EvaluationStatus
from anju.packs.budget.pages.common import actor, last_day, one, wan
from anju.packs.budget.pages.year.monitoring import MOST, shown_file
from anju.packs.budget.reports import opinions
from anju.packs.budget.reports.opinions import OpinionError
from anju.packs.budget.scoring.rollup import Group, Mean
from anju.packs.budget.scoring.schemes import schemes
from anju.packs.budget.year import evaluations
from anju.packs.budget.year.evaluations import EvaluationError
from anju.packs.budget.year.printing import UNDER_NONE

# Evidence kinds in the order of their strength, with their fill in the bar (language.md: no hue for evidence).
EVIDENCE = (
    ("measured", gettext_noop("实测")),
    ("documented", gettext_noop("凭据")),
    ("asserted", gettext_noop("自述")),
    ("none", gettext_noop("没有证据")),
)


def evaluation_page(request: HttpRequest) -> HttpResponse:
    """The scores of a file by line, and the department overall; POST scores every line that is not submitted."""
    file, known = shown_file(request)
    if file is None:
        return render(request, "budget/empty.html")
    trouble = None
    if request.method == "POST":
        try:
            words = request.POST.get("step") == "words"
            (_say if words else _evaluate)(request, file)
            return redirect(f"/budget/evaluation/?file={file.pk}{'#whole' if words else ''}")
        except (EvaluationError, OpinionError, RowError) as error:
            trouble = error
    found = Evaluation.objects.current().filter(file=file).within(scope_of(request.user))
    rows = list(found.select_related("version__line").order_by("version__line__order")[:MOST])
    counts = Counter(row.status for row in rows)
    context = {
        "shown": file,
        "files": known,
        "trouble": trouble,
        "rows": [_row(row) for row in rows],
        "counts": [(word, counts[code]) for code, word in EvaluationStatus.choices if counts[code]],
        "evidence": _shares([row.sheet["evidence"] for row in rows]),
        "whole": _department(file, rows) if rows else None,
        "schemes": [s for s in schemes() if s.term.holds(last_day(file.year))],
        "chosen": rows[0].scheme if rows else evaluations.DEFAULT_SCHEME,
        "day": last_day(file.year),
        "may_score": may(request.user, "budget.report"),
    }
    return render(request, "budget/evaluation.html", context)


def _evaluate(request: HttpRequest, file: BudgetFile) -> None:
    if not may(request.user, "budget.report"):
        raise EvaluationError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    scheme = request.POST.get("scheme", "")
    evaluations.evaluate(file, last_day(file.year), scheme, actor=actor(request), now=timezone.now())


@transaction.atomic
def _say(request: HttpRequest, file: BudgetFile) -> None:
    """What the department says of its year: what was achieved, and why points were lost by sub-goal."""
    if not may(request.user, "budget.report"):
        raise EvaluationError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    who = actor(request)
    opinions.write(file, "achieved", request.POST.get("achieved", ""), actor=who)
    topics, reasons = request.POST.getlist("topic"), request.POST.getlist("reason")
    for topic, reason in zip(topics, reasons, strict=False):
        opinions.write(file, "reason", reason, actor=who, topic=topic)


def _row(row: Evaluation) -> dict[str, Any]:
    return {
        "row": row,
        "line": row.version.line,
        "evidence": bars(row.sheet["evidence"]),
        "missing": sum(r["reason_missing"] for r in row.sheet["rows"]),
        "flags": len(row.sheet["flags"]),
    }


def bars(evidence: dict[str, str]) -> list[dict[str, Any]]:
    """The evidence share as parts of a bar of 100: start, width, kind, words."""
    parts, at = [], Decimal(0)
    for kind, words in EVIDENCE:
        width = Decimal(evidence.get(kind) or 0)
        parts.append({"kind": kind, "words": gettext(words), "at": at, "width": width})
        at += width
    return parts


def _shares(found: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The mean evidence share of several sheets."""
    if not found:
        return []
    means = {
        kind: str(sum((Decimal(e.get(kind) or 0) for e in found), Decimal(0)) / len(found))
        for kind, _ in EVIDENCE
    }
    return bars(means)


def _department(file: BudgetFile, rows: list[Evaluation]) -> dict[str, Any]:
    rollup, said = evaluations.department(file, rows), opinions.of(file)
    groups = [_group(group) | {"topic": group.sub_goal or UNDER_NONE} for group in rollup.groups]
    return {
        "groups": [group | {"said": said.get(("reason", group["topic"]), "")} for group in groups],
        "whole": _group(rollup.whole),
        "achieved": said.get(("achieved", ""), ""),
    }


def _group(group: Group) -> dict[str, Any]:
    largest = group.largest
    return {
        "name": group.sub_goal,
        "weighted": _mean(group.weighted),
        "unweighted": _mean(group.unweighted),
        "missing": len(group.not_assessable),
        "largest": (largest[0], f"{largest[1] * 100:.1f}") if largest else None,
    }


def _mean(mean: Mean) -> str | None:
    return None if mean.value is None else f"{mean.value:.2f}"


# -- one sheet ---------------------------------------------------------------------------------------------


def sheet_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One score sheet: every row with target, actual, evidence, points and reason; then confirmation and decision."""
    mine = Evaluation.objects.current().within(scope_of(request.user))
    row = one(mine.select_related("version__line", "file"), key=key)
    trouble = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _act(request, row)
            return redirect(request.path)
        except (EvaluationError, OpinionError, RowError) as error:
            trouble = error
    sheet = row.sheet
    typed = request.POST if trouble else {}
    for entry in sheet["rows"]:
        entry["said"] = typed.get(f"reason.{entry['key']}") or row.reasons.get(entry["key"], "")
    steps = Evaluation.objects.filter(key=key).order_by("recorded_at")
    context = {
        "row": row,
        "line": row.version.line,
        "wan": wan(row.version.line.budget_fen),
        "sheet": sheet,
        "scheme": next(
            (s for s in schemes() if s.code == row.scheme and s.term.holds(last_day(row.file.year))), None
        ),
        "evidence": bars(sheet["evidence"]),
        "trouble": trouble,
        "typed": typed,
        "achieved": typed.get("achieved") or _achieved(row),
        "steps": steps,
        "decisions": row.decisions.order_by("recorded_at"),
        "kinds": DecisionKind.choices,
        **_may(request, row),
    }
    return render(request, "budget/sheet.html", context)


def _may(request: HttpRequest, row: Evaluation) -> dict[str, bool]:
    waits, own = row.status == EvaluationStatus.SUBMITTED, row.made_by == actor(request)
    open_ = row.status in (EvaluationStatus.DRAFT, EvaluationStatus.OBJECTED)
    return {
        "may_submit": open_ and may(request.user, "budget.report"),
        "may_confirm": waits and not own and may(request.user, "budget.confirm"),
        "may_decide": row.status == EvaluationStatus.CONFIRMED and may(request.user, "budget.decide"),
        "waits_for_another": waits and own,
    }


def _act(request: HttpRequest, row: Evaluation) -> None:
    allowed, step, now = _may(request, row), request.POST.get("step", ""), timezone.now()
    if step in ("submit", "save") and allowed["may_submit"]:
        reasons = {e["key"]: request.POST.get(f"reason.{e['key']}", "") for e in row.sheet["rows"]}
        achieved = request.POST.get("achieved", _achieved(row))
        if achieved != _achieved(row):
            opinions.write(row.version.line, "achieved", achieved, actor=actor(request))
        if step == "submit":
            evaluations.submit(row, reasons, actor=actor(request), on=_day(row), now=now)
        else:
            evaluations.explain(row, reasons, actor=actor(request), on=_day(row))
    elif step == "confirm" and allowed["may_confirm"]:
        evaluations.confirm(row, actor=actor(request), now=now)
    elif step == "object" and allowed["may_confirm"]:
        evaluations.raise_objection(row, request.POST.get("objection", ""), actor=actor(request), now=now)
    elif step == "decide" and allowed["may_decide"]:
        _decide(request, row)
    else:
        raise EvaluationError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))


def _achieved(row: Evaluation) -> str:
    """What was achieved in the year, as a person wrote it last or as the imported form says."""
    line = row.version.line
    return opinions.of(line).get(("achieved", "")) or (line.content.get("achieved") or [""])[0]


def _day(row: Evaluation) -> date:
    return last_day(row.file.year)


def _decide(request: HttpRequest, row: Evaluation) -> None:
    text = request.POST.get("amount", "").strip()
    try:
        fen = fen_of(text, WAN_YUAN) if text else 0
    except ValueError as error:
        raise EvaluationError(str(error), "") from error
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "")
    evaluations.decide(row, kind, fen, reason, actor=actor(request))
