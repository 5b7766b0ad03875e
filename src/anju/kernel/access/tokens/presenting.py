"""Which views tokens open, whose token a request brings, and what is told to a program without one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import UNKNOWN, context_of
from anju.kernel.access.models import User
from anju.kernel.access.session_store import TOUCH
from anju.kernel.access.tokens.issuing import PREFIX, digest_of
from anju.kernel.access.tokens.models import Opens, Token

View = TypeVar("View", bound=Callable[..., object])


def opened_by(interface: Opens) -> Callable[[View], View]:
    """Mark a view that tokens open: a stranger is answered 401 there and not sent to the login page."""

    def mark(view: View) -> View:
        view.opens = interface  # type: ignore[attr-defined]
        return view

    return mark


def interface_of(view: Callable[..., object]) -> Opens | None:
    return getattr(view, "opens", None)


def identify(request: HttpRequest) -> Token | None:
    """The live token of a request; None, and a row in the audit, for one that is none or no longer."""
    secret = _presented(request.headers.get("Authorization", ""))
    if not secret.startswith(PREFIX):
        return None
    token = Token.objects.filter(digest=digest_of(secret)).select_related("user__organisation").first()
    now = timezone.now()
    if token is None or not token.is_live(timezone.localdate(now)):
        audit.record(
            "access.token",
            token or "access.Token",
            actor=token.user.username if token else UNKNOWN,
            result="refused",
            context=context_of(request),
        )
        return None
    _touch(token, now)
    return token


def _touch(token: Token, now: datetime) -> None:
    """Remember its use; an account that a program works under is in use."""
    if token.last_used is None or token.last_used <= now - TOUCH:
        Token.objects.filter(pk=token.pk).update(last_used=now)
        User.objects.filter(pk=token.user_id).update(last_active=now)


def _presented(header: str) -> str:
    """The secret of a Bearer header, or of a Basic one as its password: many clients know only that."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def unauthorized() -> HttpResponseBase:
    answer = problem(
        401,
        gettext("需要令牌"),
        gettext("没有可用的接口令牌。"),
        gettext("请向系统管理员申请令牌，放在Authorization: Bearer里。"),
    )
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def forbidden() -> HttpResponseBase:
    return problem(
        403,
        gettext("没有权限"),
        gettext("这个账号没有这个接口的权限。"),
        gettext("请向系统管理员申请授权。"),
    )


def problem(status: int, title: str, detail: str, next_step: str) -> HttpResponseBase:
    """Problem details (RFC 9457) for programs, which read no page and fill in no form."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "next_step": next_step}
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
