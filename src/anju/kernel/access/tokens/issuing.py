"""Issuing tokens and ending them.

The secret has 256 random bits, so its SHA-256 is kept and nothing slower. It is shown once, when it is issued.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from anju.kernel import audit
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import User
from anju.kernel.access.tokens.models import Opens, Token

PREFIX = "anju_"
_BITS = 32
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token is to be: whose, for which program, what it opens, its last day."""

    user: User
    name: str
    opens: str
    valid_to: date


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
    secret = PREFIX + secrets.token_urlsafe(_BITS)
    with transaction.atomic():
        token = Token.objects.create(
            user=wish.user, name=wish.name, opens=wish.opens, valid_to=wish.valid_to,
            digest=digest_of(secret), issued_by=actor,
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


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
