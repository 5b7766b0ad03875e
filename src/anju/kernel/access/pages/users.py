"""用户管理: which accounts need something? /access/users/ and the steps on one account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from anju.kernel.access import accounts, login, session_store
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Grant, User
from anju.kernel.access.pages.account import user_of
from anju.kernel.access.pages.administration_forms import ReasonForm, UserForm
from anju.kernel.access.pages.steps import Step, notice, show_password, take, typed
from anju.kernel.access.permissions import requires
from anju.kernel.access.proof import lockout, passwords, second_factor
from anju.kernel.access.proof.standing import Standing, with_standing
from anju.kernel.access.roles import Family

PER_PAGE = 100
ENDED_SHOWN = 10
SIGNS = {
    Standing.DISABLED: "na",
    Standing.LOCKED: "high",
    Standing.ASLEEP: "warn",
    Standing.NEVER: "info",
    Standing.MUST_CHANGE: "info",
    Standing.ACTIVE: "ok",
}
form_page = require_http_methods(["GET", "HEAD", "POST"])


@requires("access.users")
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """All accounts with how they stand, by words, standing and family."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "standing", "family")}
    everybody = with_standing(timezone.now())
    counted = dict(everybody.values_list("standing").annotate(n=Count("pk")))
    held = Prefetch("grants", Grant.objects.effective(timezone.localdate()), to_attr="held")
    found = everybody.filter(_wanted(asked)).select_related("organisation").prefetch_related(held)
    shown = Paginator(found.order_by("username"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "entries": shown,
        "rows": [_row(user) for user in shown],
        "asked": asked,
        "standings": [(code, code.label, counted.get(code, 0), SIGNS[code]) for code in Standing],
        "families": Family.choices,
        "total": sum(counted.values()),
    }
    return render(request, "access/users.html", context)


def _wanted(asked: dict[str, str]) -> Q:
    words, wanted = asked["q"], Q()
    if words:
        named = Q(username__icontains=words) | Q(name__icontains=words)
        wanted &= named | Q(organisation__name__icontains=words)
    for name in ("standing", "family"):
        if asked[name]:
            wanted &= Q(**{name: asked[name]})
    return wanted


def _row(user: Any) -> dict[str, Any]:
    standing = Standing(user.standing)
    roles = sorted({grant.get_role_display() for grant in user.held})
    return {"user": user, "standing": standing.label, "sign": SIGNS[standing], "roles": roles}


@requires("access.users")
@require_safe
def user_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One account: how it stands, what it holds and what was proposed, and the steps that are possible."""
    user = get_object_or_404(with_standing(timezone.now()).select_related("organisation"), pk=key)
    standing = Standing(user.standing)
    grants = Grant.objects.current().filter(user=user).select_related("user", "area", "organisation")
    context = {
        "shown": user,
        "standing": standing.label,
        "sign": SIGNS[standing],
        "locked": standing == Standing.LOCKED,
        "locked_until": lockout.locked_accounts(timezone.now()).get(user.username),
        "grants": grants.order_by("approved_by", "valid_from"),
        "ended": Grant.objects.filter(user=user)
        .exclude(ended_by="")
        .select_related("area", "organisation")
        .order_by("-superseded_at")[:ENDED_SHOWN],
        "today": timezone.localdate(),
        "enrolled": second_factor.is_enrolled(user),
        "sessions": session_store.live(user).count(),
        "own": user == request.user,
        "notice": notice(request),
    }
    return render(request, "access/user.html", context)


@requires("access.users")
@form_page
def new_page(request: HttpRequest) -> HttpResponse:
    step = Step(
        title=gettext("新建账号"),
        lede=gettext("建好后给出一个只显示一次的初始密码；授权另外提出。"),
        back=reverse("access-users"),
        came_from=gettext("用户管理"),
        action="access.user.create",
        what="access.User",
        buttons=(("", gettext("建立账号")),),
    )

    def create(given: dict[str, Any]) -> HttpResponse:
        password = passwords.one_time_password()
        user = accounts.create(
            User(**given),
            actor=user_of(request).username,
            password=password,
            context=login.context_of(request),
        )
        return show_password(request, gettext("账号已建立"), user, password)

    return take(request, step, UserForm(typed(request)), create)


@requires("access.users")
@form_page
def disable_page(request: HttpRequest, key: UUID) -> HttpResponse:
    user, step = _about(
        key, gettext("停用账号"), gettext("马上不能登录，用户名永不再用。"), "access.user.disable"
    )

    def disable(given: dict[str, Any]) -> str:
        _refuse_own(
            request, user, gettext_lazy("不能停用自己的账号。"), gettext_lazy("请由另一位系统管理员办理。")
        )
        _refuse_disabled(user)
        if accounts.is_last_administrator(user):
            raise AccessError(
                gettext_lazy("这是最后一个在用的{family}账号，不能停用。"),
                gettext_lazy("请先建立接替的账号并完成授权。"),
                family=Family(user.family).label,
            )
        accounts.disable(user, **_by(request, given))
        return "disabled"

    return take(request, step, ReasonForm(typed(request)), disable)


@requires("access.users")
@form_page
def enable_page(request: HttpRequest, key: UUID) -> HttpResponse:
    lede = gettext("给出只显示一次的新密码；原来的授权不恢复，要重新提出、批准。")
    user, step = _about(key, gettext("重新启用账号"), lede, "access.user.enable")

    def enable(given: dict[str, Any]) -> HttpResponse:
        if user.is_active:
            raise AccessError(
                gettext_lazy("这个账号没有停用。"), gettext_lazy("不用再启用，请返回看它的现状。")
            )
        return show_password(
            request, gettext("账号已重新启用"), user, accounts.enable(user, **_by(request, given))
        )

    return take(request, step, ReasonForm(typed(request)), enable)


@requires("access.users")
@form_page
def password_page(request: HttpRequest, key: UUID) -> HttpResponse:
    lede = gettext("给出只显示一次的新密码，原来的登录全部结束；第二因素不变。")
    user, step = _about(key, gettext("重置密码"), lede, "access.password.reset")

    def reset(given: dict[str, Any]) -> HttpResponse:
        _refuse_own(
            request,
            user,
            gettext_lazy("自己的密码不能在这里重置。"),
            gettext_lazy("请到“我的账号”修改密码。"),
        )
        _refuse_disabled(user)
        return show_password(
            request, gettext("密码已重置"), user, accounts.reset_password(user, **_by(request, given))
        )

    return take(request, step, ReasonForm(typed(request)), reset)


@requires("access.users")
@form_page
def unlock_page(request: HttpRequest, key: UUID) -> HttpResponse:
    lede = gettext("先问清楚是不是本人连续输错；不是，就不要解锁。")
    user, step = _about(key, gettext("解锁账号"), lede, "access.user.unlock")

    def unlock(given: dict[str, Any]) -> str:
        if user.username not in lockout.locked_accounts(timezone.now()):
            raise AccessError(
                gettext_lazy("这个账号没有锁定。"),
                gettext_lazy("如果仍不能登录，可能是地址锁定，30分钟后再试。"),
            )
        accounts.unlock(user, **_by(request, given))
        return "unlocked"

    return take(request, step, ReasonForm(typed(request)), unlock)


def _about(key: UUID, title: str, lede: str, action: str) -> tuple[User, Step]:
    """The account of an address, and the frame of a step on it."""
    user = get_object_or_404(User.objects.select_related("organisation"), pk=key)
    facts = (
        (gettext("姓名"), user.name),
        (gettext("用户名"), user.username),
        (gettext("类别"), user.get_family_display()),
        (gettext("单位"), user.organisation or "—"),
    )
    return user, Step(
        title=title,
        lede=lede,
        back=reverse("access-user", args=[key]),
        came_from=user.name,
        action=action,
        what=user,
        facts=facts,
        buttons=(("", title),),
    )


def _by(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """Who does it, why and from where: what every change of an account is audited with."""
    actor = user_of(request).username
    return {"actor": actor, "reason": given["reason"], "context": login.context_of(request)}


def _refuse_own(request: HttpRequest, user: User, sentence: Promise, next_step: Promise) -> None:
    if user == request.user:
        raise AccessError(sentence, next_step)


def _refuse_disabled(user: User) -> None:
    if not user.is_active:
        raise AccessError(gettext_lazy("这个账号已停用。"), gettext_lazy("要再用，请先重新启用。"))
