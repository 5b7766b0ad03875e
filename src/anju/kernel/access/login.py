"""Signing in: password, then second factor, then a session. Every step is audited, refusals too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from anju.kernel import audit
from anju.kernel.access import session_store
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Attempt, User
from anju.kernel.access.permissions import roles_of
from anju.kernel.access.proof import lockout, second_factor
from anju.kernel.access.roles import OUTSIDE
from anju.kernel.access.session_store import ADDRESS, HANDLE, STARTED

BACKEND = auth.BACKEND_SESSION_KEY
PASSWORD_BACKEND = "anju.kernel.access.backends.PasswordBackend"
UNKNOWN = gettext_noop("未知用户")

# Entries of a session: who has given the password and owes the code; whether the code was given.
PENDING, PENDING_SINCE, VERIFIED = "pending", "pending_since", "verified"
PENDING_FOR = timedelta(minutes=5)

WRONG = (gettext_lazy("用户名或密码不对。"), gettext_lazy("请重新输入；连错5次会锁定30分钟。"))
WRONG_PASSWORD = (gettext_lazy("当前密码不对。"), gettext_lazy("请重新输入；连错5次会锁定30分钟。"))
WRONG_CODE = (gettext_lazy("验证码不对或已用过。"), gettext_lazy("请等下一个验证码再输，或用恢复码。"))
LOCKED = (gettext_lazy("连续输错，登录已锁定。"), gettext_lazy("请30分钟后再试，或联系系统管理员。"))


def context_of(request: HttpRequest) -> audit.Context:
    """Where an action came from. The session is named by its handle: its key would open it."""
    return audit.Context(
        address=address_of(request),
        session=request.session.get(HANDLE, ""),
        request_id=getattr(request, "request_id", ""),
    )


def address_of(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR") or ""


def give_password(request: HttpRequest, username: str, password: str, now: datetime) -> User:
    """The first step. Opens the session, or leaves it waiting for the second factor of the user returned.

    ``AccessError`` when locked or wrong; both say the same of names that exist and names that do not.
    """
    attempt = _begin(request, username, now)
    user = auth.authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        _refused(request, username, "wrong_password")
        raise AccessError(*WRONG)
    if second_factor.is_enrolled(user):
        # Neither a failure nor yet a success: only the code clears earlier failures.
        attempt.delete()
        request.session.cycle_key()
        request.session[PENDING], request.session[PENDING_SINCE] = str(user.pk), now.isoformat()
        return user
    lockout.succeed(attempt)
    open_session(request, user, verified=False, backend=PASSWORD_BACKEND)
    return user


def pending_user(request: HttpRequest, now: datetime) -> User | None:
    """Who has given the right password a short while ago and now owes the second factor."""
    since = request.session.get(PENDING_SINCE)
    if since is None or now - datetime.fromisoformat(since) > PENDING_FOR:
        return None
    return User.objects.filter(pk=request.session[PENDING], disabled_at=None).first()


def give_code(request: HttpRequest, user: User, code: str, now: datetime) -> None:
    """The second step, by a code of the authenticator or a recovery code. ``AccessError`` when locked or wrong."""
    check_code(request, user, code, now)
    open_session(request, user, verified=True, backend=PASSWORD_BACKEND)


def check_code(request: HttpRequest, user: User, code: str, now: datetime) -> None:
    """``AccessError`` unless the code is right; wrong ones count towards the lock of the account."""
    attempt = _begin(request, user.username, now)
    if not second_factor.verify(user, code, now):
        if not second_factor.use_recovery_code(user, code, now):
            _refused(request, user.username, "wrong_code")
            raise AccessError(*WRONG_CODE)
        audit.record("access.recovery_code.use", user, actor=user.username, context=context_of(request))
    lockout.succeed(attempt)


def check_password(request: HttpRequest, user: User, password: str, now: datetime) -> None:
    """``AccessError`` unless it is the present password; wrong ones count towards the lock of the account."""
    attempt = _begin(request, user.username, now)
    if not user.check_password(password):
        _refused(request, user.username, "wrong_password")
        raise AccessError(*WRONG_PASSWORD)
    lockout.succeed(attempt)


def open_session(request: HttpRequest, user: User, *, verified: bool, backend: str) -> None:
    """Begin a session under a new key; the oldest of the user's sessions ends when there are too many."""
    now = timezone.now()
    with transaction.atomic():
        session_store.purge(now)
        ended = session_store.make_room(user)
        request.session.flush()
        auth.login(request, user, backend=backend)
        session = request.session
        session[STARTED], session[ADDRESS], session[VERIFIED] = now.isoformat(), address_of(request), verified
        session.save()
        User.objects.filter(pk=user.pk).update(last_active=now)
        after: dict[str, Any] = {"second_factor": verified, "backend": backend, "ended_sessions": ended}
        audit.record("access.login", user, actor=user.username, after=after, context=context_of(request))


def renew_session(request: HttpRequest, user: User, *, verified: bool | None = None) -> None:
    """A new key for the same session, after a change of password or of what has been proved."""
    auth.update_session_auth_hash(request, user)
    if verified is not None:
        request.session[VERIFIED] = verified


def close_session(request: HttpRequest) -> None:
    """Sign out: the session's row goes, its cookie opens nothing any more."""
    if isinstance(request.user, User):
        who = request.user.username
        audit.record("access.logout", request.user, actor=who, context=context_of(request))
    auth.logout(request)


def needs_second_factor(user: User) -> bool:
    """People inside the government network must enrol one; somebody without a role counts as inside."""
    roles = roles_of(user)
    return not roles or not roles.issubset(OUTSIDE)


def _begin(request: HttpRequest, username: str, now: datetime) -> Attempt:
    attempt = lockout.begin(username, address_of(request), now)
    if attempt is None:
        _refused(request, username, "locked")
        raise AccessError(*LOCKED)
    return attempt


def _refused(request: HttpRequest, username: str, why: str) -> None:
    # A name nobody has may be a password typed into the wrong field: it is not written down.
    user = User.objects.filter(username=User.normalize_username(username)).first()
    audit.record(
        "access.login",
        user or "access.User",
        actor=user.username if user else UNKNOWN,
        result="refused",
        reason=why,
        context=context_of(request),
    )
