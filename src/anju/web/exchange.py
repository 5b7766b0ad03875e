"""数据交换: one delivery to or from another platform, every step of it, and the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.exchange import ledger
from anju.kernel.exchange.ledger import ExchangeError, Parcel
from anju.kernel.exchange.models import Delivery, Direction, State
from anju.kernel.files import FileRefused, store

KEEP = "exchange.keep"


@requires("exchange.view")
def delivery_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """POST ``step``: send or receive with a file, acknowledge with a receipt, reject with a reason."""
    allowed = Delivery.objects.within(scope_of(request.user)).select_related(
        "interface__organisation", "file"
    )
    row = allowed.filter(pk=key).first()
    if row is None:
        raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
    trouble = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _act(request, row)
            return redirect(request.path)
        except (ExchangeError, FileRefused) as error:
            trouble = error
    context = {
        "row": row,
        "steps": row.steps.all(),
        "trouble": trouble,
        "typed": request.POST,
        **_may(request, row),
    }
    return render(request, "web/delivery.html", context, status=422 if trouble else 200)


def _may(request: HttpRequest, row: Delivery) -> dict[str, Any]:
    keeps = may(request.user, KEEP)
    out = row.interface.direction == Direction.OUT
    return {
        "step": "send" if out else "receive",
        "may_move": keeps and (row.state in (State.EXPECTED, State.REJECTED) if out else True),
        "may_answer": keeps and row.state in (State.SENT, State.RECEIVED),
    }


def _act(request: HttpRequest, row: Delivery) -> None:
    who, posted = request.user.get_username(), request.POST
    steps: dict[str, Callable[[], object]] = {
        "send": lambda: ledger.send(
            row, _parcel(request), actor=who, now=timezone.now(), note=posted.get("note", "")
        ),
        "receive": lambda: ledger.receive(
            row, _parcel(request), actor=who, now=timezone.now(), note=posted.get("note", "")
        ),
        "acknowledge": lambda: ledger.acknowledge(row, posted.get("receipt", ""), actor=who),
        "reject": lambda: ledger.reject(row, posted.get("reason", ""), actor=who),
    }
    step = steps.get(posted.get("step", ""))
    if step is None or not may(request.user, KEEP):
        raise ExchangeError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    step()


def _parcel(request: HttpRequest) -> Parcel:
    upload = request.FILES.get("file")
    if upload is None:
        raise ExchangeError(gettext("没有选择文件。"), gettext("请选发出或收到的那份文件。"))
    rows = request.POST.get("rows", "").strip()
    if rows and not rows.isdecimal():
        raise ExchangeError(
            gettext("行数“{rows}”不是整数。").format(rows=rows[:20]), gettext("请改正，或留空。")
        )
    kept = store(upload, upload.name or "file", actor=request.user.get_username())
    return Parcel(kept.sha256, int(rows) if rows else None, kept)
