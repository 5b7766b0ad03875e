"""资金台账: give a ledger of payments or allotments, see how it was understood, keep all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.documents import DocumentError
from anju.kernel.documents.ledgers import ImportRefused
from anju.kernel.files import FileRefused, store
from anju.kernel.files.models import StoredFile
from anju.kernel.funds import imports
from anju.kernel.funds.imports import ALLOTMENT_HEADS, PAYMENT_HEADS, Task
from anju.kernel.funds.models import Content, LedgerImport
from anju.kernel.wording import listed
from anju.packs.budget.indicators import ask_again
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.pages.common import Refused, actor, day_of, files, lines, one, plain_copy, wan
from anju.packs.budget.pages.importing import budget_units

PER_PAGE, MOST, NAMED = 20, 200, 10
_FIELDS = ("content", "organisation", "year", "to")
Trouble = Refused | ImportRefused | DocumentError | FileRefused


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person chose: which ledger, whose, of which year, complete to which day."""

    content: str
    task: Task

    def query(self) -> str:
        to = self.task.complete_to
        values = (self.content, self.task.organisation.pk, self.task.year, to.isoformat() if to else "")
        return urlencode(dict(zip(_FIELDS, values, strict=True)))


def funds_page(request: HttpRequest) -> HttpResponse:
    """The ledgers so far; whoever may, gives another. It is stored and looked at, nothing is kept yet."""
    trouble: Trouble | None = None
    if request.method == "POST":
        if not may(request.user, "budget.funds"):
            raise PermissionDenied
        try:
            wanted, stored = _given(request)
            return redirect(f"/budget/funds/{stored.pk}/?{wanted.query()}")
        except (Refused, ImportRefused, DocumentError, FileRefused) as error:
            trouble = error
    known = LedgerImport.objects.within(scope_of(request.user)).select_related("original", "organisation")
    page = Paginator(known.order_by("-recorded_at"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "trouble": trouble,
        "typed": request.POST,
        "may_import": may(request.user, "budget.funds"),
        "contents": Content.choices,
        "organisations": budget_units(request),
        "year": request.POST.get("year") or _year(request),
        "heads": [_heads(content) for content in (Content.PAYMENTS, Content.ALLOTMENTS)],
        "imports": page,
        "rows": [(each, wan(each.total_fen)) for each in page],
        "kept": next((each for each in page if str(each.pk) == request.GET.get("kept")), None),
    }
    return render(request, "budget/funds.html", context, status=422 if trouble else 200)


def _year(request: HttpRequest) -> int:
    latest = files(request).first()
    return (latest.year if latest else None) or timezone.localdate().year


def _heads(content: Content) -> dict[str, Any]:
    """Which columns a ledger must and may have."""
    heads = PAYMENT_HEADS if content == Content.PAYMENTS else ALLOTMENT_HEADS
    return {
        "name": content.label,
        "must": listed(gettext(head.name) for head in heads if head.required),
        "may": listed(gettext(head.name) for head in heads if not head.required),
    }


def _given(request: HttpRequest) -> tuple[Wanted, StoredFile]:
    """The upload, stored and with its columns understood; raises what is wrong with it."""
    wanted = _wanted(request, request.POST)
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise Refused(gettext("没有选择文件。"), gettext("请选择xlsx、csv等表格文件。"))
    stored = store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))
    _preview(wanted, stored)
    return wanted, stored


def _wanted(request: HttpRequest, given: QueryDict) -> Wanted:
    content, year, to = (given.get(name, "").strip() for name in ("content", "year", "to"))
    if content not in Content.values:
        raise Refused(gettext("没有选择台账种类。"), gettext("请选择支付台账或预算指标台账。"))
    organisation = one(budget_units(request), pk=_key(given.get("organisation", "")))
    if not (year.isdecimal() and len(year) == 4):
        raise Refused(gettext("年度不对。"), gettext("请写四位年份，如2021。"))
    day = day_of(to)
    if to and (day is None or day.year != int(year) or day > timezone.localdate()):
        raise Refused(
            gettext("“数据截至”不在{year}年已经过去的日子里。").format(year=year),
            gettext("请另填一天；不填就按最后一笔的日期。"),
        )
    return Wanted(content, Task(organisation, int(year), actor(request), day))


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _preview(wanted: Wanted, stored: StoredFile) -> imports.Preview:
    with plain_copy(stored) as path:
        return imports.preview(path, stored, wanted.task, wanted.content)


def preview_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """How the stored original was understood; it is read again, and all of it kept, when the person confirms.

    What was chosen stands in the address, so nothing has to be kept between the two steps.
    """
    stored = one(StoredFile.objects.filter(owner=actor(request)), pk=key)
    try:
        wanted = _wanted(request, request.GET)
        if request.method == "POST":
            return redirect(f"/budget/funds/?kept={_keep(wanted, stored).pk}")
        seen = _preview(wanted, stored)
    except Refused:
        return redirect("/budget/funds/")
    except (ImportRefused, DocumentError, FileRefused) as error:
        errors = getattr(error, "errors", ())
        context = {"stored": stored, "trouble": error, "errors": errors[:MOST], "error_count": len(errors)}
        return render(request, "budget/funds_preview.html", context, status=422)
    context = {"stored": stored, "wanted": wanted, "seen": seen} | _shown(request, wanted, seen)
    return render(request, "budget/funds_preview.html", context)


def _keep(wanted: Wanted, stored: StoredFile) -> LedgerImport:
    bring = imports.import_payments if wanted.content == Content.PAYMENTS else imports.import_allotments
    with plain_copy(stored) as path, transaction.atomic():
        batch = bring(path, stored, wanted.task).batch
        for file in BudgetFile.objects.filter(year=wanted.task.year):
            ask_again(file, timezone.now())
    return batch


def _shown(request: HttpRequest, wanted: Wanted, seen: imports.Preview) -> dict[str, Any]:
    known = lines(request).filter(file__year=wanted.task.year, code__in=seen.codes)
    strange = sorted(seen.codes - set(known.values_list("code", flat=True)))
    to: date | None = wanted.task.complete_to or (seen.days[1] if seen.days else None)
    return {
        "content": Content(wanted.content).label,
        "total": wan(seen.total_fen),
        "to": to,
        "columns": [(head, gettext(name) if name else "") for head, name in seen.columns],
        "ignored": listed(head for head, name in seen.columns if not name),
        "errors": seen.errors[:MOST],
        "error_count": len(seen.errors),
        "strange": listed(strange[:NAMED]),
        "strange_count": len(strange),
    }
