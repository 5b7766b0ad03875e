"""What is handed over that nobody can walk around: modules of a system, documents, the steps of a regulation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy
from uuid6 import uuid7

from anju.kernel.files.models import StoredFile
from anju.kernel.records.models import Ledger
from anju.kernel.works.models.plan import PROJECT_BODIES, QuantityItem, WorksProject


class DeliverableKind(models.TextChoices):
    MODULE = "module", gettext_lazy("功能模块")
    DOCUMENT = "document", gettext_lazy("成果文件")
    STEP = "step", gettext_lazy("起草步骤")


class Deliverable(Ledger):
    """A module counts when its test cases have passed, a document when it is filed and approved, a step by its day."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(
        WorksProject, models.PROTECT, related_name="deliverables", verbose_name="工程项目"
    )
    key = models.UUIDField("成果", default=uuid7, editable=False)
    item = models.ForeignKey(
        QuantityItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工程量"
    )
    kind = models.CharField("种类", max_length=8, choices=DeliverableKind)
    name = models.CharField("名称", max_length=120)
    due_on = models.DateField("计划日期")
    done_on = models.DateField("完成日期", null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, verbose_name="文件")
    approved_on = models.DateField("批准日期", null=True, blank=True)
    entered_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "成果"
        ordering = ("due_on", "name")
        constraints = (
            models.UniqueConstraint(
                fields=["project", "name"],
                condition=Q(superseded_at__isnull=True),
                name="works_deliverable_once",
            ),
        )

    def __str__(self) -> str:
        return self.name


class TestCase(Ledger):
    """One acceptance test of a module; ``passed`` is None while it has not been run."""

    __test__ = False  # a model, whatever pytest thinks of its name

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(WorksProject, models.PROTECT, related_name="cases", verbose_name="工程项目")
    key = models.UUIDField("用例", default=uuid7, editable=False)
    deliverable = models.UUIDField("模块", db_index=True)
    name = models.CharField("用例", max_length=160)
    passed = models.BooleanField("通过", null=True, blank=True)
    run_on = models.DateField("测试日期", null=True, blank=True)
    run_by = models.CharField("测试人", max_length=150, blank=True)

    class Meta:
        verbose_name = "验收用例"
        constraints = (
            models.UniqueConstraint(
                fields=["deliverable", "name"],
                condition=Q(superseded_at__isnull=True),
                name="works_case_once",
            ),
        )

    def __str__(self) -> str:
        return self.name
