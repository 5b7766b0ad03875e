"""Tokens of other programs: a secret that opens one interface with what its user may do, until a day.

The secret has 256 random bits, so its SHA-256 is kept and nothing slower. It is shown once, when it is issued.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from anju.kernel import audit
from anju.kernel.access.errors import AccessError
from anju.kernel.access.login import UNKNOWN, context_of
from anju.kernel.access.models import Opens, Token, User
from anju.kernel.access.session_store import TOUCH

_PREFIX = "anju_"
_BITS = 32
LONGEST_DAYS = 366
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token is to be: whose, for which program, what it opens, its last day."""

    user: User
    name: str
    opens: str
    valid_to: date


def opened_by(interface: Opens) -> Callable[[View], View]:
    """Mark a view that tokens open: a stranger is answered 401 there and not sent to the login page."""

    def mark(view: View) -> View:
        view.opens = interface  # type: ignore[attr-defined]
        return view

    return mark


def interface_of(view: Callable[..., object]) -> Opens | None:
    return getattr(view, "opens", None)


def issue(wish: Wish, *, actor: str, today: date) -> str:
    """Keep a new token and give its secret, which is not kept."""
    if not wish.user.is_active:
        raise AccessError(gettext_lazy("这个账号已停用，不能发令牌。"), gettext_lazy("请换一个在用的账号。"))
    if wish.user.is_administrator and wish.opens != Opens.METRICS:
        raise AccessError(
            gettext_lazy("管理员账号不办业务，不能发数据接口的令牌。"),
            gettext_lazy("请为接入程序建一个业务账号。"),
        )
    if not today < wish.valid_to <= today + timedelta(days=LONGEST_DAYS):
        raise AccessError(
            gettext_lazy("令牌的有效期应在一年以内。"), gettext_lazy("请改短，到期前再发新的。")
        )
    secret = _PREFIX + secrets.token_urlsafe(_BITS)
    with transaction.atomic():
        token = Token.objects.create(
            user=wish.user, name=wish.name, opens=wish.opens, valid_to=wish.valid_to,
            digest=_digest(secret), issued_by=actor,
        )  # fmt: skip
        facts = {"user": wish.user.username, "name": wish.name, "opens": wish.opens}
        audit.record("access.token.issue", token, actor=actor, after=facts | {"to": str(wish.valid_to)})
    return secret


def end(token: Token, *, actor: str, reason: str) -> None:
    """It opens nothing any more."""
    with transaction.atomic():
        token.ended_at = timezone.now()
        token.save(update_fields=["ended_at"])
        audit.record("access.token.end", token, actor=actor, reason=reason)


def identify(request: HttpRequest) -> Token | None:
    """The live token of a request; None, and a row in the audit, for one that is none or no longer."""
    secret = _presented(request.headers.get("Authorization", ""))
    if not secret.startswith(_PREFIX):
        return None
    token = Token.objects.filter(digest=_digest(secret)).select_related("user__organisation").first()
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


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
