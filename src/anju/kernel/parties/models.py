"""Organisations (the bureau, its offices, county bureaus, companies) and the people in them."""

from __future__ import annotations

import re
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from anju.kernel.places.dated import Dated
from anju.kernel.places.models import Area
from anju.kernel.records.fields import EncryptedTextField
from anju.kernel.records.models import Record, ScopedQuerySet
from anju.kernel.secrets import KeyRing

_PHONE = "parties.person.phone"


class Kind(models.TextChoices):
    BUREAU = "bureau", gettext_lazy("主管局")
    DEPARTMENT = "department", gettext_lazy("预算单位")
    OFFICE = "office", gettext_lazy("业务科室")
    COUNTY_BUREAU = "county_bureau", gettext_lazy("县（市）、区主管部门")
    COMPANY = "company", gettext_lazy("企业")
    INSTITUTION = "institution", gettext_lazy("其他机构")


def check_credit_code(code: str) -> None:
    """``ValidationError`` unless ``code`` is a unified social credit code (GB 32100-2015)."""
    try:
        uscc.validate(code)
    except NumberError as error:
        sentence = gettext("统一社会信用代码{code}不对：{fault}。请对照营业执照或登记证书重新填写。")
        raise ValidationError(sentence.format(code=code, fault=_fault(code))) from error


def _fault(code: str) -> str:
    if len(code) != 18:
        return gettext("应为18位，这里是{n}位").format(n=len(code))
    body = code[:-1]
    # Only a well-formed body has a check digit to compare with.
    if body.isascii() and body.isalnum() and body == body.upper() and not set(code) & set("IOZSV"):
        return gettext("最后一位校验码与前17位不符")
    return gettext("含有代码里不用的字符")


# What is said where another organisation in force has the code.
_TAKEN = {
    "credit_code": gettext_lazy("统一社会信用代码已属于另一个现行单位。请核对，或先让那个单位失效。"),
    "budget_code": gettext_lazy("预算单位编码已属于另一个现行单位。请核对，或先让那个单位失效。"),
}


class Organisation(Dated):
    """A body that owns, does or answers for something.

    The parent is a plain column, not a dated membership as areas have: an office changes its superior only
    by a reform, and a reform also ends the office. So the reformed office is a new dated row, and the old
    row keeps the old superior.
    """

    scope_area = "area"
    scope_organisation = "id"

    name = models.CharField("名称", max_length=128)
    short_name = models.CharField("简称", max_length=32, blank=True)
    kind = models.CharField("类别", max_length=16, choices=Kind)
    credit_code = models.CharField(
        "统一社会信用代码",
        max_length=18,
        blank=True,
        validators=[check_credit_code],
        help_text=gettext_lazy("内部单位可留空。"),
    )
    budget_code = models.CharField(
        "预算单位编码",
        max_length=6,
        blank=True,
        validators=[
            RegexValidator(r"\A[0-9]{6}\Z", gettext_lazy("预算单位编码是6位数字。请对照部门预算改正。"))
        ],
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="所在区域")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name="上级单位"
    )

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "单位"
        ordering = ("budget_code", "name")
        constraints = (
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="parties_organisation_not_under_itself",
                condition=Q(parent__isnull=True) | ~Q(id=F("parent")),
                violation_error_message=gettext_lazy("单位不能是自己的上级。请另选上级单位。"),
            ),
            *(
                models.UniqueConstraint(
                    name=f"parties_organisation_one_open_{column}",
                    fields=(column,),
                    condition=Q(valid_to__isnull=True) & ~Q(**{column: ""}),
                    violation_error_message=taken,
                )
                for column, taken in _TAKEN.items()
            ),
        )

    def __str__(self) -> str:
        return self.short_name or self.name

    def clean_fields(self, exclude: object = None) -> None:
        # Codes are pasted from scans and phones: spaces and small letters are not the writer's fault.
        self.credit_code = uscc.compact(self.credit_code).upper()
        super().clean_fields(exclude)

    def clean(self) -> None:
        sentences = {
            "credit_code": gettext(
                "统一社会信用代码{code}在这段时间已属于另一个单位。请核对，或先让那个单位失效。"
            ),
            "budget_code": gettext(
                "预算单位编码{code}在这段时间已属于另一个单位。请核对，或先让那个单位失效。"
            ),
        }
        for column, sentence in sentences.items():
            code = getattr(self, column)
            if code:
                self.refuse_overlap(sentence.format(code=code), **{column: code})
        above, seen = self.parent, {self.pk}
        while above:
            if above.pk in seen:
                sentence = gettext("{parent}本身在{body}之下，不能作它的上级。请另选上级单位。")
                raise ValidationError({"parent": sentence.format(parent=self.parent, body=self)})
            seen.add(above.pk)
            above = above.parent


class PersonQuerySet(ScopedQuerySet):
    def with_phone(self, phone: str) -> Self:
        """The people with this telephone number, however it is spaced."""
        ring = KeyRing.load(settings.DATA)
        return self.filter(phone_index__in=ring.blind_indexes(_compact(phone), _PHONE))


class Person(Record):
    """Somebody who acts for an organisation. The telephone number is encrypted; its index finds equals."""

    scope_organisation = "organisation"

    display_name = models.CharField("姓名", max_length=64)
    phone = EncryptedTextField(
        "电话",
        purpose=_PHONE,
        blank=True,
        default="",
        validators=[RegexValidator(r"\A\+?[0-9 -]{7,20}\Z", "电话应是7至20位数字。请改正或留空。")],
    )
    phone_index = models.CharField("电话索引", max_length=70, blank=True, editable=False, db_index=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="people", verbose_name="单位")
    active = models.BooleanField("在岗", default=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ("display_name",)

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **options: Any) -> None:
        """Save the number without spaces, and its index with it."""
        self.phone = _compact(self.phone)
        ring = KeyRing.load(settings.DATA)
        self.phone_index = ring.blind_index(self.phone, _PHONE) if self.phone else ""
        super().save(*args, **options)


def _compact(phone: str) -> str:
    return re.sub(r"[ -]", "", phone)
