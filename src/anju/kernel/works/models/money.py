"""Contracts and what changes, pays, holds back and settles them. Amounts are fen."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy
from uuid6 import uuid7

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Ledger
from anju.kernel.works.models.plan import PROJECT_BODIES, QuantityItem, WorksProject

CONTRACT_BODIES = tuple(f"contract__{path}" for path in PROJECT_BODIES)


class Contract(Ledger):
    """What was agreed with whom. It never changes: a longer term and another amount are change orders."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(
        WorksProject, models.PROTECT, related_name="contracts", verbose_name="工程项目"
    )
    number = models.CharField("合同编号", max_length=60)
    party = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="对方单位")
    amount_fen = models.BigIntegerField("合同价（分）")
    signed_on = models.DateField("签订日期")
    start_on = models.DateField("期限自")
    end_on = models.DateField("期限至")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, verbose_name="合同文本")
    entered_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "合同"
        constraints = (
            models.UniqueConstraint(
                fields=["project", "number"],
                condition=Q(superseded_at__isnull=True),
                name="works_contract_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, end_on__gte=F("start_on")), name="works_contract_is_one"
            ),
        )

    def __str__(self) -> str:
        return self.number


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("待批准")
    APPROVED = "approved", gettext_lazy("已批准")
    RETURNED = "returned", gettext_lazy("已退回")


class ChangeOrder(Ledger):
    """More or less money, days or quantity, for a reason; it counts when another person has approved it."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(WorksProject, models.PROTECT, related_name="changes", verbose_name="工程项目")
    key = models.UUIDField("变更", default=uuid7, editable=False)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name="合同"
    )
    amount_fen = models.BigIntegerField("增减金额（分）", default=0)
    days = models.SmallIntegerField("增减天数", default=0)
    item = models.ForeignKey(
        QuantityItem, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name="工程量"
    )
    quantity = models.DecimalField("增减数量", max_digits=16, decimal_places=3, default=0)
    reason = models.CharField("原因", max_length=300)
    state = models.CharField("状态", max_length=8, choices=ChangeState, default=ChangeState.PROPOSED)
    proposed_by = models.CharField("提出人", max_length=150)
    decided_by = models.CharField("批准人", max_length=150, blank=True)
    decided_because = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "变更"
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at__isnull=True), name="works_change_one_current"
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("proposed_by")) | Q(state="returned"),
                name="works_change_approved_by_another",
                violation_error_message=gettext_lazy("提出人不能自己批准。"),
            ),
            models.CheckConstraint(
                condition=Q(quantity=0) | Q(item__isnull=False), name="works_change_quantity_of_an_item"
            ),
        )

    def __str__(self) -> str:
        return self.reason


class PaymentLink(Ledger):
    """So much of a payment in the money ledger went to this contract. The payment is named as that ledger does."""

    scope_area = "contract__project__area"
    scope_organisation = CONTRACT_BODIES

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="payments", verbose_name="合同")
    year = models.PositiveSmallIntegerField("年度")
    voucher = models.CharField("凭证号", max_length=60)
    line_code = models.CharField("项目编码", max_length=40)
    amount_fen = models.BigIntegerField("用于本合同（分）")
    linked_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "合同付款"
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "year", "voucher", "line_code"],
                condition=Q(superseded_at__isnull=True),
                name="works_payment_once_a_contract",
            ),
        )


class Retention(Ledger):
    """Money held back for the guarantee (质保金), and its release by two persons."""

    scope_area = "contract__project__area"
    scope_organisation = CONTRACT_BODIES

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="retentions", verbose_name="合同")
    share = models.DecimalField("比例", max_digits=5, decimal_places=4)
    amount_fen = models.BigIntegerField("金额（分）")
    due_on = models.DateField("到期日")
    entered_by = models.CharField("经手人", max_length=150)
    asked_by = models.CharField("申请返还人", max_length=150, blank=True)
    released_by = models.CharField("批准人", max_length=150, blank=True)
    released_on = models.DateField("返还日期", null=True, blank=True)

    class Meta:
        verbose_name = "质保金"
        constraints = (
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(superseded_at__isnull=True),
                name="works_retention_once_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(released_by="") | ~Q(released_by=F("asked_by")),
                name="works_retention_released_by_another",
                violation_error_message=gettext_lazy("申请人不能自己批准。"),
            ),
        )


class FinalAccount(Ledger):
    """结算: contract + changes − deductions, and what the audit left of it."""

    scope_area = "contract__project__area"
    scope_organisation = CONTRACT_BODIES

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="accounts", verbose_name="合同")
    contract_fen = models.BigIntegerField("合同价（分）")
    changes_fen = models.BigIntegerField("变更（分）")
    deductions_fen = models.BigIntegerField("扣减（分）")
    claimed_fen = models.BigIntegerField("送审金额（分）")
    audited_fen = models.BigIntegerField("审定金额（分）", null=True, blank=True)
    prepared_by = models.CharField("编制人", max_length=150)
    audited_by = models.CharField("审核人", max_length=150, blank=True)
    audited_on = models.DateField("审定日期", null=True, blank=True)

    class Meta:
        verbose_name = "结算"
        constraints = (
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(superseded_at__isnull=True),
                name="works_account_once_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(claimed_fen=F("contract_fen") + F("changes_fen") - F("deductions_fen")),
                name="works_account_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(audited_by="") | ~Q(audited_by=F("prepared_by")),
                name="works_account_audited_by_another",
                violation_error_message=gettext_lazy("编制人不能自己审定。"),
            ),
        )
