"""Where the cases of each kind are worked on: a page of the kernel, or one that a pack's descriptor names."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext_noop

from anju.kernel import packs
from anju.kernel.cases.models import Case
from anju.kernel.packs import CaseType

# The kinds of the kernel's own parts; those of a pack stand in its descriptor.
CASES = (
    CaseType("field.note", gettext_noop("现场记录"), "/field/findings/{finding}/"),
    CaseType("inspection.card", gettext_noop("督办卡"), "/inspections/cards/{finding}/"),
    CaseType("telemetry.alarm", gettext_noop("告警处置"), "/telemetry/findings/{finding}/"),
    CaseType("works.problem", gettext_noop("工程问题"), "/works/findings/{finding}/"),
)


def kinds() -> dict[str, CaseType]:
    """Every kind of case by its code."""
    return {kind.code: kind for kind in CASES} | packs.load(settings.ANJU_PACKS).cases()


def addressed(cases: Iterable[Case]) -> Iterable[Case]:
    """The same cases, each with the ``address`` of its page; "" for a kind that nobody here has."""
    addresses = {code: kind.address for code, kind in kinds().items()}
    for case in cases:
        case.address = addresses.get(case.kind, "").format(finding=case.finding_id)
    return cases
