"""What the pages of works share: who asks, which project, what they may do with it, and a step taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.values.refusal import Refusal
from anju.kernel.watching import works as watching
from anju.kernel.wording import is_english
from anju.kernel.works import rights as sides
from anju.kernel.works.models import State, WorksProject
from anju.web.works.forms.base import StepForm

WRONG = 422
STATE_SIGNS: dict[str, str] = {
    State.PLANNED: "na",
    State.UNDER_WAY: "info",
    State.COMPLETED: "ok",
    State.ACCEPTED: "ok",
    State.SETTLED: "ok",
    State.SUSPENDED: "warn",
    State.CANCELLED: "na",
    State.CARRIED_OVER: "high",
}


def actor(request: HttpRequest) -> str:
    return request.user.get_username()


def one_of(request: HttpRequest, queryset: Any, key: object) -> Any:
    """A row that the person may see, or 404: what is out of scope does not exist for them."""
    row = queryset.within(scope_of(request.user)).filter(pk=key).first()
    if row is None:
        raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
    return row


def project_of(request: HttpRequest, key: object) -> WorksProject:
    rows = WorksProject.objects.select_related("programme", "area", "owner", "contractor", "supervisor")
    found: WorksProject = one_of(request, rows, key)
    return found


def titled(thing: Any) -> str:
    """The name of a project or programme in the language of the page."""
    return (thing.name_en if is_english() else "") or thing.name


def rights(request: HttpRequest, project: WorksProject) -> dict[str, bool]:
    """What a person may do with a project; ``StepForm.right`` names one of these."""
    scope = scope_of(request.user)
    ordering = sides.orders(scope, project)
    manage = may(request.user, "works.manage") and ordering
    check = may(request.user, "works.check") and sides.supervises(scope, project)
    accept = may(request.user, "works.accept") and ordering
    return {
        "may_manage": manage,
        "may_report": may(request.user, "works.report") and sides.works_on(scope, project),
        "may_check": check,
        "may_accept": accept,
        "may_test": check or accept,
        "may_manage_or_accept": manage or accept,
    }


def stepped(
    request: HttpRequest, project: WorksProject, made: Sequence[StepForm], held: dict[str, bool]
) -> HttpResponse | None:
    """Take the step of the form that was sent; the redirect, or None where something has to be shown again.

    ``held`` are the person's rights. Findings and figures follow in the same transaction.
    """
    form = next((form for form in made if form.is_bound), None)
    if form is None:
        return None
    if not held[form.right]:
        raise PermissionDenied
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            form.take()
            watching.watch(project, timezone.now())
    except Refusal as error:
        form.refuse(error)
        return None
    return redirect(f"{request.path}?saved={form.step}#{form.step}")
