"""What the subjects of figures are called: ``area:<key>``, ``organisation:<key>``, and the kinds of the packs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from anju.kernel import packs
from anju.kernel.packs import Subject
from anju.kernel.records.models import Ledger

_KERNEL = (
    Subject("area", "区域", "anju.kernel.places.models.Area", address="/r/areas/{key}/"),
    Subject(
        "organisation", "单位", "anju.kernel.parties.models.Organisation", address="/r/organisations/{key}/"
    ),
    Subject(
        "survey.question",
        "调查题目",
        "anju.kernel.surveys.models.Asked",
        address="/surveys/questions/{key}/",
    ),
    Subject(
        "inspections.plan",
        "检查计划",
        "anju.kernel.inspections.models.Plan",
        label="title",
        address="/inspections/plans/{key}/",
    ),
    Subject(
        "telemetry.source",
        "数据来源",
        "anju.kernel.telemetry.models.Source",
        address="/telemetry/sources/{key}/",
    ),
    Subject("works.project", "工程项目", "anju.kernel.works.models.WorksProject", address="/works/{key}/"),
    Subject(
        "works.programme",
        "年度计划",
        "anju.kernel.works.models.Programme",
        address="/works/?programme={key}",
    ),
)


@dataclass(frozen=True, slots=True)
class Named:
    """A subject for the eye: its own name, the name of its kind, and its page ("" without one)."""

    subject: str
    words: str
    kind: str = ""
    address: str = ""


def kinds() -> dict[str, Subject]:
    """Every kind that somebody declared."""
    return {each.kind: each for each in (*_KERNEL, *packs.load(settings.ANJU_PACKS).subjects())}


def named(subjects: Iterable[str]) -> dict[str, Named]:
    """Each subject with its name, one query a kind; what nobody declared keeps its own text."""
    wanted = dict.fromkeys(subjects)
    by_kind: dict[str, set[UUID]] = {}
    for subject in wanted:
        kind, _, key = subject.partition(":")
        try:
            by_kind.setdefault(kind, set()).add(UUID(key))
        except ValueError:
            continue
    found: dict[str, Named] = {}
    for kind, what in kinds().items():
        for key, label in _labels(what, by_kind.get(kind, set())):
            text = f"{kind}:{key}"
            found[text] = Named(text, str(label), what.name, what.address.format(key=key))
    return {subject: found.get(subject) or Named(subject, subject) for subject in wanted}


def _labels(what: Subject, keys: set[UUID]) -> Iterable[tuple[UUID, str]]:
    if not keys:
        return ()
    model = packs.resolve(what.model)
    rows = model.objects.current() if issubclass(model, Ledger) else model.objects.all()
    return rows.filter(**{f"{what.key}__in": keys}).values_list(what.key, what.label)
