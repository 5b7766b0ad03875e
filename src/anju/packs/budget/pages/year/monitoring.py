"""双监控: where each line stands on a day; formal rounds as a worklist; what is done about a red line."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.findings.models import Finding
from anju.packs.budget.keeping.standing import LineStanding, standings
from anju.packs.budget.models import BudgetFile, Line, Round, RoundEntry, Version
from anju.packs.budget.models.year import Likelihood
from anju.packs.budget.pages.common import GRADES, actor, day_asked, day_of, files, last_day, lines, one, wan
from anju.packs.budget.year import rounds
from anju.packs.budget.year.evaluations import APPROVED

MOST = 500  # lines on one page; a bureau has dozens, a province's department a few hundred
MOST_FILES = 50
WATCHED = ("budget.off_track", "budget.predicted_miss")
_APPROVED = Version.objects.filter(file=OuterRef("pk"), stage__in=APPROVED)
_ORDER = ("crit", "high", "warn", "na", "ok")


def shown_file(request: HttpRequest) -> tuple[BudgetFile | None, list[BudgetFile]]:
    """The file that ``?file=`` names, else the newest approved one, else the newest; and all to choose from."""
    known = list(files(request).annotate(approved=Exists(_APPROVED))[:MOST_FILES])
    asked = request.GET.get("file", "")
    named = next((file for file in known if str(file.pk) == asked), None)
    approved = next((file for file in known if file.approved), None)
    return named or approved or next(iter(known), None), known


def monitoring_page(request: HttpRequest) -> HttpResponse:
    """Every line of a file on a day, the worst first; GET changes nothing, POST opens a formal round."""
    file, known = shown_file(request)
    if file is None:
        return render(request, "budget/empty.html")
    trouble = None
    if request.method == "POST":
        try:
            return redirect(f"/budget/rounds/{_open(request, file).pk}/")
        except (rounds.RoundError, flow.CaseError) as error:
            trouble = error
    day, unfit = day_asked(request, file.year)
    allowed = lines(request).filter(file=file).select_related("department").order_by("order")[:MOST]
    rows = [_row(stands) for stands in standings(file, day, lines=allowed)]
    rows.sort(key=lambda row: _ORDER.index(row["grade"]))
    counts = Counter(row["grade"] for row in rows)
    context = {
        "shown": file,
        "files": known,
        "day": day,
        "last": last_day(file.year),
        "trouble": trouble or unfit,
        "rows": rows,
        "counts": [(grade, GRADES[grade], counts[grade]) for grade in _ORDER],
        "ahead": sum(row["ahead"] for row in rows),
        "rounds": Round.objects.filter(file=file).order_by("-day"),
        "cases": rounds.open_cases(file).filter(pk__in=Case.objects.within(scope_of(request.user))).count(),
        "may_open": may(request.user, "budget.monitor"),
    }
    return render(request, "budget/monitoring.html", context)


def _open(request: HttpRequest, file: BudgetFile) -> Round:
    if not may(request.user, "budget.monitor"):
        raise rounds.RoundError(gettext("您的角色不能发起监控。"), gettext("请联系财务人员。"))
    day = day_of(request.POST.get("day", ""))
    if day is None:
        raise rounds.RoundError(gettext("没有选择数据截至日。"), gettext("正式监控一般截至7月31日。"))
    return rounds.open_round(file, day, actor=actor(request), now=timezone.now())


def _row(stands: LineStanding) -> dict[str, Any]:
    money, goal = stands.money_deviation, _goal(stands)
    return {
        "line": stands.line,
        "grade": stands.grade,
        "word": GRADES[stands.grade],
        "planned": _two(stands.planned),
        "rate": _two(stands.rate),
        "attained": _two(stands.attained),
        "wan": wan(stands.adjusted),
        "paid": wan(stands.paid),
        "known": len(stands.attainments),
        "of": len(stands.targets),
        "reasons": stands.reasons[:3],
        "ahead": money is not None and goal is not None and money > 0 > goal,
        "miss": min((t.forecast.miss_on for t in stands.targets if t.forecast.miss_on), default=None),
    }


def _goal(stands: LineStanding) -> Decimal | None:
    """The worst deviation of the targets, None where none can be assessed."""
    known = [t.standing.deviation for t in stands.targets if t.standing.deviation is not None]
    return min(known, default=None)


def _two(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:.1f}"


# -- a formal round ----------------------------------------------------------------------------------------


def round_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A round as a worklist: who has not said why comes first; each line is filled in on the same page."""
    found = one(Round.objects.within(scope_of(request.user)).select_related("file"), pk=key)
    everything = RoundEntry.objects.current().filter(round=found).within(scope_of(request.user))
    trouble, typed = None, None
    if request.method == "POST":
        try:
            _act(request, found, everything)
            return redirect(f"{request.path}#todo")
        except rounds.RoundError as error:
            trouble, typed = error, request.POST
    entries = sorted(
        everything.select_related("line", "line__department")[:MOST],
        key=lambda entry: (bool(entry.likelihood), _ORDER.index(entry.grade), entry.line.order),
    )
    context = {
        "round": found,
        "trouble": trouble,
        "typed": typed,
        "rows": [_entry(entry) for entry in entries],
        "waiting": sum(rounds.needs_words(e) and not e.likelihood for e in entries),
        "reasons": [(code, gettext(words)) for code, words in rounds.REASONS.items()],
        "likelihoods": Likelihood.choices,
        "may_fill": may(request.user, "budget.report") and not found.closed_at,
        "may_close": may(request.user, "budget.monitor") and not found.closed_at,
    }
    return render(request, "budget/round.html", context)


def _entry(entry: RoundEntry) -> dict[str, Any]:
    figures = entry.figures
    return {
        "entry": entry,
        "word": GRADES[entry.grade],
        "needs": rounds.needs_words(entry),
        "words": [gettext(rounds.REASONS[code]) for code in entry.reasons],
        "targets": figures["targets"],
        "paid": wan(figures["paid_fen"]),
        "adjusted": wan(figures["adjusted_fen"]),
    }


def _act(request: HttpRequest, found: Round, allowed: Any) -> None:
    step = request.POST.get("step", "")
    if step == "close" and may(request.user, "budget.monitor"):
        rounds.close(found, actor=actor(request), now=timezone.now())
    elif step == "fill" and may(request.user, "budget.report"):
        entry = allowed.filter(line_key=_uuid(request.POST.get("line", ""))).first()
        if entry is None:
            raise rounds.RoundError(gettext("这一轮里没有这个项目。"), gettext("请刷新后再填。"))
        rounds.fill(
            entry,
            request.POST.getlist("reasons"),
            request.POST.get("likelihood", ""),
            request.POST.get("note", ""),
            actor=actor(request),
        )
    else:
        raise rounds.RoundError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# -- a red line --------------------------------------------------------------------------------------------


def watch_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is off track in one line, how it stands now, and its case from assignment to acceptance."""
    mine = Finding.objects.within(scope_of(request.user)).filter(rule__in=WATCHED)
    finding = one(mine, pk=key)
    file = one(files(request), pk=finding.subject.removeprefix("budget.monitoring:"))
    line = lines(request).filter(file=file, code=finding.part).first()
    case = finding.cases.order_by("-recorded_at").first()
    trouble = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _step(request, finding, case, last_day(file.year))
            return redirect(request.path)
        except flow.CaseError as error:
            trouble = error
            case = finding.cases.order_by("-recorded_at").first()
    context = {
        "finding": finding,
        "kept": file,
        "line": line,
        "case": case,
        "steps": case.steps.all() if case else [],
        "trouble": trouble,
        "now": _now(file, line),
        **_may(request, case),
    }
    return render(request, "budget/watch.html", context)


def _now(file: BudgetFile, line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return _row(standings(file, last_day(file.year), lines=[line])[0])


def _may(request: HttpRequest, case: Case | None) -> dict[str, bool]:
    stage = case.stage if case else ""
    waits = case is not None and stage == Stage.SUBMITTED
    own = case is not None and case.done_by == actor(request)
    return {
        "may_assign": case is None and may(request.user, "budget.assign"),
        "may_answer": stage in (Stage.ASSIGNED, Stage.RETURNED) and may(request.user, "budget.correct"),
        "may_accept": waits and not own and may(request.user, "budget.accept"),
        "waits_for_another": waits and own,
    }


def _step(request: HttpRequest, finding: Finding, case: Case | None, on: date) -> None:
    allowed, step = _may(request, case), request.POST.get("step", "")
    note = request.POST.get("note", "")
    if case is None and step == "assign" and may(request.user, "budget.assign"):
        rounds.assign(finding, actor=actor(request), now=timezone.now())
        return
    if case is None:
        raise flow.CaseError(gettext("还没有派单。"), gettext("请先派给责任单位。"))
    if step in ("corrected", "explained") and allowed["may_answer"]:
        flow.submit(case, step, note, actor=actor(request))
    elif step == "accept" and allowed["may_accept"]:
        rounds.accept(case, on, actor=actor(request), now=timezone.now(), note=note)
    elif step == "return" and allowed["may_accept"]:
        flow.send_back(case, note, actor=actor(request))
    else:
        raise flow.CaseError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
