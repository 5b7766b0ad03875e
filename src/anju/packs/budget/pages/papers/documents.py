"""The files behind the figures: proofs, originals, ledgers and letters, sent as the copy that is safe to open.

A file has no scope of its own: it opens for whoever may see the row that it belongs to, and each opening is
written to the audit.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.scope import scope_of
from anju.kernel.files import FileRefused, headers, open_served
from anju.kernel.files.models import StoredFile
from anju.kernel.funds.models import LedgerImport
from anju.kernel.indicators.models import Proof
from anju.packs.budget.models import BudgetFile, QuotaShare
from anju.packs.budget.pages.common import actor, one

GONE = 410


def proof_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The document behind an answer."""
    return _sent(request, one(Proof.objects.within(scope_of(request.user)), pk=key).file)


def original_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The target file as it was imported."""
    return _sent(request, _of(BudgetFile.objects.within(scope_of(request.user)), key, "original"))


def ledger_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The ledger of payments or allotments as it was imported."""
    return _sent(request, _of(LedgerImport.objects.within(scope_of(request.user)), key, "original"))


def letter_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """A county's responsibility letter."""
    return _sent(request, _of(QuotaShare.objects.within(scope_of(request.user)), key, "letter"))


def _of(rows: QuerySet, key: UUID, field: str) -> StoredFile:
    """The file of a row that has one, or 404."""
    return getattr(one(rows.filter(**{f"{field}__isnull": False}), pk=key), field)  # type: ignore[no-any-return]


def _sent(request: HttpRequest, stored: StoredFile) -> HttpResponse:
    try:
        body = open_served(stored).read()
    except FileRefused as error:
        context = {"status": GONE, "sentence": error.sentence, "next_step": error.next_step}
        return render(request, "web/error.html", context, status=GONE)
    audit.record("files.read", stored, actor=actor(request), context=context_of(request))
    return HttpResponse(body, headers=headers(stored))
