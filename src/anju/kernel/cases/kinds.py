"""Where the cases of each kind are worked on: a page that the pack's descriptor names."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from anju.kernel import packs
from anju.kernel.cases.models import Case


def addressed(cases: Iterable[Case]) -> Iterable[Case]:
    """The same cases, each with the ``address`` of its page; "" for a kind that no pack here has."""
    addresses = {code: kind.address for code, kind in packs.load(settings.ANJU_PACKS).cases().items()}
    for case in cases:
        case.address = addresses.get(case.kind, "").format(finding=case.finding_id)
    return cases
