"""隔离报文: what could not be taken, why, and taking it after a mapping was mended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.telemetry import history
from anju.kernel.telemetry.client import Client
from anju.kernel.telemetry.frames import Frame, Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Quarantined, Series
from anju.kernel.telemetry.models.intake import Handling
from anju.kernel.values.refusal import Refusal
from anju.web.telemetry import words
from anju.web.telemetry.common import WRONG, actor, one_of
from anju.web.telemetry.frames import readable

PER_PAGE = 50


class ReplayError(Refusal):
    """A frame that cannot be taken again."""


@requires("telemetry.view")
def list_page(request: HttpRequest) -> HttpResponse:
    """Frames that wait, by reason; ``?view=`` shows those that were dealt with."""
    rows = Quarantined.objects.within(scope_of(request.user))
    view = request.GET.get("view", Handling.WAITING)
    view = view if view in Handling.values else Handling.WAITING
    counts = dict(rows.order_by().values_list("handling").annotate(n=Count("id")))
    chosen = rows.filter(handling=view)
    reasons = chosen.order_by().values_list("reason").annotate(n=Count("id"))
    reason = request.GET.get("reason", "")
    shown = chosen.filter(reason=reason) if reason else chosen
    page = Paginator(shown.select_related("source").order_by("-received_at", "id"), PER_PAGE)
    context = {
        "rows": page.get_page(request.GET.get("page")),
        "views": [(code, name, counts.get(code, 0)) for code, name in Handling.choices],
        "view": view,
        "reasons": [(code, words.of_reason(code), n) for code, n in reasons],
        "reason": reason,
    }
    return render(request, "web/telemetry/quarantine.html", context)


@requires("telemetry.view")
def frame_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One frame with its bytes. POST ``step``: replay it by today's mapping, or dismiss it with a note."""
    row: Quarantined = one_of(request, Quarantined.objects.select_related("source__organisation"), key)
    raw = history.frame(row.frame)
    trouble = None
    if request.method == "POST":
        try:
            _step(request, row, raw)
            return redirect(request.path)
        except Refusal as error:
            trouble = error
    keeps = may(request.user, "telemetry.keep") and row.handling == Handling.WAITING
    context = {
        "row": row,
        "raw": readable(raw) if raw else None,
        "reason": words.of_reason(row.reason),
        "tags": _tags(row),
        "may_replay": keeps and row.source is not None and raw is not None,
        "may_keep": keeps,
        "trouble": trouble,
        "typed": request.POST,
    }
    return render(request, "web/telemetry/quarantined.html", context, status=WRONG if trouble else 200)


def _tags(row: Quarantined) -> list[dict[str, Any]]:
    """The tags that were refused, and whether the registry knows them by now."""
    rows = Series.objects.filter(source=row.source, tag__in=row.tags).select_related("asset")
    known = {series.tag: series for series in rows} if row.source else {}
    return [{"tag": tag, "series": known.get(tag)} for tag in row.tags]


def _step(request: HttpRequest, row: Quarantined, raw: Frame | None) -> None:
    if not may(request.user, "telemetry.keep"):
        raise ReplayError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    if row.handling != Handling.WAITING:
        raise ReplayError(gettext("这份报文已经处理过。"), gettext("请看处理结果。"))
    step, note = request.POST.get("step"), request.POST.get("note", "").strip()
    if step == "replay":
        _replay(request, row, raw)
    elif step == "dismiss":
        if len(note) < 2:
            raise ReplayError(gettext("没有写原因。"), gettext("请写明为什么不再处理。"))
        _handled(request, row, Handling.DISMISSED, note)
    else:
        raise ReplayError(gettext("没有选择要做什么。"), gettext("请用页面上的按钮。"))


def _replay(request: HttpRequest, row: Quarantined, raw: Frame | None) -> None:
    """Hand the bytes to the gateway once more. The key makes a second click a repeat."""
    if raw is None:
        raise ReplayError(gettext("原始报文已超过保存期限。"), gettext("请让对方补报这一时段的数据。"))
    if row.source is None:
        raise ReplayError(
            gettext("不知道是谁发来的报文，不能重放。"), gettext("请核对对方的编码和口令后让其重发。")
        )
    with Client(Layout.of(settings.DATA).socket) as gateway:
        result = gateway.replay(row.source.code, f"replay/{row.frame}", raw.protocol, raw.raw)
    left = int((result.refused > 0).sum())
    if result.status == Status.REJECTED or left:
        reasons = sorted({words.of_reason(one) for one in result.reasons() if one})
        why = "、".join(reasons) or words.of_reason(result.reason) or result.detail
        raise ReplayError(
            gettext("重放后收下{kept}个值，仍有不能收下的：{words}。").format(kept=result.kept, words=why),
            gettext("请先在测点台账里补上对应的上报标识，等几秒快照生效后再重放。"),
        )
    said = gettext("重放为报文{frame}，收下{kept}个值。").format(frame=result.frame, kept=result.kept)
    if result.status == Status.REPEAT:
        said = gettext("此前已经重放过。")
    _handled(request, row, Handling.REPLAYED, said)


@transaction.atomic
def _handled(request: HttpRequest, row: Quarantined, how: str, said: str) -> None:
    locked = Quarantined.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.handling != Handling.WAITING:
        raise ReplayError(gettext("这份报文已经处理过。"), gettext("请看处理结果。"))
    locked.handling, locked.handled_at, locked.handled_by = how, timezone.now(), actor(request)
    locked.outcome = said[:300]
    locked.save()
    audit.record(
        f"telemetry.quarantine.{how}", locked, actor=actor(request), reason=said, context=context_of(request)
    )
