"""The first administrators, before anybody is there to grant and approve."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from anju.kernel.access import accounts, granting
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Grant, User
from anju.kernel.access.proof import passwords
from anju.kernel.access.roles import Family


@transaction.atomic
def create_administrators(
    people: Mapping[Family, tuple[str, str]], *, actor: str, witness: str
) -> list[tuple[User, str]]:
    """Accounts and one-time passwords for (user name, name) by family; ``AccessError`` once there are any."""
    if User.objects.filter(family__in=people, disabled_at=None).exists():
        raise AccessError("已经有管理员了。", "请由系统管理员提出、安全管理员批准来增加。")
    created = []
    for family, (username, name) in people.items():
        password = passwords.one_time_password()
        user = accounts.create(
            User(username=username, name=name, family=family), actor=actor, password=password
        )
        grant = Grant(user=user, role=family.value, valid_from=timezone.localdate())
        granting.install(grant, actor=actor, witness=witness)
        created.append((user, password))
    return created
