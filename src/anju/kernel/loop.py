"""The steps of the loop in their order: observe → indicator → finding → case → acceptance → indicator again.

Packs give the function that looks again at a subject. Nothing is computed here: indicators are asked for, and
the worker computes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from uuid6 import uuid7

from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Outcome
from anju.kernel.findings.ledger import Observed, Reconciled, reconcile
from anju.kernel.findings.models import State
from anju.kernel.indicators import requests
from anju.kernel.indicators.computing import definition

Recheck = Callable[[str], Iterable[Observed]]


@transaction.atomic
def observe(
    subject: str, observed: Iterable[Observed], now: datetime, correlation: UUID | None = None
) -> Reconciled:
    """What the rules find on a subject now becomes the state of its ledger."""
    return reconcile(subject, observed, now, correlation or uuid7())


@transaction.atomic
def measure_again(
    indicators: Iterable[tuple[str, str]],
    subjects: Iterable[str],
    period: str,
    now: datetime,
    correlation: UUID | None = None,
) -> None:
    """Ask for indicators, (code, version), of subjects to be computed again, once however often it is asked."""
    wanted = list(subjects)
    for code, version in indicators:
        requests.ask(definition(code, version), wanted, period, now, correlation)


@transaction.atomic
def accept(case: Case, look_again: Recheck, *, actor: str, now: datetime, note: str = "") -> Case:
    """Accept a case and look again; a correction that the rules still find is refused.

    Raises ``flow.CaseError``; nothing is changed then.
    """
    closed = flow.accept(case, actor=actor, now=now, note=note)
    subject = closed.finding.subject
    reconcile(subject, look_again(subject), now, closed.correlation)
    closed.finding.refresh_from_db()
    if closed.outcome == Outcome.CORRECTED and closed.finding.state != State.CORRECTED:
        raise flow.CaseError(
            gettext("规则复查时仍然发现这个问题。"), gettext("请退回责任单位继续改正，或改为书面说明。")
        )
    return closed
