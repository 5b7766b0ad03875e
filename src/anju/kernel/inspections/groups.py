"""Groups of inspectors: made, joined, left, ended. A person stays in the history of the group."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Group, Member
from anju.kernel.parties.models import Organisation


@transaction.atomic
def create(name: str, owner: Organisation, *, actor: str) -> Group:
    """A group without members. ``InspectionError`` for an empty name or one that the body has already."""
    name = name.strip()[:60]
    if not name:
        raise InspectionError(gettext("没有写检查组名称。"), gettext("请写名称，例如“第1组”。"))
    if Group.objects.filter(owner=owner, name=name).exists():
        raise InspectionError(gettext("已有同名的检查组。"), gettext("请换一个名称。"))
    made = Group.objects.create(name=name, owner=owner)
    audit.record("inspections.group", made, actor=actor, after={"name": name})
    return made


@transaction.atomic
def join(group: Group, user: str, name: str, since: date, *, actor: str) -> Member:
    """A person joins on a day. ``InspectionError`` for one who is in the group then already."""
    user, name = user.strip(), name.strip()
    if not user or not name:
        raise InspectionError(gettext("没有写用户名或姓名。"), gettext("请补上。"))
    if group.members.filter(user=user).overlapping(since, None).exists():
        raise InspectionError(gettext("这个人已在组里。"), gettext("请先让原来的一条失效。"))
    made = Member.objects.create(group=group, user=user[:64], name=name[:80], valid_from=since)
    audit.record("inspections.join", group, actor=actor, after={"user": user, "since": str(since)})
    return made


@transaction.atomic
def leave(member: Member, until: date, *, actor: str) -> Member:
    """A person is no longer in the group from a day on."""
    if member.valid_to is not None:
        raise InspectionError(gettext("这个人已经离组。"), gettext("请刷新后再看。"))
    if member.valid_from is not None and until <= member.valid_from:
        raise InspectionError(gettext("离组日期应晚于入组日期。"), gettext("请改正日期。"))
    member.valid_to = until
    member.save(update_fields=["valid_to"])
    audit.record(
        "inspections.leave", member.group, actor=actor, after={"user": member.user, "on": str(until)}
    )
    return member


@transaction.atomic
def end(group: Group, *, actor: str, now: datetime) -> Group:
    """A group is not drawn any more."""
    group.ended_at = now
    group.save(update_fields=["ended_at"])
    audit.record("inspections.group_end", group, actor=actor)
    return group
