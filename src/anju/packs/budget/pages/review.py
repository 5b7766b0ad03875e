"""目标审核: the findings of a kept file, and what is done about each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case as DatabaseCase
from django.db.models import Count, Min, Q, QuerySet, Sum, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, gettext_lazy

from anju.kernel import loop
from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Outcome, Stage
from anju.kernel.findings.models import Finding
from anju.kernel.parties.models import Organisation
from anju.packs.budget import presentation
from anju.packs.budget.citation import cite
from anju.packs.budget.keeping import corrections
from anju.packs.budget.keeping.files import GRADES, look_again
from anju.packs.budget.keeping.names import LINE_FIELDS, TARGET_FIELDS
from anju.packs.budget.models import BudgetFile, Line, LineTarget
from anju.packs.budget.pack import PACK
from anju.packs.budget.pages.common import OPEN, actor, files, one, wan

LINES_A_PAGE = 50
TERM = timedelta(days=7)  # the desk's habit; each assignment names its own day
_SEVERITY = {grade: severity for severity, grade in GRADES.items()}
_NAMES = {f"budget.{check.code}": gettext_lazy(check.name) for check in PACK.checks}


def latest_page(request: HttpRequest) -> HttpResponse:
    """The file imported last."""
    latest = files(request).first()
    return redirect(f"/budget/files/{latest.pk}/") if latest else render(request, "budget/empty.html")


def review_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The findings of one kept file by line, each leading to its own page.

    Lines are counted and paged in the database: a file may hold thousands, and each a dozen findings.
    """
    kept = one(files(request), pk=key)
    everything = Finding.objects.filter(subject=kept.subject)
    settled = request.GET.get("settled") == "1"
    shown = everything.exclude(state__in=OPEN) if settled else everything.filter(state__in=OPEN)
    wanted = presentation.Filter(request.GET.get("severity", ""), request.GET.get("rule", ""))
    chosen = _narrowed(shown, wanted)
    lines = kept.lines.filter(superseded_at__isnull=True)
    page = Paginator(_parts(chosen, lines), LINES_A_PAGE).get_page(request.GET.get("page"))
    whole = lines.aggregate(
        fen=Sum("budget_fen"), n=Count("id"), units=Count("department_code", distinct=True)
    )
    counts = dict(shown.values_list("grade").annotate(n=Count("id")))
    context = {
        "pack": PACK,
        "kept": kept,
        "total": wan(whole["fen"]),
        "line_count": whole["n"],
        "unit_count": whole["units"],
        "target_count": LineTarget.objects.current().filter(file=kept, slot=False).count(),
        "finding_count": everything.filter(state__in=OPEN).count(),
        "settled_count": everything.exclude(state__in=OPEN).count(),
        "severities": [
            (severity, sign, word, counts.get(sign, 0)) for severity, sign, word in presentation.SEVERITIES
        ],
        "wanted": wanted,
        "groups": page,
        "shown": _groups(chosen, lines, list(page)),
        "rules": _rules(shown),
        "found_count": chosen.count(),
        "settled": settled,
        "open": request.GET.get("open") == "1",
    }
    return render(request, "budget/check.html", context)


def _narrowed(rows: QuerySet[Finding], wanted: presentation.Filter) -> QuerySet[Finding]:
    if wanted.severity in GRADES:
        rows = rows.filter(grade=GRADES[wanted.severity])
    return rows.filter(rule=wanted.rule) if wanted.rule else rows


def _parts(rows: QuerySet[Finding], lines: QuerySet[Line]) -> list[str]:
    """The lines (by code or name) that have such findings: the gravest first, otherwise as in the file."""
    places = {code or name: order for code, name, order in lines.values_list("code", "name", "order")}
    rank = DatabaseCase(When(grade="crit", then=0), When(grade="warn", then=1), default=2)
    worst = dict(rows.values_list("part").annotate(worst=Min(rank)))
    return sorted(worst, key=lambda part: (worst[part], places.get(part, -1)))


def _groups(
    rows: QuerySet[Finding], lines: QuerySet[Line], parts: list[str]
) -> list[presentation.LineFindings]:
    """The findings of one page of lines."""
    known = lines.filter(Q(code__in=parts) | Q(code="", name__in=parts))
    facts = [
        {
            "code": n.code or None,
            "name": n.name,
            "department_name": n.department_name,
            "budget_wan_yuan": wan(n.budget_fen),
        }
        for n in known.order_by("order")
    ]
    found = [_shape(f) for f in rows.filter(part__in=parts).order_by("recorded_at", "id")]
    return presentation.by_line(found, facts, _NAMES)


def _rules(rows: QuerySet[Finding]) -> list[tuple[str, str, int]]:
    counted = rows.values_list("rule").annotate(n=Count("id")).order_by("-n")
    return [(rule, _NAMES.get(rule, rule), n) for rule, n in counted]


def _shape(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.pk,
        "line": finding.part or None,
        "target": finding.label or None,
        "rule": finding.rule,
        "severity": _SEVERITY[finding.grade],
        "message": finding.message,
        "cites": finding.cites,
        "state": finding.get_state_display(),
        "state_code": finding.state,
    }


# -- one finding -----------------------------------------------------------------------------------------


def finding_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Two strings side by side, the case about them, and the next step for the person who looks."""
    finding = one(Finding.objects.within(scope_of(request.user)), pk=key)
    if finding.subject.startswith("budget.approval:"):
        return redirect(f"/budget/approvals/{key}/")
    trouble = _act(request, finding) if request.method == "POST" else None
    if request.method == "POST" and trouble is None:
        return redirect(request.path)
    return render(request, "budget/finding.html", _finding_context(request, finding) | {"trouble": trouble})


def _finding_context(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    kept = one(files(request), pk=finding.subject.removeprefix("budget.file:"))
    case = finding.cases.order_by("-recorded_at").select_related("owner").first()
    line, target = subject_of(kept, finding)
    fields = _fields(line, target)
    now = timezone.now()
    mine = case is not None and case.done_by == actor(request)
    return {
        "finding": finding,
        "rule_name": _NAMES.get(finding.rule, finding.rule),
        "citation": cite(finding.cites, finding.message),
        "kept": kept,
        "line": line,
        "target": target,
        "fields": fields,
        "likely": _likely(fields, finding),
        "case": case,
        "steps": case.steps.all() if case else [],
        "owners": Organisation.objects.within(scope_of(request.user))
        .on(timezone.localdate())
        .order_by("name"),
        # A file may name units that nobody registered here: then its own organisation.
        "likely_owner": (line and line.department_id) or kept.organisation_id,
        "due": timezone.localdate() + TERM,
        "late": case is not None and case.stage != Stage.CLOSED and case.deadline < now,
        "may_assign": may(request.user, "budget.assign")
        and not finding.settled
        and (case is None or case.stage == Stage.CLOSED),
        "may_correct": may(request.user, "budget.correct")
        and case is not None
        and case.stage in (Stage.ASSIGNED, Stage.RETURNED),
        "may_accept": may(request.user, "budget.accept")
        and case is not None
        and case.stage == Stage.SUBMITTED
        and not mine,
        "waits_for_another": mine and case is not None and case.stage == Stage.SUBMITTED,
    }


def subject_of(kept: BudgetFile, finding: Finding) -> tuple[Line | None, LineTarget | None]:
    """The line and target, as they now stand, that a finding is about."""
    current = kept.lines.filter(superseded_at__isnull=True)
    line = (
        current.filter(code=finding.part).first() or current.filter(name=finding.part).first()
        if finding.part
        else None
    )
    if line is None or not finding.label:
        return line, None
    rows = LineTarget.objects.current().filter(line_key=line.key, slot=False, name=finding.label)
    return line, rows.first()


def _fields(line: Line | None, target: LineTarget | None) -> list[tuple[str, str, str]]:
    """(field, its name, its text now) of what can be corrected here, the target's first."""
    found = []
    for owner, row, names in (
        ("target", target, TARGET_FIELDS),
        ("line", line, LINE_FIELDS),
    ):
        for field, name in names.items() if row is not None else ():
            packed = row.content.get(field)
            found.append((f"{owner}.{field}", gettext(name), packed[0] if packed else ""))
    return found


def _likely(fields: list[tuple[str, str, str]], finding: Finding) -> tuple[str, str]:
    """The field whose text the finding cites, with that text to begin from; the first field otherwise."""
    for key, _, text in fields:
        if text and any(cite["text"] and cite["text"] in text for cite in finding.cites):
            return key, text
    return (fields[0][0], fields[0][2]) if fields else ("", "")


# -- steps -----------------------------------------------------------------------------------------------


def _act(request: HttpRequest, finding: Finding) -> flow.CaseError | None:
    """Take the posted step; the reason it was refused, or None when it was taken."""
    steps: dict[str, tuple[str, Callable[[HttpRequest, Finding], None]]] = {
        "assign": ("budget.assign", _assign),
        "correct": ("budget.correct", _correct),
        "explain": ("budget.correct", _explain),
        "accept": ("budget.accept", _accept),
        "return": ("budget.accept", _return),
    }
    permission, step = steps.get(request.POST.get("step", ""), ("", None))
    if step is None or not may(request.user, permission):
        return flow.CaseError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    try:
        with transaction.atomic():
            step(request, finding)
    except flow.CaseError as error:
        return error
    return None


def _assign(request: HttpRequest, finding: Finding) -> None:
    owner = (
        Organisation.objects.within(scope_of(request.user))
        .filter(pk=request.POST.get("owner") or None)
        .first()
    )
    day = parse_date(request.POST.get("deadline", ""))
    if owner is None:
        raise flow.CaseError(gettext("没有选择责任单位。"), gettext("请选择由谁改正或说明。"))
    if day is None or day < timezone.localdate():
        raise flow.CaseError(gettext("期限不对。"), gettext("请选择今天或以后的日期。"))
    deadline = timezone.make_aware(datetime.combine(day, time(18, 0)))
    assignment = flow.Assignment("budget.review", finding.message, owner, deadline)
    flow.open_case(finding, assignment, actor=actor(request), note=request.POST.get("note", ""))


def _case(finding: Finding) -> Case:
    case = finding.cases.exclude(stage=Stage.CLOSED).first()
    if case is None:
        raise flow.CaseError(gettext("还没有派单。"), gettext("请先派给责任单位。"))
    return case


def _correct(request: HttpRequest, finding: Finding) -> None:
    case, text = _case(finding), request.POST.get("text", "").strip()
    owner, _, field = request.POST.get("field", "").partition(".")
    kept = one(files(request), pk=finding.subject.removeprefix("budget.file:"))
    line, target = subject_of(kept, finding)
    row = {"line": line, "target": target}.get(owner)
    names = {"line": LINE_FIELDS, "target": TARGET_FIELDS}.get(owner, {})
    if row is None or field not in names:
        raise flow.CaseError(gettext("没有选择要改的栏目。"), gettext("请选择要改正的一栏。"))
    before = (row.content.get(field) or [""])[0]
    if not text or text == before:
        raise flow.CaseError(
            gettext("改正后的文字与原文相同或为空。"), gettext("请写改正后的文字；不需要改的请用“说明”。")
        )
    change = ({names[field]: before}, {names[field]: text})
    flow.submit(case, Outcome.CORRECTED, request.POST.get("note", ""), actor=actor(request), change=change)
    correct = corrections.correct_line if owner == "line" else corrections.correct_target
    correct(row, field, text, actor=actor(request))  # type: ignore[arg-type]


def _explain(request: HttpRequest, finding: Finding) -> None:
    outcome = request.POST.get("outcome", "")
    if outcome not in (Outcome.EXPLAINED, Outcome.DISMISSED):
        raise flow.CaseError(gettext("没有选择处理结果。"), gettext("请选择已说明或不成立。"))
    flow.submit(_case(finding), outcome, request.POST.get("note", ""), actor=actor(request))


def _accept(request: HttpRequest, finding: Finding) -> None:
    note = request.POST.get("note", "")
    loop.accept(_case(finding), look_again, actor=actor(request), now=timezone.now(), note=note)


def _return(request: HttpRequest, finding: Finding) -> None:
    flow.send_back(_case(finding), request.POST.get("note", ""), actor=actor(request))
