"""The closed set of roles, and the families that keep the three administrators (三员) apart.

GB/T 22239-2019 8.1.4.2: system, security and audit administration lie with three persons, none of whom does
business. So an account belongs to one family for its whole life, and holds roles of that family only.
"""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    LEADER = "leader", "领导"
    FINANCE = "finance", "财务"
    DISPATCHER = "dispatcher", "调度员"
    INSPECTOR = "inspector", "检查员"
    OFFICE = "office", "业务科室"
    COUNTY = "county", "县区"
    COMPANY = "company", "企业"
    RESIDENT = "resident", "居民"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class Family(models.TextChoices):
    BUSINESS = "business", "业务人员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


ADMINISTRATORS = (Family.SYSTEM_ADMIN, Family.SECURITY_ADMIN, Family.AUDIT_ADMIN)

# Of the bureau as a whole: a grant of one of these that names no area and no organisation opens all rows.
SEE_EVERYTHING = (Role.LEADER, Role.FINANCE)

# People outside the government network choose for themselves; a second factor is obligatory for all others.
OUTSIDE = (Role.COMPANY, Role.RESIDENT)


def family_of(role: str) -> Family:
    """The family whose accounts may hold a role."""
    return Family(role) if role in ADMINISTRATORS else Family.BUSINESS
