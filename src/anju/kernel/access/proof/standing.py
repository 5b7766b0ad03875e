"""How an account stands, and the suspension of those that nobody uses.

GB/T 22239-2019 8.1.4.2: surplus and expired accounts are removed or suspended in good time; 90 days without
use is the customary figure.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, TextChoices, Value, When
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, gettext_noop

from anju.kernel.access import accounts
from anju.kernel.access.models import User
from anju.kernel.access.proof import lockout

ASLEEP_AFTER = timedelta(days=90)
UNUSED = gettext_noop("连续{days}天未使用").format(days=ASLEEP_AFTER.days)


class Standing(TextChoices):
    """One for each account: the first that applies."""

    DISABLED = "disabled", gettext_lazy("已停用")
    LOCKED = "locked", gettext_lazy("已锁定")
    ASLEEP = "asleep", format_lazy(gettext_lazy("{days}天未用"), days=ASLEEP_AFTER.days)
    NEVER = "never", gettext_lazy("从未登录")
    MUST_CHANGE = "must_change", gettext_lazy("须改密码")
    ACTIVE = "active", gettext_lazy("在用")


def with_standing(now: datetime) -> QuerySet[User, Any]:
    """All accounts with their ``standing`` at a moment."""
    locked = Q(username__in=lockout.locked_accounts(now))
    cases = (
        When(disabled_at__isnull=False, then=Value(Standing.DISABLED.value)),
        When(locked, then=Value(Standing.LOCKED.value)),
        When(_unused_since(now - ASLEEP_AFTER), then=Value(Standing.ASLEEP.value)),
        When(last_active=None, then=Value(Standing.NEVER.value)),
        When(must_change_password=True, then=Value(Standing.MUST_CHANGE.value)),
    )
    standing = Case(*cases, default=Value(Standing.ACTIVE.value), output_field=CharField())
    return User.objects.annotate(standing=standing)


def sleeping(on: date) -> QuerySet[User, Any]:
    """Accounts not disabled that nobody used in the 90 days before a day, nor made or gave a password."""
    morning = timezone.make_aware(datetime.combine(on, time.min))
    return User.objects.filter(_unused_since(morning - ASLEEP_AFTER), disabled_at=None).order_by("username")


def suspend_sleeping(on: date, *, actor: str) -> list[User]:
    """Disable the sleeping accounts, each audited; the last administrator of a kind is left, and not returned."""
    suspended = []
    for user in sleeping(on):
        # Asked one by one: of two sleeping administrators of a kind one remains.
        if not accounts.is_last_administrator(user):
            accounts.disable(user, actor=actor, reason=UNUSED)
            suspended.append(user)
    return suspended


def _unused_since(since: datetime) -> Q:
    """A fresh password counts as use, or an account opened again would be closed the next night."""
    unused = Q(recorded_at__lt=since)
    for column in ("last_active", "password_changed_at"):
        unused &= Q(**{column: None}) | Q(**{f"{column}__lt": since})
    return unused
