"""Files of places and of equipment that were imported."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from anju.kernel.files.models import StoredFile
from anju.kernel.records.models import Record


class Content(models.TextChoices):
    PLACES = "places", gettext_lazy("场所")
    ASSETS = "assets", gettext_lazy("设备")


class Batch(Record):
    """One imported file: the original, the system its coordinates were declared in, and what it brought.

    Its rows may lie in many areas, so only those who see everything, and who imported it, see it.
    """

    original = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="原件")
    content = models.CharField("内容", max_length=12, choices=Content)
    system = models.CharField("坐标系", max_length=16, blank=True)
    rows = models.PositiveIntegerField("行数")
    new = models.PositiveIntegerField("新登记")
    filled = models.PositiveIntegerField("补全")
    imported_by = models.CharField("导入人", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "场所和设备导入"
        ordering = ("-recorded_at",)

    def __str__(self) -> str:
        return f"{self.original.name}（{self.get_content_display()}）"
