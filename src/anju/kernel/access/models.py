"""Accounts, grants, and what login needs to remember."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NoReturn, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.access.errors import AccessError
from anju.kernel.access.roles import ADMINISTRATORS, SEE_EVERYTHING, Family, Role, family_of
from anju.kernel.access.tokens.models import Token
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.records.fields import EncryptedTextField
from anju.kernel.records.models import Ledger, LedgerQuerySet, Record, ScopedQuerySet
from anju.kernel.wording import bracketed

__all__ = [
    "Attempt", "Grant", "GrantQuerySet", "OpenSession", "RecoveryCode", "SecondFactor", "Token", "User", "UserManager",
]  # fmt: skip

# GB/T 22239-2019 8.1.4.1 asks for periodic change; 90 days is the customary figure for administrators.
ADMINISTRATOR_PASSWORD_AGE = timedelta(days=90)


class UserQuerySet(ScopedQuerySet):
    def delete(self) -> NoReturn:
        raise AccessError(gettext_lazy("账号不能删除。"), gettext_lazy("请停用：停用的账号名永不再用。"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds accounts whatever the case of the name that was typed."""

    def get_by_natural_key(self, username: str | None) -> User:
        found: User = self.get(username=User.normalize_username(username or ""))
        return found


class User(Record, AbstractBaseUser):
    """One account a person. Disabled, never deleted, so that a name means the same person for ever.

    ``used_passwords`` are the hashes of the last five passwords, the present one first.
    """

    scope_organisation = "organisation"
    last_login = None
    USERNAME_FIELD = "username"

    username = models.CharField("用户名", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=80)
    family = models.CharField("账号类别", max_length=16, choices=Family, default=Family.BUSINESS)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="单位")
    must_change_password = models.BooleanField("须改密码", default=True)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    used_passwords = models.JSONField("用过的密码", default=list, editable=False)
    last_active = models.DateTimeField("最近使用时间", null=True, blank=True)
    disabled_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = UserManager()

    class Meta:
        verbose_name = "用户"
        constraints = (
            models.CheckConstraint(condition=Q(family__in=Family.values), name="access_user_family"),
        )

    def __str__(self) -> str:
        return f"{self.name}{bracketed(self.username)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = self.normalize_username(self.username)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AccessError(gettext_lazy("账号不能删除。"), gettext_lazy("请停用：停用的账号名永不再用。"))

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling: full width and half width, upper and lower case are the same name."""
        return super().normalize_username(username.strip()).casefold()

    @property
    def is_active(self) -> bool:
        """Django asks this of every account before it lets a session continue."""
        return self.disabled_at is None

    @property
    def is_administrator(self) -> bool:
        return self.family in ADMINISTRATORS

    @property
    def password_is_due(self) -> bool:
        """Whether nothing else may be done before the password is changed."""
        if self.must_change_password or not self.is_administrator:
            return self.must_change_password
        changed = self.password_changed_at
        return changed is not None and timezone.now() - changed > ADMINISTRATOR_PASSWORD_AGE


class GrantQuerySet(LedgerQuerySet):
    def effective(self, on: date) -> Self:
        """Approved, not superseded, and valid on a day (``valid_to`` is the first day no longer included)."""
        started = self.current().exclude(approved_by="").filter(valid_from__lte=on)
        return started.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))


class Grant(Ledger):
    """A role for a user, over an area (with all below), an organisation (with those under it), or neither.

    Without ``approved_by`` it is only proposed. ``ended_by`` is filled when it was refused or withdrawn, not when
    another grant replaced it. The database itself refuses a role of another family than the
    account's (triggers of the first migration) and an approver who is also the proposer.
    """

    scope_area = "area"
    scope_organisation = "organisation"

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name="用户")
    role = models.CharField("角色", max_length=16, choices=Role)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="区域")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="单位")
    valid_from = models.DateField("生效日")
    valid_to = models.DateField("失效日", null=True, blank=True)
    granted_by = models.CharField("提出人", max_length=64)
    approved_by = models.CharField("批准人", max_length=64, blank=True)
    ended_by = models.CharField("退回或收回人", max_length=64, blank=True)
    ended_because = models.TextField("退回或收回原因", blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="access_grant_role"),
            models.CheckConstraint(
                condition=~Q(approved_by=F("granted_by")), name="access_grant_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="access_grant_period",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    @property
    def place(self) -> str:
        """Over what the grant opens rows, in words."""
        named = self.area or self.organisation
        if named:
            return gettext("{place}及以下").format(place=named)
        return gettext("全局") if self.role in SEE_EVERYTHING else gettext("不看业务数据")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if family_of(self.role) != self.user.family:
            raise AccessError(
                gettext_lazy("{family}账号不能有{role}角色。"),
                gettext_lazy("三员各自独立，也不办业务：请另用一人的账号。"),
                family=Family(self.user.family).label,
                role=Role(self.role).label,
            )
        super().save(*args, **kwargs)


class Attempt(Record):
    """A login that was tried and has not succeeded; a success is kept only to end a row of failures."""

    username = models.CharField("用户名", max_length=64)
    address = models.CharField("地址", max_length=45)
    succeeded = models.BooleanField("成功", default=False)

    class Meta:
        verbose_name = "登录尝试"
        indexes = (
            models.Index(name="access_attempt_account", fields=["username", "recorded_at"]),
            models.Index(name="access_attempt_address", fields=["address", "recorded_at"]),
        )


class SecondFactor(Record):
    """The TOTP secret of a user, encrypted. ``pending`` waits for the first code that proves its enrolment.

    ``last_step`` is the newest 30-second step whose code was accepted: that one and older ones are spent.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor", verbose_name="用户")
    secret = EncryptedTextField("密钥", purpose="totp", null=True)
    pending = EncryptedTextField("待确认密钥", purpose="totp", null=True)
    last_step = models.BigIntegerField("已用时间步", default=0)

    class Meta:
        verbose_name = "第二因素"


class RecoveryCode(Record):
    """One of the codes that replace a lost authenticator, hashed; it works once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes", verbose_name="用户")
    digest = models.CharField("摘要", max_length=64)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = "恢复码"


class OpenSession(AbstractBaseSession):
    """A session of ``session_store``: Django's row and what the limits need. Its key is the cookie, so pages
    and audit name it by ``handle``."""

    handle = models.UUIDField("编号", db_index=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name="用户")
    address = models.CharField("地址", max_length=45, blank=True)
    started_at = models.DateTimeField("开始时间")
    last_active = models.DateTimeField("最近使用时间", db_index=True)

    class Meta:
        verbose_name = "会话"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from anju.kernel.access.session_store import SessionStore

        return SessionStore
