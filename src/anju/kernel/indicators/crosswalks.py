"""How an indicator continues from version to version; a trend is never joined over a redefinition."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from anju.kernel.indicators.computing import RANK
from anju.kernel.indicators.models import Crosswalk, Relation, Source, Status, Value
from anju.kernel.values import periods

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


def origin(code: str, version: str) -> tuple[str, str]:
    """The oldest (code, version) from which this one comes, following the crosswalk back."""
    seen = [(code, version)]
    while len(seen) < _MOST:
        code, version = seen[-1]
        step = Crosswalk.objects.filter(next_code=code, next_version=version).first()
        if step is None or (step.code, step.version) in seen:
            break
        seen.append((step.code, step.version))
    return seen[-1]


def trend(code: str, version: str, subject: str, *, rows: QuerySet[Value] | None = None) -> list[list[Value]]:
    """The figure that counts of a subject in each period, in runs: what stands in one run may be drawn as one line.

    ``rows`` are the figures that the person may see; all in force without it.
    """
    allowed = Value.objects.current() if rows is None else rows
    runs: list[list[Value]] = []
    for stretch in stretches(code, version):
        values = _values(allowed, stretch, subject)
        if stretch.joined and runs:
            runs[-1] += values
        else:
            runs.append(values)
    return [run for run in runs if run]


def _values(allowed: QuerySet[Value], stretch: Stretch, subject: str) -> list[Value]:
    """By period: adopted before measured before reported; what nobody accepted does not count."""
    rows = allowed.filter(code=stretch.code, version=stretch.version, subject=subject, status=Status.ACCEPTED)
    best: dict[str, Value] = {}
    for row in rows.select_related("evidence"):
        other = best.get(row.period)
        if other is None or RANK[Source(row.source)] < RANK[Source(other.source)]:
            best[row.period] = row
    return sorted(best.values(), key=lambda row: periods.parse(row.period))
