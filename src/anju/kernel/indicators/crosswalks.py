"""How an indicator continues from version to version; a trend is never joined over a redefinition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anju.kernel.indicators.models import Crosswalk, Relation, Source, Status, Value

_JOINED = (Relation.SAME, Relation.RENAMED)
_MOST = 50  # versions of one indicator; a circle in the crosswalk ends the walk


@dataclass(frozen=True, slots=True)
class Stretch:
    """One version of an indicator; ``joined`` says whether its figures continue those of the stretch before."""

    code: str
    version: str
    joined: bool


def stretches(code: str, version: str) -> list[Stretch]:
    """The version and those that follow it, the oldest first; a dropped indicator ends."""
    found = [Stretch(code, version, joined=False)]
    while len(found) < _MOST:
        last = found[-1]
        step = Crosswalk.objects.filter(code=last.code, version=last.version).first()
        if step is None or step.relation == Relation.DROPPED or not step.next_code:
            break
        following = Stretch(step.next_code, step.next_version, step.relation in _JOINED)
        if (following.code, following.version) in {(s.code, s.version) for s in found}:
            break
        found.append(following)
    return found


def trend(code: str, version: str, subject: str) -> list[list[Value]]:
    """The accepted figures of a subject by period, in runs: what stands in one run may be drawn as one line."""
    runs: list[list[Value]] = []
    for stretch in stretches(code, version):
        values = _values(stretch, subject)
        if stretch.joined and runs:
            runs[-1] += values
        else:
            runs.append(values)
    return [run for run in runs if run]


def _values(stretch: Stretch, subject: str) -> Sequence[Value]:
    rows = Value.objects.current().filter(code=stretch.code, version=stretch.version, subject=subject)
    return list(rows.filter(source=Source.PLATFORM, status=Status.ACCEPTED).order_by("period"))
