"""Money of a project: contracts, changes, payments, retention money, final accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.access.scope import scope_of
from anju.kernel.works import money
from anju.kernel.works.errors import WorksError
from anju.kernel.works.models import ChangeOrder, ChangeState, Contract, FinalAccount, Retention
from anju.kernel.works.money import ChangeTold, ContractTold
from anju.web.works.forms.base import Chosen, StepForm, Yuan, day, number, pick, text, whole
from anju.web.works.forms.setting import companies


class _OnContract(StepForm):
    def contracts(self) -> Any:
        return Contract.objects.current().filter(project=self.project)

    def prepare(self) -> None:
        self.choose("contract", self.contracts(), empty=False)


class ContractForm(StepForm):
    step = "contract"
    title = gettext_lazy("登记合同")
    button = gettext_lazy("登记")

    number = text(gettext_lazy("合同编号"), 60)
    party = Chosen(gettext_lazy("对方单位"))
    amount = Yuan(gettext_lazy("合同价（元）"))
    signed_on = day(gettext_lazy("签订日期"))
    start_on = day(gettext_lazy("期限自"))
    end_on = day(gettext_lazy("期限至"))
    file = forms.FileField(label=gettext_lazy("合同文本"), required=False)

    def prepare(self) -> None:
        self.choose("party", companies())
        self.fields["party"].initial = str(self.project.contractor_id or "")

    def take(self) -> None:
        given = self.cleaned_data
        told = ContractTold(
            given["number"],
            given["party"],
            given["amount"],
            given["signed_on"],
            given["start_on"],
            given["end_on"],
            self.stored("file"),
        )
        money.new_contract(self.project, told, actor=self.actor)


class ChangeForm(StepForm):
    step = "change"
    title = gettext_lazy("提变更")
    button = gettext_lazy("提交批准")
    hint = gettext_lazy("减少的写负数；另一位同事批准后才算数。")

    contract = Chosen(gettext_lazy("合同"), required=False)
    amount = Yuan(gettext_lazy("增减金额（元）"), required=False)
    days = whole(gettext_lazy("增减天数"), required=False, least=-999, most=999)
    item = Chosen(gettext_lazy("工程量"), required=False)
    quantity = number(gettext_lazy("增减数量"), required=False)
    reason = text(gettext_lazy("原因"), 300, lines=2)

    def prepare(self) -> None:
        self.choose("contract", Contract.objects.current().filter(project=self.project))
        self.choose("item", self.project.items.all())

    def take(self) -> None:
        given = self.cleaned_data
        told = ChangeTold(
            given["reason"],
            given["contract"],
            given["amount"],
            given["days"] or 0,
            given["item"],
            given["quantity"] or Decimal(0),
        )
        money.propose(self.project, told, actor=self.actor)


class DecideForm(StepForm):
    step = "decide"
    title = gettext_lazy("批准变更")
    button = gettext_lazy("决定")
    right = "may_accept"

    change = Chosen(gettext_lazy("变更"))
    decision = pick(gettext_lazy("决定"), (("yes", gettext_lazy("批准")), ("no", gettext_lazy("退回"))))
    because = text(gettext_lazy("意见"), 300, required=False, help_text=gettext_lazy("退回时必填。"))

    def prepare(self) -> None:
        rows = ChangeOrder.objects.current().filter(project=self.project, state=ChangeState.PROPOSED)
        self.choose("change", rows, empty=False)

    def take(self) -> None:
        given = self.cleaned_data
        money.decide(given["change"], given["decision"] == "yes", actor=self.actor, because=given["because"])


class LinkForm(_OnContract):
    step = "link"
    title = gettext_lazy("列入付款")
    button = gettext_lazy("列入")
    hint = gettext_lazy("付款从资金台账读，这里只写明哪一笔付的是哪份合同。")

    contract = Chosen(gettext_lazy("合同"))
    voucher = text(gettext_lazy("凭证号"), 60)
    amount = Yuan(gettext_lazy("用于本合同（元）"))

    def take(self) -> None:
        given = self.cleaned_data
        found = money.payments(given["contract"], scope_of(self.request.user), given["voucher"])
        if len(found) != 1:
            sentence = (
                gettext("资金台账里有{n}笔凭证{voucher}。")
                if found
                else gettext("资金台账里没有凭证{voucher}。")
            )
            raise WorksError(
                sentence.format(n=len(found), voucher=given["voucher"]), gettext("请核对凭证号。"), "voucher"
            )
        money.link(given["contract"], found[0], given["amount"], actor=self.actor)


class RetainForm(_OnContract):
    step = "retain"
    title = gettext_lazy("留质保金")
    button = gettext_lazy("登记")

    contract = Chosen(gettext_lazy("合同"))
    share = number(gettext_lazy("比例（%）"))
    due_on = day(gettext_lazy("到期日"))

    def take(self) -> None:
        given = self.cleaned_data
        money.retain(given["contract"], given["share"] / 100, given["due_on"], actor=self.actor)


class ReleaseForm(_OnContract):
    """Asked for by one person, approved by another: the same form does what is next."""

    step = "release"
    title = gettext_lazy("返还质保金")
    button = gettext_lazy("办理")
    right = "may_manage_or_accept"
    hint = gettext_lazy("到期后一人申请，另一人批准。")

    contract = Chosen(gettext_lazy("合同"))
    way = pick(
        gettext_lazy("办理"), (("ask", gettext_lazy("申请返还")), ("release", gettext_lazy("批准返还")))
    )

    def contracts(self) -> Any:
        held = Retention.objects.current().filter(released_on__isnull=True)
        return super().contracts().filter(retentions__in=held)

    def take(self) -> None:
        given = self.cleaned_data
        held = Retention.objects.current().get(contract=given["contract"])
        step = money.ask_release if given["way"] == "ask" else money.release
        step(held, actor=self.actor, today=self.today)


class SettleForm(_OnContract):
    step = "settle"
    title = gettext_lazy("编结算")
    button = gettext_lazy("编制")
    hint = gettext_lazy("送审金额 = 合同价 + 变更 − 扣减。")

    contract = Chosen(gettext_lazy("合同"))
    deductions = Yuan(gettext_lazy("扣减（元）"), required=False)

    def take(self) -> None:
        money.settle(self.cleaned_data["contract"], self.cleaned_data["deductions"], actor=self.actor)


class AuditForm(_OnContract):
    step = "audit"
    title = gettext_lazy("审定结算")
    button = gettext_lazy("审定")
    right = "may_accept"

    contract = Chosen(gettext_lazy("合同"))
    audited = Yuan(gettext_lazy("审定金额（元）"))
    on = day(gettext_lazy("审定日期"))

    def contracts(self) -> Any:
        waiting = FinalAccount.objects.current().filter(audited_fen__isnull=True)
        return super().contracts().filter(accounts__in=waiting)

    def take(self) -> None:
        given = self.cleaned_data
        account = FinalAccount.objects.current().get(contract=given["contract"])
        money.audit_account(account, given["audited"], given["on"], actor=self.actor, today=self.today)
