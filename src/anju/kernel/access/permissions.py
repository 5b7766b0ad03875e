"""Who may do what. A permission is a code; which roles hold it is data: here, and in the packs' descriptors.

A view opens only with a permission on it: ``@requires("audit.view")``, or the page entry of a pack. The
middleware refuses every other route.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from anju.kernel import packs
from anju.kernel.access.models import User
from anju.kernel.access.roles import Role
from anju.kernel.access.scope import grants_of
from anju.kernel.packs import PackError, Permission

# Everybody who has signed in, whatever the roles: the own account, and the way to the first page.
OWN_ACCOUNT = "account.use"

_DOING = (Role.INSPECTOR, Role.OFFICE, Role.COUNTY, Role.COMPANY)
_WORKS = (Role.LEADER, Role.FINANCE, *_DOING)
_CASES = (*_WORKS, Role.DISPATCHER)
_INSPECTIONS = tuple(role for role in _CASES if role != Role.COMPANY)
PERMISSIONS = (
    Permission("cases.view", "看办理", _CASES),
    Permission("parties.view", "看单位", (*_CASES, Role.SYSTEM_ADMIN)),  # who keeps them has to see them
    Permission("parties.edit", "维护单位", (Role.SYSTEM_ADMIN,)),
    Permission("places.view", "看场所", _CASES),
    Permission("places.edit", "维护和导入场所", (Role.OFFICE, Role.COUNTY)),
    Permission("assets.view", "看设备", _CASES),
    Permission("assets.edit", "维护和导入设备台账", (Role.OFFICE, Role.COUNTY)),
    Permission("assets.maintain", "登记设备状态和维护", _DOING),
    Permission("indicators.view", "看指标定义", (Role.LEADER, Role.FINANCE, Role.OFFICE)),
    Permission("indicators.edit", "维护指标定义", (Role.FINANCE,)),
    Permission("rules.view", "看规则表", (Role.LEADER, Role.FINANCE, Role.OFFICE)),
    Permission("rules.keep", "提出修改规则表", (Role.FINANCE,)),
    Permission("rules.approve", "批准修改规则表", (Role.LEADER, Role.FINANCE)),
    Permission("surveys.view", "看抽样调查", (Role.LEADER, Role.FINANCE, Role.OFFICE, Role.INSPECTOR)),
    Permission("surveys.manage", "办抽样调查", (Role.FINANCE, Role.OFFICE)),
    Permission("surveys.enter", "录入调查访问", (Role.OFFICE, Role.INSPECTOR)),
    Permission("exchange.view", "看数据交换", (Role.LEADER, Role.FINANCE, Role.OFFICE, Role.DISPATCHER)),
    Permission("exchange.publish", "决定开放哪些数据", (Role.LEADER,)),
    Permission("exchange.keep", "维护接口和交换记录", (Role.OFFICE, Role.DISPATCHER)),
    Permission(
        "field.use",
        "用现场终端",
        (Role.DISPATCHER, Role.INSPECTOR, Role.OFFICE, Role.COUNTY, Role.COMPANY),
    ),
    Permission("field.note", "上报现场记录", (Role.DISPATCHER, Role.INSPECTOR, Role.OFFICE, Role.COUNTY)),
    Permission("field.view", "看现场上报", _CASES),
    Permission("field.case", "把现场记录立为问题和验收", (Role.LEADER, Role.DISPATCHER, Role.OFFICE)),
    Permission("field.answer", "答复现场问题", (Role.OFFICE, Role.COUNTY, Role.COMPANY)),
    Permission("field.devices", "管理现场设备", (Role.SYSTEM_ADMIN,)),
    Permission("inspections.view", "看巡查检查", _INSPECTIONS),
    Permission("inspections.plan", "排检查计划", (Role.DISPATCHER, Role.OFFICE)),
    Permission("inspections.visit", "提交现场检查", (Role.DISPATCHER, Role.INSPECTOR)),
    Permission("inspections.accept", "验收督办卡", (Role.LEADER, Role.DISPATCHER, Role.INSPECTOR)),
    Permission("inspections.publish", "公布检查结果", (Role.LEADER, Role.DISPATCHER)),
    Permission("inspections.answer", "回复督办卡", (Role.COUNTY, Role.COMPANY)),
    Permission("works.view", "看工程项目", _WORKS),
    Permission("works.manage", "办工程项目", (Role.OFFICE, Role.COUNTY)),
    Permission("works.report", "填报工程进度", (Role.OFFICE, Role.COUNTY, Role.COMPANY)),
    Permission("works.check", "检查工程质量", (Role.INSPECTOR, Role.COMPANY)),
    Permission("works.accept", "验收工程和批准变更", (Role.LEADER, Role.FINANCE, Role.OFFICE, Role.COUNTY)),
    Permission("telemetry.view", "看实时监测", _CASES),
    Permission("telemetry.sign", "签收告警", (Role.DISPATCHER, Role.OFFICE, Role.COUNTY)),
    Permission("telemetry.answer", "答复告警", (Role.OFFICE, Role.COUNTY, Role.COMPANY)),
    Permission("telemetry.accept", "验收告警处置", (Role.LEADER, Role.DISPATCHER, Role.OFFICE)),
    Permission("telemetry.keep", "维护数据来源和测点、重放报文", (Role.OFFICE, Role.DISPATCHER)),
    Permission("telemetry.rules", "维护阈值规则", (Role.OFFICE,)),
    Permission("telemetry.window", "登记检修窗口", (Role.DISPATCHER, Role.OFFICE, Role.COUNTY, Role.COMPANY)),
    Permission("telemetry.submit", "经接口提交观测值", (Role.DISPATCHER, Role.OFFICE, Role.COMPANY)),
    Permission("metrics.view", "看运行指标", (Role.SYSTEM_ADMIN,)),
    Permission("audit.view", "看审计记录", (Role.AUDIT_ADMIN,)),
    Permission("worker.manage", "看和重试后台任务", (Role.SYSTEM_ADMIN,)),
    Permission("access.users", "管理账号", (Role.SYSTEM_ADMIN,)),
    Permission("access.propose", "提出授权", (Role.SYSTEM_ADMIN,)),
    Permission("access.approve", "批准授权", (Role.SECURITY_ADMIN,)),
)

View = TypeVar("View", bound=Callable[..., object])


def requires(code: str) -> Callable[[View], View]:
    """Mark a view: the middleware lets in only those who hold the permission."""

    def mark(view: View) -> View:
        view.permission = code  # type: ignore[attr-defined]
        return view

    return mark


def required_by(view: Callable[..., object]) -> str | None:
    """The permission that a view is marked with."""
    return getattr(view, "permission", None)


@cache
def table() -> dict[str, Permission]:
    """Every permission by its code; ``PackError`` where a pack names a role that does not exist."""
    found = (*PERMISSIONS, *packs.load(settings.ANJU_PACKS).permissions())
    for permission in found:
        for role in permission.roles:
            if role not in Role.values:
                raise PackError(
                    f"权限{permission.code}写了不存在的角色{role}。",
                    f"可用的角色是{'、'.join(Role.values)}。",
                )
    return {permission.code: permission for permission in found}


def roles_of(user: User, on: date | None = None) -> frozenset[str]:
    """The roles that a user holds on a day (today)."""
    day = on or timezone.localdate()
    return frozenset(grant.role for grant in grants_of(user, day))


def permissions_of(user: User | AnonymousUser) -> frozenset[str]:
    """The codes of all that a user may do today; nothing for somebody not signed in."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    roles = roles_of(user)
    held = (code for code, permission in table().items() if not roles.isdisjoint(permission.roles))
    return frozenset({OWN_ACCOUNT, *held})


def may(user: User | AnonymousUser, code: str) -> bool:
    return code in permissions_of(user)
