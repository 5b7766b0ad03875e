"""Linking committed rows into the chain: ``h_n = HMAC(k, h_(n-1) + canonical(row_n))``.

Chaining inside every business transaction would make all writes wait for each other, so one sealer follows
within a second. Several at once do no harm: they take turns on the rows.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from anju.kernel.records.turns import my_turn
from anju.kernel.secrets import KeyRing

from . import anchors
from .canonical import canonical
from .models import AuditRow

PURPOSE = "audit.chain"
_ANCHOR_EVERY = timedelta(hours=1)
_PAUSE_SECONDS = 1
# One transaction stays well under 100 ms, so that no writer on SQLite waits longer.
_BATCH = 1000

_log = logging.getLogger(__name__)


def seal() -> int:
    """Link all committed rows that are not sealed yet, oldest first. How many were linked."""
    total = 0
    while linked := _seal_batch():
        total += linked
    return total


def run(stop: threading.Event) -> None:
    """Seal every second and anchor every hour until ``stop`` is set, and once more then.

    For a thread of the server. A failing database or key is logged and tried again: rows wait unsealed.
    """
    due = timezone.now()
    stopping = False
    while not stopping:
        stopping = stop.wait(_PAUSE_SECONDS)
        try:
            close_old_connections()
            seal()
            if stopping or timezone.now() >= due:
                anchors.sign(timezone.now())
                due = timezone.now() + _ANCHOR_EVERY
        except Exception:
            _log.exception("审计封存失败，稍后重试。")
    connection.close()


def chained(previous: str, row: AuditRow, sequence: int) -> bytes:
    """What the keyed hash of a row covers: the hash before it (hexadecimal, "" before the first) and the row."""
    return previous.encode() + canonical(row, sequence)


def _seal_batch() -> int:
    ring = KeyRing.load(settings.DATA)
    with my_turn(), transaction.atomic():
        # The lock: a second sealer waits here, and then finds these rows sealed.
        waiting = AuditRow.objects.filter(sequence__isnull=True).order_by("recorded_at", "id")
        batch = list(waiting.select_for_update()[:_BATCH])
        last = AuditRow.objects.filter(sequence__isnull=False).order_by("-sequence").first()
        sequence, chain = (last.sequence, last.chain) if last else (0, "")
        links = []
        for row in batch:
            sequence += 1
            chain = ring.mac(chained(chain, row, sequence), PURPOSE).hex()
            links.append((sequence, chain, AuditRow._meta.pk.get_db_prep_value(row.pk, connection)))
        if links:
            _link(links)
    return len(links)


def _link(links: list[tuple[int, str, object]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE audit_auditrow SET sequence = %s, chain = %s WHERE id = %s", links)
