"""Making and disabling accounts, changing passwords: each audited in its transaction."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from anju.kernel import audit
from anju.kernel.access import session_store
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Grant, User
from anju.kernel.access.proof import lockout, passwords


def create(
    user: User, *, actor: str, password: str | None = None, context: audit.Context | None = None
) -> User:
    """Save a new account; with a one-time ``password``, or with none that could ever be typed.

    ``AccessError`` when the name was ever used before, also by an account that is disabled now.
    """
    with transaction.atomic():
        if User.objects.filter(username=User.normalize_username(user.username)).exists():
            raise AccessError(
                gettext_lazy("用户名{username}已有人用过。"),
                gettext_lazy("停用的账号名也不再用：请另起一个。"),
                username=user.username,
            )
        if password is None:
            user.set_unusable_password()
            user.must_change_password = False
        else:
            passwords.set_password(user, password, one_time=True)
        user.save(force_insert=True)
        facts = {"username": user.username, "name": user.name, "family": user.family}
        audit.record("access.user.create", user, actor=actor, after=facts, context=context)
    return user


def disable(user: User, *, actor: str, reason: str, context: audit.Context | None = None) -> None:
    """Close an account at once: its sessions end, its name stays taken."""
    with transaction.atomic():
        user.disabled_at = timezone.now()
        user.save(update_fields=["disabled_at"])
        session_store.end_all(user)
        audit.record("access.user.disable", user, actor=actor, reason=reason, context=context)


def enable(user: User, *, actor: str, reason: str, context: audit.Context | None = None) -> str:
    """Open a disabled account again; the one-time password to be shown once.

    Its grants do not come back: one administrator alone must not return rights that two have to give.
    """
    password = passwords.one_time_password()
    with transaction.atomic():
        ended = Grant.objects.current().filter(user=user).update(superseded_at=timezone.now())
        user.disabled_at = None
        user.save(update_fields=["disabled_at"])
        _store_password(user, password, one_time=True)
        after = {"ended_grants": ended}
        audit.record("access.user.enable", user, actor=actor, after=after, reason=reason, context=context)
    return password


def unlock(user: User, *, actor: str, reason: str, context: audit.Context | None = None) -> None:
    """Lift the lock that failed logins put on an account; a lock on an address stays."""
    with transaction.atomic():
        lockout.forgive(user.username, timezone.now())
        audit.record("access.user.unlock", user, actor=actor, reason=reason, context=context)


def is_last_administrator(user: User) -> bool:
    """Whether no other account in use is of this administrator's family."""
    family = User.objects.filter(family=user.family, disabled_at=None)
    return user.is_administrator and not family.exclude(pk=user.pk).exists()


def reset_password(user: User, *, actor: str, reason: str, context: audit.Context | None = None) -> str:
    """A one-time password for somebody who forgot theirs, to be shown once; all sessions end.

    The second factor stays: who has lost that too needs a recovery code.
    """
    password = passwords.one_time_password()
    with transaction.atomic():
        _store_password(user, password, one_time=True)
        session_store.end_all(user)
        audit.record("access.password.reset", user, actor=actor, reason=reason, context=context)
    return password


def change_password(
    user: User, password: str, *, keep: str | None = None, context: audit.Context | None = None
) -> None:
    """The user's own change: ``ValidationError`` with all that is wrong; other sessions than ``keep`` end."""
    validate_password(password, user)
    with transaction.atomic():
        _store_password(user, password, one_time=False)
        session_store.end_all(user, keep=keep)
        audit.record("access.password.change", user, actor=user.username, context=context)


def _store_password(user: User, password: str, *, one_time: bool) -> None:
    passwords.set_password(user, password, one_time=one_time)
    user.save(update_fields=["password", "used_passwords", "password_changed_at", "must_change_password"])
