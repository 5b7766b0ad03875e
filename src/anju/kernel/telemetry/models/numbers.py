"""Numbers without gaps, for parts that know no keys: the gateway's tables are arrays, and row i is number i."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from anju.kernel.assets.models import Asset
from anju.kernel.records.models import Record


class Counter(models.Model):
    """The last number that was given out. Its row is locked until the numbers are kept."""

    name = models.CharField("名称", max_length=20, primary_key=True)
    last = models.PositiveIntegerField("最后编号", default=0)

    class Meta:
        verbose_name = "编号"


def take(name: str, count: int = 1) -> range:
    """The next numbers, from 1 on; to be called in the transaction that keeps them."""
    Counter.objects.get_or_create(name=name)
    row = Counter.objects.select_for_update().get(name=name)
    first = row.last + 1
    row.last += count
    row.save(update_fields=["last"])
    return range(first, first + count)


class Numbered(Record):
    """A row that the gateway knows by a number."""

    counter = ""

    number = models.PositiveIntegerField("序号", unique=True, editable=False, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if self.number is None:
                self.number = take(self.counter)[0]
            super().save(*args, **options)


class AssetNumber(models.Model):
    """The number of an asset that has series, or has parts that have."""

    asset = models.OneToOneField(
        Asset, models.CASCADE, primary_key=True, related_name="telemetry_number", verbose_name="设备"
    )
    number = models.PositiveIntegerField("序号", unique=True)

    class Meta:
        verbose_name = "设备序号"
