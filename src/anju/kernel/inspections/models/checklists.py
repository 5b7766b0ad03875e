"""Checklists through their versions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.inspections.items import Item
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Record


class Checklist(Record):
    """What is looked at, under one name and code through its versions; the code stands in the rules of findings."""

    scope_area = "owner__area"
    scope_organisation = "owner"

    code = models.CharField(
        "编码",
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"\A[a-z][a-z0-9-]*\Z", gettext_lazy("编码只含小写字母、数字和连字符。"))],
    )
    title = models.CharField("名称", max_length=120)
    title_en = models.CharField("英文名称", max_length=120, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name="主办单位")
    made_by = models.CharField("建立人", max_length=150)

    class Meta:
        verbose_name = "检查清单"

    def __str__(self) -> str:
        return self.title


class Version(Record):
    """The items of a checklist at one time; once published they never change.

    ``least_inspectors`` is how many the law wants to be there (行政处罚法第42条: two), ``party_signs`` whether the
    inspected party signs, or refuses before a witness.
    """

    scope_area = "checklist__owner__area"
    scope_organisation = "checklist__owner"

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="versions", verbose_name="检查清单")
    number = models.PositiveSmallIntegerField("版次")
    content = models.JSONField("检查项", default=list)
    least_inspectors = models.PositiveSmallIntegerField("最少检查人数", default=2)
    party_signs = models.BooleanField("当事人签字", default=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.CharField("发布人", max_length=150, blank=True)

    class Meta:
        verbose_name = "清单版本"
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="inspection_version_once"),
            models.UniqueConstraint(
                fields=["checklist"],
                condition=Q(published_at__isnull=True),
                name="inspection_version_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return gettext("{title}第{number}版").format(title=self.checklist.title, number=self.number)

    def save(self, *args: Any, **options: Any) -> None:
        """Refuses to write over a published version: visits were made with just these items."""
        if Version.objects.filter(pk=self.pk, published_at__isnull=False).exists():
            raise ValidationError(gettext("已发布的版本不能改。请另建一版。"))
        super().save(*args, **options)

    @property
    def items(self) -> list[Item]:
        return [Item.from_json(raw) for raw in self.content]
