"""What people write into the official forms beside the figures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Ledger
from anju.packs.budget.models.files import BudgetFile


class Opinion(Ledger):
    """The words of one section of a form, such as 存在的问题及原因分析 of an evaluation report.

    ``about`` is the key of a line, or the file's own for the whole department; ``topic`` says which sub-goal.
    """

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="opinions", verbose_name="文件")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="预算单位")
    about = models.UUIDField("项目或文件标识", db_index=True)
    section = models.CharField("栏目", max_length=20)
    topic = models.CharField("分项目标", max_length=200, blank=True)
    text = models.TextField("内容", blank=True)
    written_by = models.CharField("填写人", max_length=150)

    class Meta:
        verbose_name = "表内意见"
        constraints = [
            models.UniqueConstraint(
                fields=["about", "section", "topic"],
                condition=Q(superseded_at__isnull=True),
                name="opinion_one_current",
            )
        ]
