"""What people keep of the registers for themselves."""

from __future__ import annotations

from django.db import models

from anju.kernel.records.models import Record


class SavedView(Record):
    """Filters, order and columns of a register under a name. ``query`` is the part of the address after ``?``."""

    owner = models.CharField("所有人", max_length=150)
    register = models.CharField("台账", max_length=60)
    name = models.CharField("名称", max_length=40)
    query = models.TextField("条件", blank=True)

    class Meta:
        verbose_name = "保存的视图"
        ordering = ["recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "register", "name"], name="view_one_of_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.name}"
