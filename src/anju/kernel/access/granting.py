"""Granting roles: proposed by a system administrator, approved by a security administrator, two persons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from anju.kernel import audit
from anju.kernel.access import accounts, session_store
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Grant, GrantQuerySet, User
from anju.kernel.access.permissions import may
from anju.kernel.access.proof import passwords
from anju.kernel.access.roles import ADMINISTRATORS, Family, Role
from anju.kernel.audit import Context


def propose(grant: Grant, by: User, context: Context | None = None) -> Grant:
    """Save a new ``grant`` as a proposal; it opens nothing yet."""
    _require(by, "access.propose", gettext_lazy("请由系统管理员提出。"))
    _refuse_unfit(grant, by)
    if _alike(grant, Grant.objects.current()).filter(valid_to=grant.valid_to).exists():
        raise AccessError(
            gettext_lazy("同样的授权已经提出或已经有效。"), gettext_lazy("请看这个账号的授权清单。")
        )
    grant.granted_by, grant.approved_by = by.username, ""
    return _store(grant, "access.grant.propose", by, context)


def propose_end(grant: Grant, last: date, by: User, context: Context | None = None) -> Grant:
    """Propose that an approved grant ends: ``last`` is the first day on which it opens nothing any more."""
    if grant.superseded_at or not grant.approved_by:
        raise AccessError(gettext_lazy("这项授权已处理过。"), gettext_lazy("请刷新后再看。"))
    return propose(_copy(grant, valid_to=last), by, context)


def approve(proposal: Grant, by: User, context: Context | None = None) -> Grant:
    """The grant that takes the proposal's place and is effective; the user signs in anew to use it.

    A grant that differs from it in the last day only is replaced.
    """
    _require(by, "access.approve", gettext_lazy("请由安全管理员批准。"))
    _refuse_unfit(proposal, by)
    if proposal.approved_by:
        raise AccessError(gettext_lazy("这项授权已处理过。"), gettext_lazy("请刷新后再看。"))
    if by.username == proposal.granted_by:
        raise AccessError(gettext_lazy("提出人不能自己批准。"), gettext_lazy("请由另一人批准。"))
    with transaction.atomic():
        _supersede(proposal)
        for earlier in _alike(proposal, Grant.objects.current().exclude(approved_by="")):
            earlier.supersede()
        approved = _copy(proposal, approved_by=by.username)
        session_store.end_all(proposal.user)
        return _store(approved, "access.grant.approve", by, context)


def replaced_by(proposals: Iterable[Grant]) -> dict[UUID, Grant]:
    """The approved grant that each proposal would replace, by the proposal's key; none for something new."""
    waiting = list(proposals)
    approved = Grant.objects.current().exclude(approved_by="")
    present = {_identity(grant): grant for grant in approved.filter(user__in={p.user_id for p in waiting})}
    return {p.pk: present[_identity(p)] for p in waiting if _identity(p) in present}


def withdraw(grant: Grant, by: User, reason: str, context: Context | None = None) -> None:
    """End a grant, or refuse a proposal, at once. Taking away needs the security administrator alone."""
    _require(by, "access.approve", gettext_lazy("请由安全管理员收回。"))
    with transaction.atomic():
        row = _supersede(grant)
        row.ended_by, row.ended_because = by.username, reason
        row.save(update_fields=["ended_by", "ended_because"])
        if grant.approved_by:
            _refuse_last(grant)
            session_store.end_all(grant.user)
        action = "access.grant.withdraw" if grant.approved_by else "access.grant.refuse"
        before = facts(grant)
        audit.record(action, grant, actor=by.username, before=before, reason=reason, context=context)


def install(grant: Grant, *, actor: str, witness: str) -> Grant:
    """Store an effective grant before there are administrators: first installation and sample data only."""
    grant.granted_by, grant.approved_by = actor, witness
    return _store(grant, "access.grant.install", actor)


@transaction.atomic
def create_administrators(
    people: Mapping[Family, tuple[str, str]], *, actor: str, witness: str
) -> list[tuple[User, str]]:
    """Accounts and one-time passwords for (user name, name) by family; ``AccessError`` once there are any."""
    if User.objects.filter(family__in=people, disabled_at=None).exists():
        raise AccessError(
            gettext_lazy("已经有管理员了。"), gettext_lazy("请由系统管理员提出、安全管理员批准来增加。")
        )
    created = []
    for family, (username, name) in people.items():
        password = passwords.one_time_password()
        user = accounts.create(
            User(username=username, name=name, family=family), actor=actor, password=password
        )
        grant = Grant(user=user, role=family.value, valid_from=timezone.localdate())
        install(grant, actor=actor, witness=witness)
        created.append((user, password))
    return created


def facts(grant: Grant) -> dict[str, Any]:
    """What the audit keeps of a grant."""
    return {
        "user": grant.user.username,
        "role": str(grant.role),
        "area": str(grant.area_id or ""),
        "organisation": str(grant.organisation_id or ""),
        "valid_from": str(grant.valid_from),
        "valid_to": str(grant.valid_to or ""),
        "granted_by": grant.granted_by,
        "approved_by": grant.approved_by,
    }


def _require(user: User, permission: str, next_step: Promise) -> None:
    if not may(user, permission):
        raise AccessError(gettext_lazy("{name}不能办这件事。"), next_step, name=user.name)


def _refuse_unfit(grant: Grant, by: User) -> None:
    if grant.user_id == by.pk:
        raise AccessError(gettext_lazy("不能给自己授权。"), gettext_lazy("请由另一位管理员办理。"))
    if not grant.user.is_active:
        raise AccessError(
            gettext_lazy("账号已停用，不能授权。"), gettext_lazy("请先重新启用账号，或换一个账号。")
        )


def _refuse_last(grant: Grant) -> None:
    """Asked after ``grant`` was superseded: without its last administrator nobody could grant anything again."""
    others = Grant.objects.effective(timezone.localdate()).filter(role=grant.role, user__disabled_at=None)
    if grant.role in ADMINISTRATORS and not others.exists():
        raise AccessError(
            gettext_lazy("这是最后一个{role}，不能收回。"),
            gettext_lazy("请先给接替的人授权，再收回这一项。"),
            role=Role(grant.role).label,
        )


def _identity(grant: Grant) -> tuple[Any, ...]:
    """What two grants share that differ in their last day only."""
    return tuple(getattr(grant, name) for name in _IDENTITY)


def _alike(grant: Grant, among: GrantQuerySet) -> GrantQuerySet:
    return among.filter(**dict(zip(_IDENTITY, _identity(grant), strict=True)))


_IDENTITY = ("user_id", "role", "area_id", "organisation_id", "valid_from")


def _supersede(grant: Grant) -> Grant:
    """The row is read again under the transaction: two approvals of one proposal make one grant."""
    row = Grant.objects.select_for_update().current().filter(pk=grant.pk).first()
    if row is None:
        raise AccessError(gettext_lazy("这项授权已处理过。"), gettext_lazy("请刷新后再看。"))
    row.supersede()
    return row


def _copy(grant: Grant, **changes: Any) -> Grant:
    return Grant(**{name: getattr(grant, name) for name in _KEPT} | changes)


_KEPT = ("user", "role", "area", "organisation", "valid_from", "valid_to", "granted_by")


def _store(grant: Grant, action: str, by: User | str, context: Context | None = None) -> Grant:
    actor = by.username if isinstance(by, User) else by
    with transaction.atomic():
        grant.save(force_insert=True)
        audit.record(action, grant, actor=actor, after=facts(grant), context=context)
    return grant
