"""Contracts, change orders, payments read from the money ledger, retention money and final accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.files.models import StoredFile
from anju.kernel.funds.models import Payment
from anju.kernel.parties.models import Organisation
from anju.kernel.values.scope import Scope
from anju.kernel.works.errors import WorksError
from anju.kernel.works.judging.figures import figures
from anju.kernel.works.measuring.tallies import paid_links
from anju.kernel.works.models import (
    ChangeOrder,
    ChangeState,
    Contract,
    FinalAccount,
    PaymentLink,
    QuantityItem,
    Retention,
    WorksProject,
)

LEAST_REASON = 5


@dataclass(frozen=True, slots=True)
class ContractTold:
    number: str
    party: Organisation
    amount_fen: int
    signed_on: date
    start_on: date
    end_on: date
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class ChangeTold:
    reason: str
    contract: Contract | None = None
    amount_fen: int = 0
    days: int = 0
    item: QuantityItem | None = None
    quantity: Decimal = Decimal(0)


@transaction.atomic
def new_contract(project: WorksProject, told: ContractTold, *, actor: str) -> Contract:
    """Raises ``WorksError``."""
    number = told.number.strip()
    if not number:
        raise WorksError(gettext("没有写合同编号。"), gettext("请补上。"), "number")
    if Contract.objects.current().filter(project=project, number=number).exists():
        raise WorksError(
            gettext("合同{number}已经登记。").format(number=number), gettext("请核对。"), "number"
        )
    if told.amount_fen <= 0:
        raise WorksError(gettext("合同价要大于0。"), gettext("请改正。"), "amount")
    if told.end_on < told.start_on:
        raise WorksError(gettext("合同期限的止日早于起日。"), gettext("请改正日期。"), "end_on")
    made = Contract.objects.create(
        project=project,
        number=number,
        party=told.party,
        amount_fen=told.amount_fen,
        signed_on=told.signed_on,
        start_on=told.start_on,
        end_on=told.end_on,
        file=told.file,
        entered_by=actor,
    )
    audit.record("works.contract", made, actor=actor, after={"number": number, "fen": told.amount_fen})
    return made


@transaction.atomic
def withdraw_contract(contract: Contract, reason: str, *, actor: str) -> None:
    """Take back a contract that was entered wrongly; refused once anything hangs on it."""
    _because(reason)
    for rows in (contract.changes, contract.payments, contract.retentions, contract.accounts):
        if rows.filter(superseded_at__isnull=True).exists():
            raise WorksError(gettext("合同已有变更、付款、质保金或结算。"), gettext("请先把它们作废或退回。"))
    contract.supersede()
    audit.record("works.contract.withdraw", contract, actor=actor, reason=reason.strip())


@transaction.atomic
def propose(project: WorksProject, told: ChangeTold, *, actor: str) -> ChangeOrder:
    """A change that waits for another person's approval. Raises ``WorksError``."""
    reason = _because(told.reason)
    if not (told.amount_fen or told.days or told.quantity):
        raise WorksError(gettext("变更没有写增减。"), gettext("请填金额、天数或数量中的一项。"), "amount")
    if told.amount_fen and told.contract is None:
        raise WorksError(gettext("金额变更没有选合同。"), gettext("请选合同。"), "contract")
    if told.quantity and told.item is None:
        raise WorksError(gettext("数量变更没有选工程量。"), gettext("请选工程量。"), "item")
    for part in (told.contract, told.item):
        if part and part.project_id != project.pk:
            raise WorksError(gettext("所选的不是这个项目的。"), gettext("请从列表里选。"), "contract")
    made = ChangeOrder.objects.create(
        project=project,
        contract=told.contract,
        amount_fen=told.amount_fen,
        days=told.days,
        item=told.item if told.quantity else None,
        quantity=told.quantity,
        reason=reason,
        proposed_by=actor,
    )
    audit.record("works.change", made, actor=actor, after=_facts(made), reason=reason)
    return made


@transaction.atomic
def decide(change: ChangeOrder, approve: bool, *, actor: str, because: str = "") -> ChangeOrder:
    """Approve a change, as another person than its proposer, or return it with a reason. ``WorksError``."""
    rows = ChangeOrder.objects.current().select_for_update().filter(state=ChangeState.PROPOSED)
    row: ChangeOrder | None = rows.filter(key=change.key).first()
    if row is None:
        raise WorksError(gettext("这项变更已经办过。"), gettext("请看最新的状态。"))
    if not approve:
        state, because = ChangeState.RETURNED, _because(because)
    elif row.proposed_by == actor:
        raise WorksError(gettext("提出人不能自己批准。"), gettext("请由另一位同事批准。"))
    else:
        state = ChangeState.APPROVED
        _refuse_below_nothing(row)
    made = row.replaced(state=state, decided_by=actor, decided_because=because.strip())
    audit.record(f"works.change.{state}", made, actor=actor, after=_facts(made), reason=because.strip())
    return made


def _refuse_below_nothing(change: ChangeOrder) -> None:
    """A contract cannot be changed below what was paid, nor a quantity below nothing."""
    if change.contract and total(change.contract) + change.amount_fen < paid(change.contract):
        raise WorksError(gettext("变更后的合同价低于已付金额。"), gettext("请核对金额。"), "amount")
    if change.item:
        others = ChangeOrder.objects.current().filter(item=change.item, state=ChangeState.APPROVED)
        before = others.aggregate(n=Sum("quantity"))["n"] or Decimal(0)
        if change.item.planned + before + change.quantity < 0:
            raise WorksError(gettext("变更后的计划量低于0。"), gettext("请核对数量。"), "quantity")


def _facts(change: ChangeOrder) -> dict[str, Any]:
    return {"fen": change.amount_fen, "days": change.days, "quantity": str(change.quantity)}


def total(contract: Contract) -> int:
    """The contract's amount with its approved changes, in fen."""
    approved = ChangeOrder.objects.current().filter(contract=contract, state=ChangeState.APPROVED)
    return int(contract.amount_fen + (approved.aggregate(fen=Sum("amount_fen"))["fen"] or 0))


def paid(contract: Contract) -> int:
    """What the money ledger holds of the payments that are linked to the contract, in fen."""
    return sum(
        link["amount_fen"] for link in paid_links(PaymentLink.objects.current().filter(contract=contract))
    )


def payments(contract: Contract, scope: Scope, voucher: str) -> list[Payment]:
    """The payments in the ledger under a voucher that the person may see."""
    rows = Payment.objects.current().within(scope).filter(voucher=voucher.strip())
    return list(rows.order_by("year", "line_code"))


@transaction.atomic
def link(contract: Contract, payment: Payment, amount_fen: int, *, actor: str) -> PaymentLink:
    """Say that so much of a payment went to a contract: never more than the payment, nor than contract + changes."""
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    same = {"year": payment.year, "voucher": payment.voucher, "line_code": payment.line_code}
    used = PaymentLink.objects.current().filter(**same)
    if used.filter(contract=contract).exists():
        raise WorksError(
            gettext("凭证{voucher}已经列入本合同。").format(voucher=payment.voucher),
            gettext("请核对凭证号。"),
            "voucher",
        )
    held = Payment.objects.current().filter(**same).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    left = held - (used.aggregate(fen=Sum("amount_fen"))["fen"] or 0)
    if not 0 < amount_fen <= left:
        raise WorksError(
            gettext("这笔支付还可列{yuan}元。").format(yuan=f"{left / 100:,.2f}"),
            gettext("请改正金额。"),
            "amount",
        )
    room = total(contract) - paid(contract)
    if amount_fen > room:
        raise WorksError(
            gettext("付款超过合同价加变更，还可付{yuan}元。").format(yuan=f"{room / 100:,.2f}"),
            gettext("请先批准变更，或改正金额。"),
            "amount",
        )
    made = PaymentLink.objects.create(contract=contract, **same, amount_fen=amount_fen, linked_by=actor)
    audit.record("works.payment", contract, actor=actor, after=same | {"fen": amount_fen})
    return made


@transaction.atomic
def retain(contract: Contract, share: Decimal, due_on: date, *, actor: str) -> Retention:
    """Hold a share of contract and changes back; not above the ceiling of the figures in force when it was signed."""
    most = figures(contract.signed_on).retention_most
    if not 0 < share <= most:
        raise WorksError(
            gettext("质保金比例应大于0、不超过{most}%。").format(
                most=f"{most * 100:f}".rstrip("0").rstrip(".")
            ),
            gettext("请改正。"),
            "share",
        )
    if Retention.objects.current().filter(contract=contract).exists():
        raise WorksError(gettext("这份合同已有质保金。"), gettext("请在原来那条上办理。"), "share")
    fen = int((total(contract) * share).quantize(Decimal(1), ROUND_HALF_UP))
    made = Retention.objects.create(
        contract=contract, share=share, amount_fen=fen, due_on=due_on, entered_by=actor
    )
    audit.record("works.retention", contract, actor=actor, after={"fen": fen, "due": str(due_on)})
    return made


@transaction.atomic
def ask_release(retention: Retention, *, actor: str, today: date) -> Retention:
    """Ask for the money to be given back, from the day on which it is due."""
    row = _held(retention)
    if today < row.due_on:
        raise WorksError(gettext("质保金{day}到期。").format(day=row.due_on), gettext("请到期后申请。"))
    made = row.replaced(asked_by=actor)
    audit.record("works.retention.ask", row.contract, actor=actor, after={"fen": row.amount_fen})
    return made


@transaction.atomic
def release(retention: Retention, *, actor: str, today: date) -> Retention:
    """Approve the release, as another person than who asked."""
    row = _held(retention)
    if not row.asked_by:
        raise WorksError(gettext("还没有人申请返还。"), gettext("请先由业务科室申请。"))
    if row.asked_by == actor:
        raise WorksError(gettext("申请人不能自己批准。"), gettext("请由另一位同事批准。"))
    made = row.replaced(released_by=actor, released_on=today)
    audit.record("works.retention.release", row.contract, actor=actor, after={"fen": row.amount_fen})
    return made


def _held(retention: Retention) -> Retention:
    rows = Retention.objects.current().select_for_update()
    row: Retention | None = rows.filter(contract=retention.contract_id, released_on__isnull=True).first()
    if row is None:
        raise WorksError(gettext("质保金已经返还。"), gettext("无需再办。"))
    return row


@transaction.atomic
def settle(contract: Contract, deductions_fen: int, *, actor: str) -> FinalAccount:
    """Prepare the account: contract + changes − deductions; an account that is audited already stays."""
    if deductions_fen < 0:
        raise WorksError(gettext("扣减不能为负。"), gettext("增加金额请提变更。"), "deductions")
    old: FinalAccount | None = FinalAccount.objects.current().filter(contract=contract).first()
    if old and old.audited_fen is not None:
        raise WorksError(gettext("结算已经审定。"), gettext("无需再编。"))
    if old:
        old.supersede()
    changes = total(contract) - contract.amount_fen
    made = FinalAccount.objects.create(
        contract=contract,
        contract_fen=contract.amount_fen,
        changes_fen=changes,
        deductions_fen=deductions_fen,
        claimed_fen=contract.amount_fen + changes - deductions_fen,
        prepared_by=actor,
    )
    audit.record("works.account", contract, actor=actor, after={"fen": made.claimed_fen})
    return made


@transaction.atomic
def audit_account(
    account: FinalAccount, audited_fen: int, on: date, *, actor: str, today: date
) -> FinalAccount:
    """What the audit leaves of the account: by another person, not above what was claimed."""
    rows = FinalAccount.objects.current().select_for_update().filter(audited_fen__isnull=True)
    row: FinalAccount | None = rows.filter(contract=account.contract_id).first()
    if row is None:
        raise WorksError(gettext("结算已经审定。"), gettext("无需再办。"))
    if row.prepared_by == actor:
        raise WorksError(gettext("编制人不能自己审定。"), gettext("请由另一位同事审定。"))
    if not 0 <= audited_fen <= row.claimed_fen:
        raise WorksError(gettext("审定金额不能超过送审金额。"), gettext("请核对。"), "audited")
    if on > today:
        raise WorksError(gettext("日期还没有到。"), gettext("请填今天或更早的日期。"), "on")
    made = row.replaced(audited_fen=audited_fen, audited_by=actor, audited_on=on)
    audit.record("works.account.audit", row.contract, actor=actor, after={"fen": audited_fen})
    return made


def _because(reason: str) -> str:
    if len(reason.strip()) < LEAST_REASON:
        raise WorksError(gettext("没有写原因。"), gettext("请用一句话写明原因。"), "reason")
    return reason.strip()
