"""我的督办: what must I hand in, by when?"""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from anju.kernel import packs
from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.cases.models import Case, Stage

PER_PAGE = 100
VIEWS = {"open": "在办", "waiting": "待验收", "late": "逾期", "closed": "已销案"}


@requires("cases.view")
def cases_page(request: HttpRequest) -> HttpResponse:
    """Cases in the person's scope, the nearest deadline first."""
    everything = Case.objects.within(scope_of(request.user)).select_related("owner", "finding")
    now = timezone.now()
    chosen = {
        "open": everything.exclude(stage=Stage.CLOSED),
        "waiting": everything.filter(stage=Stage.SUBMITTED),
        "late": everything.exclude(stage=Stage.CLOSED).filter(deadline__lt=now),
        "closed": everything.filter(stage=Stage.CLOSED),
    }
    view = request.GET.get("view", "open")
    view = view if view in chosen else "open"
    words = request.GET.get("q", "").strip()
    rows = chosen[view].filter(title__icontains=words) if words else chosen[view]
    addresses = {code: case.address for code, case in packs.load(settings.ANJU_PACKS).cases().items()}
    order = ("-closed_at",) if view == "closed" else ("deadline",)
    page = Paginator(rows.order_by(*order, "id"), PER_PAGE).get_page(request.GET.get("page"))
    for case in page:
        case.address = addresses.get(case.kind, "").format(finding=case.finding_id)
    context = {
        "rows": page,
        "views": [(code, name, chosen[code].count()) for code, name in VIEWS.items()],
        "view": view,
        "words": words,
        "now": now,
    }
    return render(request, "web/cases.html", context)
