"""Contracts and money: who may approve, what may be paid, and that every amount adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from anju.kernel.funds.models import Payment

from . import money
from .errors import WorksError
from .measuring.tallies import money as money_of
from .models import ChangeOrder, Contract, FinalAccount, PaymentLink, WorksProject
from .money import ChangeTold
from .testing import TODAY, Site, contract_of, project_of, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def where() -> Site:
    return site()


@pytest.fixture
def project(where: Site) -> WorksProject:
    return project_of(where)


@pytest.fixture
def contract(project: WorksProject) -> Contract:
    return contract_of(project)  # 100,000 yuan


def payment(where: Site, voucher: str, yuan: int) -> Payment:
    row: dict[str, Any] = {"line_code": "801002B16DX0011", "year": 2021, "organisation": where.owner}
    return Payment.objects.create(
        **row, voucher=voucher, amount_fen=yuan * 100, paid_on=date(2021, 6, 1), entered_by="财"
    )


def changed(project: WorksProject, contract: Contract, yuan: int) -> ChangeOrder:
    told = ChangeTold("增加楼道照明", contract=contract, amount_fen=yuan * 100)
    return money.decide(money.propose(project, told, actor="甲"), True, actor="乙")


def test_paid_is_read_from_the_money_ledger_and_never_passes_contract_and_changes(
    where: Site, project: WorksProject, contract: Contract
) -> None:
    money.link(contract, payment(where, "记-1", 60_000), 6_000_000, actor="财")
    second = payment(where, "记-2", 50_000)
    with pytest.raises(WorksError, match=r"付款超过合同价加变更，还可付40,000\.00元"):
        money.link(contract, second, 5_000_000, actor="财")
    changed(project, contract, 10_000)
    money.link(contract, second, 5_000_000, actor="财")
    standing = money_of([project])[project.pk]
    assert (standing.agreed, standing.changed, standing.total, standing.paid) == (
        10_000_000,
        1_000_000,
        11_000_000,
        11_000_000,
    )


def test_a_payment_goes_to_a_contract_once_and_never_beyond_itself(
    where: Site, project: WorksProject, contract: Contract
) -> None:
    other = contract_of(project_of(where, "W-2"))
    paid = payment(where, "记-1", 1_000)
    money.link(contract, paid, 60_000, actor="财")
    with pytest.raises(WorksError, match="已经列入本合同"):
        money.link(contract, paid, 1, actor="财")
    with pytest.raises(WorksError, match=r"还可列400\.00元"):
        money.link(other, paid, 40_001, actor="财")
    money.link(other, paid, 40_000, actor="财")
    assert PaymentLink.objects.count() == 2


def test_a_payment_that_left_the_money_ledger_counts_nothing(
    where: Site, project: WorksProject, contract: Contract
) -> None:
    paid = payment(where, "记-1", 1_000)
    money.link(contract, paid, 100_000, actor="财")
    paid.supersede()
    assert money.paid(contract) == 0
    assert money_of([project])[project.pk].paid == 0


def test_a_change_counts_only_after_another_person_approved_it(
    project: WorksProject, contract: Contract
) -> None:
    told = ChangeTold("增加楼道照明", contract=contract, amount_fen=100, days=15)
    change = money.propose(project, told, actor="甲")
    assert money.total(contract) == 10_000_000
    with pytest.raises(WorksError, match="提出人不能自己批准"):
        money.decide(change, True, actor="甲")
    with transaction.atomic(), pytest.raises(IntegrityError):
        ChangeOrder.objects.filter(pk=change.pk).update(state="approved", decided_by="甲")
    money.decide(change, True, actor="乙")
    assert money.total(contract) == 10_000_100
    with pytest.raises(WorksError, match="已经办过"):
        money.decide(change, False, actor="乙", because="重复了，退回")
    with pytest.raises(WorksError, match="没有写增减"):
        money.propose(project, ChangeTold("什么也没有变"), actor="甲")


def test_a_change_does_not_fall_below_what_was_paid(
    where: Site, project: WorksProject, contract: Contract
) -> None:
    money.link(contract, payment(where, "记-1", 90_000), 9_000_000, actor="财")
    with pytest.raises(WorksError, match="低于已付金额"):
        changed(project, contract, -20_000)
    assert money.total(contract) == 10_000_000


def test_a_contract_with_payments_is_not_taken_back(where: Site, contract: Contract) -> None:
    money.link(contract, payment(where, "记-1", 1_000), 100, actor="财")
    with pytest.raises(WorksError, match="合同已有变更、付款"):
        money.withdraw_contract(contract, "登记错了对方", actor="甲")


def test_retention_money_is_given_back_when_due_and_by_two_persons(contract: Contract) -> None:
    # 3 % of 100,000 yuan
    with pytest.raises(WorksError, match=r"不超过3%"):
        money.retain(contract, Decimal("0.05"), date(2021, 9, 1), actor="甲")
    held = money.retain(contract, Decimal("0.03"), date(2021, 9, 1), actor="甲")
    assert held.amount_fen == 300_000
    with pytest.raises(WorksError, match="2021-09-01到期"):
        money.ask_release(held, actor="甲", today=date(2021, 8, 31))
    with pytest.raises(WorksError, match="还没有人申请"):
        money.release(held, actor="乙", today=TODAY)
    money.ask_release(held, actor="甲", today=TODAY)
    with pytest.raises(WorksError, match="申请人不能自己批准"):
        money.release(held, actor="甲", today=TODAY)
    assert money.release(held, actor="乙", today=TODAY).released_on == TODAY
    with pytest.raises(WorksError, match="已经返还"):
        money.release(held, actor="乙", today=TODAY)


def test_the_final_account_is_contract_and_changes_less_deductions(
    project: WorksProject, contract: Contract
) -> None:
    # 100,000 + 5,000 − 2,000 = 103,000; the audit leaves 101,500.
    changed(project, contract, 5_000)
    account = money.settle(contract, 200_000, actor="甲")
    assert account.claimed_fen == 10_300_000
    with pytest.raises(WorksError, match="编制人不能自己审定"):
        money.audit_account(account, 10_150_000, TODAY, actor="甲", today=TODAY)
    with pytest.raises(WorksError, match="不能超过送审金额"):
        money.audit_account(account, 10_300_001, TODAY, actor="审", today=TODAY)
    money.audit_account(account, 10_150_000, TODAY, actor="审", today=TODAY)
    assert FinalAccount.objects.current().get().audited_fen == 10_150_000
    with pytest.raises(WorksError, match="已经审定"):
        money.settle(contract, 0, actor="甲")
