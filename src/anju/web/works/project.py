"""One project: how far it is, by which ledgers, with which proof, and what is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.findings.models import State as FindingState
from anju.kernel.watching import works as watching
from anju.kernel.works.field.deliverables import KIND_OF
from anju.kernel.works.judging.rules import RULES
from anju.kernel.works.measuring.tallies import Standing, approved, money, tallies
from anju.kernel.works.models import (
    Acceptance,
    Deliverable,
    Milestone,
    Photo,
    Progress,
    QualityCheck,
    TestCase,
    Unit,
    UnitState,
    WorksProject,
)
from anju.web.map import drawing, frame_of
from anju.web.outlines import WIDTH, Frame
from anju.web.works.common import STATE_SIGNS, project_of, rights, titled
from anju.web.works.gantt import Mark, chart

ENTRIES, POINTS, PHOTOS = 30, 300, 120
_GRADES = {"crit": 0, "high": 1, "warn": 2, "info": 3}


@requires("works.view")
def project_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Facts, quantities, days, units, progress with photos, checks, acceptances, findings and the place."""
    project = project_of(request, key)
    changes = approved([project])
    stands = tallies([project], changes=changes)[project.pk]
    paid = money([project], changes=changes)[project.pk]
    days = sum(row["days"] or 0 for row in changes)
    deliverables = _deliverables(project)
    progress, acceptances = _reports(project), _accepted(project)
    photos = _photos([row.key for row in (*progress, *acceptances)])
    context = {
        "project": project,
        "title": titled(project),
        "sign": STATE_SIGNS[project.state],
        "due": project.planned_end + timedelta(days=days),
        "days": days,
        "quantities": [_quantity(tally) for tally in stands.items],
        "done": _percent(stands.done),
        "accepted": _percent(stands.accepted),
        "paid": paid,
        "paid_share": Decimal(100 * paid.paid) / paid.total if paid.total else None,
        "units": _units(stands),
        "timeline": _timeline(progress, photos),
        "acceptances": _acceptances(acceptances, stands, photos),
        "checks": QualityCheck.objects.current()
        .filter(project=project)
        .select_related("organisation")
        .order_by("-on", "-recorded_at")[:ENTRIES],
        "findings": _findings(project),
        "steps": list(project.steps.all()),
        "deliverables": _handed(project, deliverables),
        **_days(project, deliverables, days),
        **_place(project, bool(stands.units)),
        **rights(request, project),
    }
    return render(request, "web/works/project.html", context)


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * 100


def _quantity(tally: Any) -> dict[str, Any]:
    return {
        "tally": tally,
        "unit": tally.item.get_measure_display(),
        "done": tally.share_done * 100,
        "accepted": tally.share_accepted * 100,
        "changed": tally.planned - tally.item.planned,
    }


def _units(stands: Standing) -> list[tuple[str, str, int]]:
    if not stands.units:
        return []
    return [(state.value, str(state.label), stands.units.get(state.value, 0)) for state in UnitState]


def _reports(project: WorksProject) -> list[Progress]:
    """The newest reports, each with the code of the unit that it is about."""
    rows = Progress.objects.current().filter(project=project).select_related("item", "organisation")
    unit = Unit.objects.current().filter(key=OuterRef("unit")).values("code")[:1]
    return list(rows.annotate(unit_code=Subquery(unit)).order_by("-on", "-recorded_at")[:ENTRIES])


def _timeline(newest: list[Progress], photos: dict[UUID, list[Photo]]) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "unit": row.unit_code or "",  # type: ignore[attr-defined]
            "words": row.item.get_measure_display(),
            "photos": photos.get(row.key, []),
        }
        for row in newest
    ]


def _photos(keys: list[UUID]) -> dict[UUID, list[Photo]]:
    found: dict[UUID, list[Photo]] = {}
    for photo in Photo.objects.filter(of__in=keys).select_related("file")[:PHOTOS]:
        found.setdefault(photo.of, []).append(photo)
    return found


def _accepted(project: WorksProject) -> list[Acceptance]:
    rows = Acceptance.objects.current().filter(project=project).select_related("organisation")
    return list(rows.prefetch_related("quantities").order_by("-on", "-recorded_at")[:ENTRIES])


def _acceptances(
    newest: list[Acceptance], stands: Standing, photos: dict[UUID, list[Photo]]
) -> list[dict[str, Any]]:
    items = {tally.item.pk: tally.item for tally in stands.items}
    return [
        {
            "row": row,
            "quantities": [
                (items[q.item_id].name, q.checked, q.accepted, items[q.item_id].get_measure_display())
                for q in row.quantities.all()
            ],
            "photos": photos.get(row.key, []),
        }
        for row in newest
    ]


def _deliverables(project: WorksProject) -> list[Deliverable]:
    if project.kind not in KIND_OF:
        return []
    return list(Deliverable.objects.current().filter(project=project).select_related("file__content"))


def _findings(project: WorksProject) -> list[dict[str, Any]]:
    rows = watching.findings(project).filter(state__in=(FindingState.OPEN, FindingState.IN_CASE))  # type: ignore[attr-defined]
    ordered = sorted(rows, key=lambda row: (_GRADES[row.grade], row.recorded_at))
    return [{"row": row, "name": gettext(RULES[row.rule][0])} for row in ordered]


def _handed(project: WorksProject, deliverables: list[Deliverable]) -> list[dict[str, Any]]:
    cases: dict[UUID, list[TestCase]] = {}
    if not deliverables:
        return []
    for case in TestCase.objects.current().filter(project=project).order_by("name"):
        cases.setdefault(case.deliverable, []).append(case)
    return [
        {
            "row": row,
            "passed": sum(case.passed is True for case in cases.get(row.key, ())),
            "cases": cases.get(row.key, []),
        }
        for row in deliverables
    ]


def _days(project: WorksProject, deliverables: list[Deliverable], days: int) -> dict[str, Any]:
    milestones = list(Milestone.objects.current().filter(project=project))
    marks = [Mark(row.name, row.planned_on, row.actual_on) for row in milestones]
    marks += [Mark(row.name, row.due_on, row.done_on) for row in deliverables]
    end, today = project.planned_end + timedelta(days=days), timezone.localdate()
    return {
        "marks": [{"mark": mark, "late": (mark.actual or today) > mark.planned} for mark in marks],
        "milestones": milestones,
        "wide": chart(project.planned_start, end, marks, today) if marks else None,
        "narrow": chart(project.planned_start, end, marks, today, narrow=True) if marks else None,
    }


def _place(project: WorksProject, listed: bool) -> dict[str, Any]:
    """The area's outline with the project and some of its units; nothing where no position is known."""
    rows = Unit.objects.current().filter(project=project, longitude__isnull=False).order_by("code")
    points = [] if not listed else list(rows.values_list("longitude", "latitude", "state")[:POINTS])
    own = (project.longitude, project.latitude) if project.longitude is not None else None
    everything = [(x, y) for x, y, _ in points] + ([own] if own else [])
    if not everything:
        return {"map": None}
    outline = frame_of([project.area])
    near = Frame.around((x, y, x, y) for x, y in everything)
    assert near is not None
    frame = outline or near
    if points and outline:
        # A list of houses is a spot in a county: the drawing shows the spot with room around it.
        margin = max(near.east - near.west, near.north - near.south, 0.01) * 0.15
        frame = Frame(near.west - margin, near.south - margin, near.east + margin, near.north + margin)
    return {
        "map": {
            "width": WIDTH,
            "height": min(max(frame.height, 160), 720),
            "area": drawing(project.area, frame) if not points else None,
            "points": [(*_at(frame, x, y), state) for x, y, state in points],
            "own": _at(frame, *own) if own else None,
            "shown": len(points),
            "schematic": project.area.schematic,
        }
    }


def _at(frame: Frame, longitude: float, latitude: float) -> tuple[float, float]:
    x, y = frame.place(longitude, latitude)
    return round(x, 1), round(y, 1)
