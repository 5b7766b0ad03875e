"""检查组: who goes out with whom, since when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.inspections import groups
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Group, Member
from anju.kernel.parties.models import Organisation
from anju.web.inspections.common import WRONG, actor, one_of


@requires("inspections.plan")
def groups_page(request: HttpRequest) -> HttpResponse:
    """Every group with its members of today, and a form for another one."""
    scope, today = scope_of(request.user), timezone.localdate()
    owners = list(Organisation.objects.within(scope).on(today).order_by("name")[:500])
    trouble = None
    if request.method == "POST":
        owner = next((one for one in owners if str(one.pk) == request.POST.get("owner")), None)
        try:
            if owner is None:
                raise InspectionError(gettext("没有选择主办单位。"), gettext("请从列表里选一个。"))
            made = groups.create(request.POST.get("name", ""), owner, actor=actor(request))
            return redirect(f"/inspections/groups/{made.pk}/")
        except InspectionError as error:
            trouble = error
    found = list(Group.objects.within(scope).select_related("owner").order_by("ended_at", "name")[:200])
    members: dict[UUID, list[str]] = {}
    for group, name in Member.objects.filter(group__in=found).on(today).values_list("group", "name"):
        members.setdefault(group, []).append(name)
    context = {
        "rows": [{"group": group, "members": members.get(group.pk, [])} for group in found],
        "owners": owners,
        "typed": request.POST,
        "trouble": trouble,
    }
    return render(request, "web/inspections/groups.html", context, status=WRONG if trouble else 200)


@requires("inspections.plan")
def group_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One group: who is or was in it; ``step`` lets a person join or leave, or ends the group."""
    group = one_of(request, Group.objects.select_related("owner"), key)
    trouble = None
    if request.method == "POST":
        try:
            _stepped(request, group)
            return redirect(request.path)
        except InspectionError as error:
            trouble = error
    context = {
        "group": group,
        "members": list(group.members.order_by("valid_to", "valid_from", "name")),
        "today": timezone.localdate(),
        "typed": request.POST,
        "trouble": trouble,
    }
    return render(request, "web/inspections/group.html", context, status=WRONG if trouble else 200)


def _stepped(request: HttpRequest, group: Group) -> None:
    step, who = request.POST.get("step", ""), actor(request)
    if step == "join":
        since = _day(request.POST.get("since", ""))
        groups.join(group, request.POST.get("user", ""), request.POST.get("name", ""), since, actor=who)
    elif step == "leave":
        member = next((m for m in group.members.all() if str(m.pk) == request.POST.get("member")), None)
        if member is None:
            raise InspectionError(gettext("组里没有这个人。"), gettext("请刷新后再看。"))
        groups.leave(member, timezone.localdate(), actor=who)
    elif step == "end":
        groups.end(group, actor=who, now=timezone.now())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InspectionError(gettext("没有写日期。"), gettext("请写2021-07-01这样的日期。")) from None
