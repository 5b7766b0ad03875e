"""The closed set of roles, and the families that keep the three administrators (三员) apart.

GB/T 22239-2019 8.1.4.2: system, security and audit administration lie with three persons, none of whom does
business. So an account belongs to one family for its whole life, and holds roles of that family only.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class Role(models.TextChoices):
    LEADER = "leader", gettext_lazy("领导")
    FINANCE = "finance", gettext_lazy("财务")
    DISPATCHER = "dispatcher", gettext_lazy("调度员")
    INSPECTOR = "inspector", gettext_lazy("检查员")
    OFFICE = "office", gettext_lazy("业务科室")
    COUNTY = "county", gettext_lazy("县区")
    COMPANY = "company", gettext_lazy("企业")
    RESIDENT = "resident", gettext_lazy("居民")
    SYSTEM_ADMIN = "system_admin", gettext_lazy("系统管理员")
    SECURITY_ADMIN = "security_admin", gettext_lazy("安全管理员")
    AUDIT_ADMIN = "audit_admin", gettext_lazy("审计管理员")


class Family(models.TextChoices):
    BUSINESS = "business", gettext_lazy("业务人员")
    SYSTEM_ADMIN = "system_admin", gettext_lazy("系统管理员")
    SECURITY_ADMIN = "security_admin", gettext_lazy("安全管理员")
    AUDIT_ADMIN = "audit_admin", gettext_lazy("审计管理员")


ADMINISTRATORS = (Family.SYSTEM_ADMIN, Family.SECURITY_ADMIN, Family.AUDIT_ADMIN)

# Of the bureau as a whole: a grant of one of these that names no area and no organisation opens all rows.
SEE_EVERYTHING = (Role.LEADER, Role.FINANCE)

# People outside the government network choose for themselves; a second factor is obligatory for all others.
OUTSIDE = (Role.COMPANY, Role.RESIDENT)


def family_of(role: str) -> Family:
    """The family whose accounts may hold a role."""
    return Family(role) if role in ADMINISTRATORS else Family.BUSINESS
