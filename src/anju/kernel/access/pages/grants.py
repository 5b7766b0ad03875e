"""授权: proposed on an account by the system administrator, decided by the security administrator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from anju.kernel.access import granting, login
from anju.kernel.access.models import Grant, User
from anju.kernel.access.pages.account import user_of
from anju.kernel.access.pages.administration_forms import DecisionForm, EndForm, GrantForm, ReasonForm
from anju.kernel.access.pages.steps import Step, go, notice, take, typed
from anju.kernel.access.pages.users import PER_PAGE, form_page
from anju.kernel.access.permissions import requires
from anju.kernel.access.roles import Role


@requires("access.propose")
@form_page
def propose_page(request: HttpRequest, key: UUID) -> HttpResponse:
    user = get_object_or_404(User, pk=key)
    step = Step(
        title=gettext("提出授权"),
        lede=gettext("安全管理员批准后才生效。"),
        back=reverse("access-user", args=[key]),
        came_from=user.name,
        action="access.grant.propose",
        what=user,
        facts=((gettext("给"), user), (gettext("类别"), user.get_family_display())),
        buttons=(("", gettext("提出授权")),),
    )

    def propose(given: dict[str, Any]) -> str:
        granting.propose(Grant(user=user, **given), user_of(request), login.context_of(request))
        return "proposed"

    return take(request, step, GrantForm(typed(request), user=user), propose)


@requires("access.propose")
@form_page
def end_page(request: HttpRequest, key: UUID) -> HttpResponse:
    grant = _grant(key)
    back = reverse("access-user", args=[grant.user_id])
    if request.method != "POST" and (grant.superseded_at or not grant.approved_by):
        return go(back, "handled")
    step = Step(
        title=gettext("提出到期"),
        lede=gettext("安全管理员批准后改为到这一天；要马上收回，请安全管理员办理。"),
        back=back,
        came_from=grant.user.name,
        action="access.grant.propose",
        what=grant,
        facts=_facts(grant),
        buttons=(("", gettext("提出到期")),),
    )

    def end(given: dict[str, Any]) -> str:
        granting.propose_end(grant, given["valid_to"], user_of(request), login.context_of(request))
        return "proposed"

    return take(request, step, EndForm(typed(request), after=grant.valid_from), end)


@requires("access.approve")
@require_safe
def worklist_page(request: HttpRequest) -> HttpResponse:
    """Proposals that wait, and all grants in force or to come, by words and role."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "role")}
    current = Grant.objects.current().select_related("user__organisation", "area", "organisation")
    proposals = list(current.filter(approved_by="").order_by("recorded_at")[:PER_PAGE])
    approved = current.exclude(approved_by="").filter(_wanted(asked))
    shown = Paginator(approved.order_by("user__username", "valid_from"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    replaced = granting.replaced_by(proposals)
    names = _names([*proposals, *shown])
    context = {
        "proposals": [_row(grant, names) | {"replaced": replaced.get(grant.pk)} for grant in proposals],
        "waiting": current.filter(approved_by="").count(),
        "entries": shown,
        "rows": [_row(grant, names) for grant in shown],
        "asked": asked,
        "roles": Role.choices,
        "today": timezone.localdate(),
        "notice": notice(request),
    }
    return render(request, "access/grants.html", context)


def _wanted(asked: dict[str, str]) -> Q:
    words = asked["q"]
    wanted = Q(valid_to=None) | Q(valid_to__gt=timezone.localdate())
    if words:
        wanted &= Q(user__username__icontains=words) | Q(user__name__icontains=words)
    return wanted & Q(role=asked["role"]) if asked["role"] else wanted


@requires("access.approve")
@form_page
def decide_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approve or refuse a proposal."""
    proposal = _grant(key)
    back = reverse("access-grants")
    if request.method != "POST" and (proposal.superseded_at or proposal.approved_by):
        return go(back, "handled")
    earlier = granting.replaced_by([proposal]).get(proposal.pk)
    change = (
        gettext("到期日由{old}改为{new}").format(old=_last(earlier), new=_last(proposal))
        if earlier
        else gettext("新增这项授权")
    )
    step = Step(
        title=gettext("批准授权"),
        lede=gettext("想一想：这个人办的事，要不要这么大的范围、这么长的时间？"),
        back=back,
        came_from=gettext("授权审批"),
        action="access.grant.approve",
        what=proposal,
        facts=((gettext("变化"), change), *_facts(proposal)),
        buttons=(("approve", gettext("批准")), ("refuse", gettext("不同意"))),
    )
    form = DecisionForm(typed(request))

    def decide(given: dict[str, Any]) -> str:
        by, context = user_of(request), login.context_of(request)
        if form.refusing:
            granting.withdraw(proposal, by, given["reason"], context)
            return "refused"
        granting.approve(proposal, by, context)
        return "approved"

    return take(request, step, form, decide)


@requires("access.approve")
@form_page
def withdraw_page(request: HttpRequest, key: UUID) -> HttpResponse:
    grant = _grant(key)
    back = reverse("access-grants")
    if request.method != "POST" and grant.superseded_at:
        return go(back, "handled")
    step = Step(
        title=gettext("收回授权"),
        lede=gettext("马上生效，本人的登录全部结束。"),
        back=back,
        came_from=gettext("授权审批"),
        action="access.grant.withdraw",
        what=grant,
        facts=_facts(grant),
        buttons=(("", gettext("收回授权")),),
    )

    def withdraw(given: dict[str, Any]) -> str:
        granting.withdraw(grant, user_of(request), given["reason"], login.context_of(request))
        return "withdrawn"

    return take(request, step, ReasonForm(typed(request)), withdraw)


def _grant(key: UUID) -> Grant:
    return get_object_or_404(Grant.objects.select_related("user", "area", "organisation"), pk=key)


def _facts(grant: Grant) -> tuple[tuple[str, Any], ...]:
    names = _names([grant])
    facts = (
        (gettext("给"), grant.user),
        (gettext("角色"), grant.get_role_display()),
        (gettext("范围"), grant.place),
        (gettext("生效日"), grant.valid_from),
        (gettext("失效日"), _last(grant)),
        (gettext("提出人"), names.get(grant.granted_by, grant.granted_by)),
    )
    return (
        (*facts, (gettext("批准人"), names.get(grant.approved_by, grant.approved_by)))
        if grant.approved_by
        else facts
    )


def _row(grant: Grant, names: dict[str, str]) -> dict[str, Any]:
    return {
        "grant": grant,
        "proposer": names.get(grant.granted_by, grant.granted_by),
        "approver": names.get(grant.approved_by, grant.approved_by),
    }


def _last(grant: Grant) -> str:
    return str(grant.valid_to or gettext("长期"))


def _names(grants: Iterable[Grant]) -> dict[str, str]:
    """Names of those who proposed and approved, by user name; a command line has none."""
    who = {name for grant in grants for name in (grant.granted_by, grant.approved_by) if name}
    return {user.username: str(user) for user in User.objects.filter(username__in=who)}
