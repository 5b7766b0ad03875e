"""A project looked at: its ledgers as facts for the rules, and what they find as entries of the finding ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone, translation

from anju.kernel.findings.ledger import Observed
from anju.kernel.places import geo
from anju.kernel.works.field.accepting import doers, hands
from anju.kernel.works.judging import rules
from anju.kernel.works.judging.figures import figures
from anju.kernel.works.judging.rules import AcceptanceFact, CheckFact, Facts, ProgressFact, ShotFact, TermFact
from anju.kernel.works.measuring.tallies import paid_links, tallies
from anju.kernel.works.models import (
    Acceptance,
    ChangeOrder,
    ChangeState,
    Contract,
    PaymentLink,
    Photo,
    PhotoKind,
    Progress,
    QualityCheck,
    Unit,
    UnitState,
    WorksProject,
)
from anju.kernel.works.states import completed_on

SUBJECT = "works.project"


def subject_of(project: WorksProject) -> str:
    return f"{SUBJECT}:{project.pk}"


def observed(project: WorksProject) -> list[Observed]:
    """What the rules find on a project now, in the words of the ledger."""
    with translation.override("zh-hans"):  # what is stored is Chinese, whatever the page is in
        found = rules.hits(facts_of(project))
    return [
        Observed(hit.rule, hit.grade, project.code, hit.label, hit.message[:300], organisation=project.owner)
        for hit in found
    ]


def facts_of(project: WorksProject) -> Facts:
    progress = list(Progress.objects.current().filter(project=project).select_related("item").order_by("on"))
    units = _units(row.unit for row in progress if row.unit)
    return Facts(
        code=project.code,
        kind=project.kind,
        year=project.programme.year,
        carried_from=project.carried_from,
        carried_to=project.carried_to,
        contracted=project.contractor_id is not None,
        completed_on=completed_on(list(project.steps.all())),
        accepted_share=tallies([project])[project.pk].accepted,
        figures=figures(timezone.localdate()),
        progress=tuple(_progress(row, units) for row in progress),
        shots=tuple(_shots(project, units)),
        terms=tuple(_terms(project)),
        acceptances=tuple(_acceptances(project)),
        checks=tuple(
            CheckFact(row.on, row.part, row.passed, row.note)
            for row in QualityCheck.objects.current().filter(project=project).order_by("recorded_at")
        ),
        places_done_elsewhere=tuple(_elsewhere(project)),
    )


def _units(keys: Iterable[UUID]) -> dict[UUID, Unit]:
    wanted = list(set(keys))
    found: dict[UUID, Unit] = {}
    for start in range(0, len(wanted), 500):
        rows = Unit.objects.current().filter(key__in=wanted[start : start + 500])
        found |= {unit.key: unit for unit in rows}
    return found


def _progress(row: Progress, units: dict[UUID, Unit]) -> ProgressFact:
    unit = units.get(row.unit) if row.unit else None
    metres = None
    if unit and None not in (unit.longitude, unit.latitude, row.longitude, row.latitude):
        metres = geo.distance((unit.longitude, unit.latitude), (row.longitude, row.latitude))  # type: ignore[arg-type]
    return ProgressFact(
        row.key,
        row.on,
        row.item.name,
        row.item.measure,
        row.item.get_measure_display(),
        row.amount,
        row.unit,
        unit.code if unit else "",
        metres,
        row.far_reason,
    )


def _shots(project: WorksProject, units: dict[UUID, Unit]) -> Iterable[ShotFact]:
    """The photos of rows that stand, each with its earlier use for another project, unit or day."""
    mine = list(Photo.objects.filter(project=project, kind=PhotoKind.PHOTO))
    same: dict[str, list[Photo]] = {}
    hashes = sorted({photo.sha256 for photo in mine})
    for start in range(0, len(hashes), 500):
        rows = Photo.objects.filter(sha256__in=hashes[start : start + 500], kind=PhotoKind.PHOTO)
        for photo in rows.select_related("project"):
            same.setdefault(photo.sha256, []).append(photo)
    gone = _withdrawn(photo.of for photos in same.values() for photo in photos)
    for photo in mine:
        if photo.of not in gone:
            unit = units.get(photo.unit) if photo.unit else None
            words = f"单元{unit.code}" if unit else ""
            earlier = _earlier(photo, same[photo.sha256], gone)
            yield ShotFact(photo.sha256, photo.day, words, earlier)


def _earlier(photo: Photo, same: list[Photo], gone: set[UUID]) -> str:
    for other in same:
        if other.pk == photo.pk or other.of in gone:
            continue
        if (other.project_id, other.unit, other.day) == (photo.project_id, photo.unit, photo.day):
            continue
        if (other.recorded_at, other.pk) < (photo.recorded_at, photo.pk):
            where = f"“{other.project.name}”" if other.project_id != photo.project_id else ""
            return f"{where}{other.day}"
    return ""


def _withdrawn(keys: Iterable[UUID]) -> set[UUID]:
    """Those of the keys whose progress was taken back."""
    wanted = list(set(keys))
    known = set(Progress.objects.filter(key__in=wanted).values_list("key", flat=True))
    return known - set(Progress.objects.current().filter(key__in=wanted).values_list("key", flat=True))


def _terms(project: WorksProject) -> Iterable[TermFact]:
    contracts = list(Contract.objects.current().filter(project=project).order_by("start_on"))
    if not contracts:
        return
    approved = ChangeOrder.objects.current().filter(contract__in=contracts, state=ChangeState.APPROVED)
    added: dict[UUID, dict[str, Any]] = {
        row["contract"]: row
        for row in approved.order_by().values("contract").annotate(fen=Sum("amount_fen"), n=Sum("days"))
    }
    paid: dict[UUID, int] = {}
    for link in paid_links(PaymentLink.objects.current().filter(contract__in=contracts)):
        paid[link["contract"]] = paid.get(link["contract"], 0) + link["amount_fen"]
    for contract in contracts:
        more = added.get(contract.pk, {"fen": 0, "n": 0})
        yield TermFact(
            contract.number,
            contract.start_on,
            contract.end_on + timedelta(days=more["n"]),
            contract.amount_fen + more["fen"],
            paid.get(contract.pk, 0),
        )


def _acceptances(project: WorksProject) -> Iterable[AcceptanceFact]:
    bodies, people = doers(project), hands(project)
    rows = Acceptance.objects.current().filter(project=project, passed=True).select_related("organisation")
    for row in rows.order_by("on"):
        yield AcceptanceFact(
            str(row.get_kind_display()),
            row.on,
            str(row.organisation),
            row.accepted_by,
            row.organisation_id in bodies,
            row.accepted_by in people,
        )


def _elsewhere(project: WorksProject) -> Iterable[tuple[str, str]]:
    """Units done here whose place a project of the same kind did before."""
    done = Unit.objects.current().filter(state__in=(UnitState.DONE, UnitState.ACCEPTED), place__isnull=False)
    mine = done.filter(project=project)
    others = done.filter(place__in=mine.values("place"), project__kind=project.kind).exclude(project=project)
    found = {other.place: other for other in others.select_related("project")}
    for unit in mine.filter(place__in=found):
        other = found[unit.place]
        if other.recorded_at < unit.recorded_at:
            yield unit.code, f"“{other.project.name}”"
