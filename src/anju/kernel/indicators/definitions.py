"""The definitions that packs bring, as rows that a bureau may supersede."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from anju.kernel.indicators.models import Definition
from anju.kernel.packs import Indicator


@transaction.atomic
def register(indicators: Iterable[Indicator]) -> int:
    """Create the definitions that are missing; a version that is there, edited or not, is left. How many."""
    known = set(Definition.objects.values_list("code", "version"))
    new = [_row(one) for one in indicators if (one.code, one.version) not in known]
    Definition.objects.bulk_create(new)
    return len(new)


def _row(one: Indicator) -> Definition:
    return Definition(
        code=one.code,
        version=one.version,
        name=one.name,
        unit=one.unit,
        direction=one.direction,
        subject_kind=one.subject,
        formula=one.formula,
        inputs=dict(one.inputs),
        compute=one.compute,
        legal_basis=one.legal_basis,
    )
