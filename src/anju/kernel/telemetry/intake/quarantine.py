"""Frames of which something was refused."""

from __future__ import annotations

from collections.abc import Sequence

from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.intake.told import QuarantineTold
from anju.kernel.telemetry.models import Quarantined, Source

_MOST_TAGS, _LONGEST = 100, 300
_KNOWN = {reason.value for reason in Reason}


def apply(told: Sequence[QuarantineTold]) -> None:
    """One row a frame, however often it is told; a reason that is not known here is kept in the detail."""
    if not told:
        return
    sources = dict(Source.objects.filter(number__in={one.source for one in told}).values_list("number", "id"))
    there = set(
        Quarantined.objects.filter(frame__in=[one.frame for one in told]).values_list("frame", flat=True)
    )
    new = {one.frame: one for one in told if one.frame not in there}
    Quarantined.objects.bulk_create(
        Quarantined(
            source_id=sources.get(one.source),
            frame=one.frame,
            reason=one.reason if one.reason in _KNOWN else Reason.MALFORMED,
            tags=list(one.tags[:_MOST_TAGS]),
            detail=(one.detail or ("" if one.reason in _KNOWN else one.reason))[:_LONGEST],
            protocol=one.protocol[:20],
            refused=one.refused,
            received_at=one.received,
        )
        for one in new.values()
    )
