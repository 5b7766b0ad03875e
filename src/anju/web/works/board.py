"""工程看板: what of this year's programme is done, accepted and paid, and what is carried over or cancelled."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.findings.models import Finding
from anju.kernel.findings.models import State as FindingState
from anju.kernel.works.judging.looking import subject_of
from anju.kernel.works.measuring.tallies import Money, Standing, money, tallies
from anju.kernel.works.models import Measure, Programme, State, WorksProject
from anju.web.works.common import STATE_SIGNS, titled

MOST, MOST_PROGRAMMES = 200, 100
_HUNDRED = Decimal(100)


@requires("works.view")
def board_page(request: HttpRequest) -> HttpResponse:
    """``?programme=`` chooses; else the programme begun last that has projects in the person's scope."""
    scope = scope_of(request.user)
    seen = WorksProject.objects.within(scope)
    rows = Programme.objects.select_related("owner")
    mine = rows.filter(pk__in=seen.values("programme")) | rows.within(scope)
    programmes = list(mine.distinct().order_by("-year", "-recorded_at")[:MOST_PROGRAMMES])
    chosen = _chosen(programmes, request.GET.get("programme", ""))
    projects = list(
        seen.filter(programme=chosen).select_related("owner", "contractor", "area").order_by("code")[:MOST]
        if chosen
        else ()
    )
    standings, paid = tallies(projects), money(projects)
    open_findings = _findings(projects)
    context = {
        "programmes": [(p, titled(p), p == chosen) for p in programmes],
        "chosen": chosen,
        "title": titled(chosen) if chosen else "",
        "rows": [_row(p, standings[p.pk], paid[p.pk], open_findings[subject_of(p)]) for p in projects],
        "sums": _sums(projects, standings),
        "states": Counter(p.state for p in projects),
        "money": _added(paid[p.pk] for p in projects if p.state != State.CANCELLED),
        "quota": _quota(chosen, projects, standings) if chosen else None,
        "findings": sum(open_findings.values()),
        "may_manage": may(request.user, "works.manage"),
    }
    return render(request, "web/works/board.html", context)


def _chosen(programmes: list[Programme], wanted: str) -> Programme | None:
    named = next((p for p in programmes if str(p.pk) == wanted), None)
    return named or next(iter(programmes), None)


def _findings(projects: list[WorksProject]) -> Counter[str]:
    subjects = [subject_of(project) for project in projects]
    rows = Finding.objects.filter(subject__in=subjects)
    return Counter(
        rows.filter(state__in=(FindingState.OPEN, FindingState.IN_CASE)).values_list("subject", flat=True)
    )


def _row(project: WorksProject, stands: Standing, paid: Money, findings: int) -> dict[str, Any]:
    return {
        "project": project,
        "title": titled(project),
        "sign": STATE_SIGNS[project.state],
        "done": _percent(stands.done),
        "accepted": _percent(stands.accepted),
        "paid": _percent(Decimal(paid.paid) / paid.total if paid.total else None),
        "amounts": [{"tally": tally, "unit": tally.item.get_measure_display()} for tally in stands.items[:3]],
        "findings": findings,
    }


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * _HUNDRED


def _sums(projects: list[WorksProject], standings: dict[UUID, Standing]) -> list[dict[str, Any]]:
    """By measure: planned, done and accepted of this year's own works; carried in and over stand apart."""
    found: dict[str, dict[str, Any]] = {}
    for project in projects:
        if project.state == State.CANCELLED:
            continue
        for tally in standings[project.pk].items:
            row = found.setdefault(
                tally.item.measure,
                dict.fromkeys(("planned", "done", "accepted", "carried_in", "left"), Decimal(0)),
            )
            if project.carried_from is not None:
                row["carried_in"] += tally.done
                continue
            row["planned"] += tally.planned
            row["done"] += tally.done
            row["accepted"] += tally.accepted
            if project.state == State.CARRIED_OVER:
                row["left"] += tally.planned - tally.done
    return [row | {"unit": Measure(measure).label} for measure, row in found.items()]


def _added(parts: Any) -> Money:
    whole = Money()
    for part in parts:
        whole.agreed += part.agreed
        whole.changed += part.changed
        whole.paid += part.paid
    return whole


def _quota(
    programme: Programme, projects: list[WorksProject], standings: dict[UUID, Standing]
) -> dict[str, Any] | None:
    if programme.quota is None:
        return None
    done = next(
        (
            row["done"]
            for row in _sums(projects, standings)
            if row["unit"] == programme.get_quota_measure_display()
        ),
        Decimal(0),
    )
    return {
        "of": programme.quota,
        "unit": programme.get_quota_measure_display(),
        "done": done,
        "share": done * _HUNDRED / programme.quota,
        "words": gettext("年度任务"),
    }
