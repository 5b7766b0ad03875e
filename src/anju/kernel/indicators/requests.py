"""Requests to compute again: coalesced, tried again with growing pauses, and never lost.

A request goes only in the transaction that keeps its value, so a worker killed in the middle leaves it there.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from anju.kernel.indicators import computing
from anju.kernel.indicators.models import Definition, Request

MOST_ATTEMPTS = 5
_PAUSE = timedelta(seconds=30)  # doubled after each failure
_log = logging.getLogger(__name__)


def ask(
    what: Definition,
    subjects: Iterable[str],
    period: str,
    now: datetime,
    correlation: UUID | None = None,
) -> None:
    """Ask for each subject; a request that waits already is moved to now, with its failures forgotten."""
    rows = [
        Request(
            code=what.code,
            version=what.version,
            subject=subject,
            period=period,
            asked_at=now,
            not_before=now,
            correlation=correlation,
        )
        for subject in dict.fromkeys(subjects)
    ]
    Request.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["code", "version", "subject", "period"],
        update_fields=["asked_at", "not_before", "attempts", "error", "correlation"],
    )


def drain(now: datetime, most: int = 5000) -> int:
    """Compute what is due, inputs before formulas. How many requests were done; failures are kept for later."""
    done = 0
    due = Request.objects.filter(not_before__lte=now, attempts__lt=MOST_ATTEMPTS).order_by("asked_at")
    groups: dict[tuple[str, str, str], list[Request]] = defaultdict(list)
    for request in due[:most]:
        groups[(request.code, request.version, request.period)].append(request)
    definitions = {(code, version): _definition(code, version) for code, version, _ in groups}
    # What is computed from rows comes before what is computed from values of others.
    for key in sorted(groups, key=lambda key: _is_formula(definitions[key[:2]])):
        for start in range(0, len(groups[key]), computing.BATCH):
            done += _run(groups[key][start : start + computing.BATCH], now)
    return done


def dead() -> int:
    """How many requests failed too often and wait for a person."""
    return Request.objects.filter(attempts__gte=MOST_ATTEMPTS).count()


def retry(now: datetime) -> int:
    """Try once more what failed too often. How many."""
    return Request.objects.filter(attempts__gte=MOST_ATTEMPTS).update(attempts=0, not_before=now, error="")


def _definition(code: str, version: str) -> Definition | None:
    return Definition.objects.current().filter(code=code, version=version).first()


def _is_formula(what: Definition | None) -> bool:
    return bool(what and what.formula)


def _run(batch: list[Request], now: datetime) -> int:
    """One batch in one transaction; if it fails, each request alone, so that one bad subject hurts no other."""
    try:
        with transaction.atomic():
            _compute(batch, now)
    except Exception as error:
        if len(batch) > 1:
            return sum(_run([request], now) for request in batch)
        _fail(batch[0], error, now)
        return 0
    return len(batch)


def _compute(batch: list[Request], now: datetime) -> None:
    first = batch[0]
    what = computing.definition(first.code, first.version)
    correlations = {request.subject: request.correlation for request in batch}
    computing.compute(what, list(correlations), first.period, now, correlations)
    for request in batch:
        # Asked for again meanwhile: the newer request stays.
        Request.objects.filter(pk=request.pk, asked_at=request.asked_at).delete()


def _fail(request: Request, error: Exception, now: datetime) -> None:
    _log.warning("重算%s %s失败：%s", request.code, request.subject, error)
    attempts = request.attempts + 1
    Request.objects.filter(pk=request.pk, asked_at=request.asked_at).update(
        attempts=attempts,
        not_before=now + _PAUSE * 2 ** (attempts - 1),
        error=f"{type(error).__name__}：{error}"[:2000],
    )
