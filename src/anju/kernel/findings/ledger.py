"""Keeping the ledger of findings true to what the rules find now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from anju.kernel.findings.models import Finding, State
from anju.kernel.parties.models import Organisation


@dataclass(frozen=True, slots=True)
class Observed:
    """What a rule found: which rule, on which part of the subject, how grave, with which words."""

    rule: str
    grade: str
    part: str
    label: str
    message: str
    cites: list[dict[str, str]] = field(default_factory=list)
    organisation: Organisation | None = None

    def fingerprint(self) -> str:
        """The same trouble found again, whatever has moved around it in the file."""
        return sha256("\x1f".join((self.rule, self.part, self.label)).encode()).hexdigest()


@dataclass(slots=True)
class Reconciled:
    """What changed: rows that are new, that are gone from the subject, and that came back."""

    new: list[Finding] = field(default_factory=list)
    gone: list[Finding] = field(default_factory=list)
    back: list[Finding] = field(default_factory=list)


def reconcile(
    subject: str, observed: Iterable[Observed], now: datetime, correlation: UUID | None = None
) -> Reconciled:
    """Bring the ledger of one subject up to date with all that its rules find now.

    A finding that is no longer there is corrected. One that was corrected and is there again is open again;
    one that was explained or dismissed by a person stays so.
    """
    known = {f.fingerprint: f for f in Finding.objects.filter(subject=subject)}
    result = Reconciled()
    seen = _numbered(observed)
    for fingerprint, item in seen.items():
        row = known.get(fingerprint)
        if row is None:
            result.new.append(_new(subject, item, fingerprint, now, correlation))
            continue
        if row.state == State.CORRECTED:
            row.state, row.settled_at = State.OPEN, None
            result.back.append(row)
        row.message, row.cites, row.grade, row.last_seen_at = item.message, item.cites, item.grade, now
    for fingerprint, row in known.items():
        # What is in a case waits for its acceptance.
        if fingerprint not in seen and row.state == State.OPEN:
            row.state, row.settled_at = State.CORRECTED, now
            result.gone.append(row)
    Finding.objects.bulk_create(result.new, batch_size=500)
    Finding.objects.bulk_update(
        known.values(), ["state", "settled_at", "message", "cites", "grade", "last_seen_at"], batch_size=200
    )
    return result


def _numbered(observed: Iterable[Observed]) -> dict[str, Observed]:
    """By fingerprint; the same rule twice on the same part is told apart by its order."""
    seen: dict[str, Observed] = {}
    times: Counter[str] = Counter()
    for item in observed:
        base = item.fingerprint()
        n = times[base] = times[base] + 1
        seen[base if n == 1 else f"{base[:56]}#{n}"] = item
    return seen


def _new(subject: str, item: Observed, fingerprint: str, now: datetime, correlation: UUID | None) -> Finding:
    return Finding(
        rule=item.rule,
        grade=item.grade,
        subject=subject,
        part=item.part,
        label=item.label[:300],
        message=item.message,
        cites=item.cites,
        fingerprint=fingerprint,
        correlation=correlation,
        organisation=item.organisation,
        last_seen_at=now,
    )
