"""The ledgers of money. A line is named by its code and year, so that the kernel knows no pack's tables."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Ledger, Record


class Source(models.TextChoices):
    """Where the money comes from (budget form: 资金来源)."""

    FISCAL = "fiscal", gettext_lazy("财政拨款")
    CARRY_OVER = "carry_over", gettext_lazy("上年结转")
    GOVERNMENT_FUND = "government_fund", gettext_lazy("政府性基金")
    UNIT = "unit", gettext_lazy("单位资金")
    SPECIAL_ACCOUNT = "special_account", gettext_lazy("财政专户")
    OTHER = "other", gettext_lazy("其他资金")


class Kind(models.TextChoices):
    INITIAL = "initial", gettext_lazy("年初预算")
    ADJUSTMENT = "adjustment", gettext_lazy("预算调整")


class Content(models.TextChoices):
    PAYMENTS = "payments", gettext_lazy("支付")
    ALLOTMENTS = "allotments", gettext_lazy("预算指标")


class LedgerImport(Record):
    """One imported file of allotments or payments, and up to which day it is complete."""

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    original = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="原件")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位")
    content = models.CharField("内容", max_length=12, choices=Content)
    year = models.PositiveSmallIntegerField("年度")
    rows = models.PositiveIntegerField("行数")
    total_fen = models.BigIntegerField("合计（分）")
    complete_to = models.DateField("数据截至")
    imported_by = models.CharField("导入人", max_length=150)

    class Meta:
        verbose_name = "资金台账导入"

    def __str__(self) -> str:
        return f"{self.original.name}（{self.complete_to}）"


class Money(Ledger):
    """What allotments and payments have in common. A negative amount takes back (调减, 退款)."""

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    line_code = models.CharField("项目编码", max_length=40, db_index=True)
    year = models.PositiveSmallIntegerField("年度")
    source = models.CharField("资金来源", max_length=16, choices=Source, default=Source.FISCAL)
    amount_fen = models.BigIntegerField("金额（分）")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位")
    batch = models.ForeignKey(LedgerImport, models.PROTECT, null=True, blank=True, verbose_name="导入批次")
    entered_by = models.CharField("经手人", max_length=150)

    class Meta:
        abstract = True


class Allotment(Money):
    """Budget given to a line, or changed within the year, with the document that says so."""

    kind = models.CharField("种类", max_length=10, choices=Kind, default=Kind.INITIAL)
    decided_on = models.DateField("批复日期")
    basis = models.CharField("依据", max_length=300)

    class Meta:
        verbose_name = "预算指标"
        indexes = [models.Index(fields=["year", "line_code", "superseded_at"])]

    def __str__(self) -> str:
        return f"{self.line_code} {self.get_kind_display()}"


class Payment(Money):
    """One payment of a line, named by its voucher."""

    paid_on = models.DateField("支付日期")
    voucher = models.CharField("凭证号", max_length=60)
    payee = models.CharField("收款人", max_length=200, blank=True)
    summary = models.CharField("摘要", max_length=300, blank=True)

    class Meta:
        verbose_name = "支付"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "voucher", "line_code", "source"],
                condition=Q(superseded_at__isnull=True),
                name="payment_once_a_voucher",
            )
        ]
        indexes = [models.Index(fields=["year", "line_code", "superseded_at"])]

    def __str__(self) -> str:
        return f"{self.voucher} {self.line_code}"
