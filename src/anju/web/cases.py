"""我的督办: what must I hand in, by when?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.cases.kinds import addressed
from anju.kernel.cases.models import Case, Stage

PER_PAGE = 100
VIEWS = {
    "open": gettext_lazy("在办"),
    "waiting": gettext_lazy("待验收"),
    "late": gettext_lazy("逾期"),
    "closed": gettext_lazy("已销案"),
}


@requires("cases.view")
def cases_page(request: HttpRequest) -> HttpResponse:
    """Cases in the person's scope, the nearest deadline first; the board by stage is that of the register."""
    if request.GET.get("as") == "board":
        return redirect("/r/cases/board/")
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
    order = ("-closed_at",) if view == "closed" else ("deadline",)
    page = Paginator(rows.order_by(*order, "id"), PER_PAGE).get_page(request.GET.get("page"))
    addressed(page)
    context = {
        "rows": page,
        "views": [(code, name, chosen[code].count()) for code, name in VIEWS.items()],
        "view": view,
        "words": words,
        "now": now,
    }
    return render(request, "web/cases.html", context)
