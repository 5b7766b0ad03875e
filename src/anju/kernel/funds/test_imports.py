from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from anju.kernel.audit.models import AuditRow
from anju.kernel.documents.ledgers import ImportRefused
from anju.kernel.files import store
from anju.kernel.funds.imports import Imported, Task, import_allotments, import_payments, preview
from anju.kernel.funds.models import Allotment, Content, LedgerImport, Payment
from anju.kernel.funds.positions import positions
from anju.kernel.parties.models import Kind, Organisation

pytestmark = pytest.mark.django_db
# Code and budget of a line of the 2021 file of the bureau: 5,820 万元, planned 25/50/75/100 %.
CODE = "801002B21DX0043"
HEAD = "项目编码,支付日期,凭证号,支付金额（元）,资金来源,收款人,摘要"


@pytest.fixture
def bureau() -> Organisation:
    return Organisation.objects.create(name="市局", kind=Kind.BUREAU, budget_code="801002")


def take(tmp_path: Path, bureau: Organisation, text: str, complete_to: date | None = None) -> Imported:
    path = tmp_path / "台账.csv"
    path.write_text(text, "utf8")
    original = store(BytesIO(text.encode()), path.name, actor="财务")
    make = import_payments if "凭证号" in text else import_allotments
    return make(path, original, Task(bureau, 2021, "财务", complete_to))


def test_the_execution_rate_is_paid_over_adjusted_budget(tmp_path: Path, bureau: Organisation) -> None:
    take(
        tmp_path,
        bureau,
        f"项目编码,批复日期,种类,金额（万元）,依据\n{CODE},2021-01-20,年初预算,5820,批复1号\n",
    )
    take(
        tmp_path,
        bureau,
        f"项目编码,批复日期,种类,金额（万元）,依据\n{CODE},2021-06-30,预算调整,-820,批复2号\n",
    )
    rows = (
        f'{HEAD}\n{CODE},2021-03-05,0001,"10,000,000.00",财政拨款,,\n{CODE},2021-07-15,0002,5000000.01,,,\n'
    )
    take(tmp_path, bureau, rows, date(2021, 7, 31))
    asked = positions({CODE: bureau.pk}, 2021, date(2021, 7, 31))[CODE]
    assert (asked.initial, asked.adjusted, asked.paid) == (5_820_000_000, 5_000_000_000, 1_500_000_001)
    assert asked.rate == Decimal(1_500_000_001) / Decimal(5_000_000_000)
    assert asked.sources["fiscal"] == {
        "initial": 5_820_000_000,
        "adjusted": 5_000_000_000,
        "paid": 1_500_000_001,
    }
    march = positions({CODE: bureau.pk}, 2021, date(2021, 3, 31))[CODE]
    assert (march.adjusted, march.paid, march.paid_to) == (5_820_000_000, 1_000_000_000, date(2021, 3, 31))


def test_without_a_ledger_nothing_is_known_and_with_one_nothing_was_paid(
    tmp_path: Path, bureau: Organisation
) -> None:
    centre = Organisation.objects.create(name="中心", kind=Kind.DEPARTMENT, parent=bureau)
    stranger = Organisation.objects.create(name="别局", kind=Kind.BUREAU)
    owners = {CODE: bureau.pk, "A": bureau.pk, "B": centre.pk, "C": stranger.pk}
    assert all(p.paid is None and p.rate is None for p in positions(owners, 2021, date(2021, 7, 31)).values())
    take(tmp_path, bureau, f"{HEAD}\n{CODE},2021-03-05,0001,1.00,,,\n")
    paid = {code: p.paid for code, p in positions(owners, 2021, date(2021, 7, 31)).items()}
    assert paid == {CODE: 100, "A": 0, "B": 0, "C": None}


def test_the_same_ledger_again_adds_nothing_and_a_longer_one_only_what_is_new(
    tmp_path: Path, bureau: Organisation
) -> None:
    first = f"{HEAD}\n{CODE},2021-03-05,0001,1.00,,,\n"
    assert (take(tmp_path, bureau, first).new, take(tmp_path, bureau, first).same) == (1, 1)
    again = take(tmp_path, bureau, f"{first}{CODE},2021-04-05,0002,2.00,,,\n")
    assert (again.new, again.same, Payment.objects.count()) == (1, 1, 2)
    assert AuditRow.objects.filter(action="funds.import").count() == 3


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        (f"{CODE},2021-03-05,0002,一百元整,,,", "第3行", "不是金额"),
        (f"{CODE},2021-13-05,0002,1,,,", "第3行", "不是日期"),
        (f"{CODE},2020-12-31,0002,1,,,", "第3行", "不在2021年度内"),
        (f"{CODE},2021-03-05,,1,,,", "第3行", "没有填写"),
        (f"{CODE},2021-03-05,0002,1.001,,,", "第3行", "不足一分"),
        (f"{CODE},2021-03-05,0002,1,私房钱,,", "第3行", "不可选"),
        (f"{CODE},2021-03-05,0001,2,,,", "第3行", "与本行不符"),
    ],
)
def test_one_bad_row_and_nothing_is_imported(
    tmp_path: Path, bureau: Organisation, row: str, place: str, words: str
) -> None:
    with pytest.raises(ImportRefused, match=words) as refused:
        take(tmp_path, bureau, f"{HEAD}\n{CODE},2021-03-05,0001,1.00,,,\n{row}\n")
    assert place in refused.value.errors[0].place
    assert not Payment.objects.exists()
    assert not LedgerImport.objects.exists()


def test_an_amount_without_a_unit_is_not_guessed(tmp_path: Path, bureau: Organisation) -> None:
    with pytest.raises(ImportRefused, match="没有写明金额单位"):
        take(tmp_path, bureau, f"项目编码,支付日期,凭证号,金额\n{CODE},2021-03-05,1,1\n")


def test_rows_belong_to_the_unit_that_their_code_names(tmp_path: Path, bureau: Organisation) -> None:
    centre = Organisation.objects.create(
        name="中心", kind=Kind.DEPARTMENT, budget_code="801013", parent=bureau
    )
    take(tmp_path, bureau, f"{HEAD}\n801013B16DX0001,2021-03-05,1,1,,,\n{CODE},2021-03-05,1,1,,,\n")
    owners = dict(Payment.objects.values_list("line_code", "organisation"))
    assert owners == {"801013B16DX0001": centre.pk, CODE: bureau.pk}


def test_what_was_known_at_a_moment_can_be_asked_again(tmp_path: Path, bureau: Organisation) -> None:
    take(tmp_path, bureau, f"{HEAD}\n{CODE},2021-03-05,0001,1.00,,,\n", date(2021, 12, 31))
    moment = timezone.now()
    Payment.objects.get().supersede()
    take(tmp_path, bureau, f"{HEAD}\n{CODE},2021-03-05,0001,3.00,,,\n", date(2021, 12, 31))
    day = date(2021, 12, 31)
    assert positions({CODE: bureau.pk}, 2021, day)[CODE].paid == 300
    assert positions({CODE: bureau.pk}, 2021, day, moment)[CODE].paid == 100


def test_allotments_are_not_doubled(tmp_path: Path, bureau: Organisation) -> None:
    text = f"项目编码,批复日期,种类,金额（万元）,依据\n{CODE},2021-01-20,年初预算,5820,批复1号\n"
    take(tmp_path, bureau, text)
    assert take(tmp_path, bureau, text).same == 1
    assert Allotment.objects.count() == 1


def test_a_preview_says_what_an_import_would_do_and_keeps_nothing(
    tmp_path: Path, bureau: Organisation
) -> None:
    text = f"{HEAD},备注\n{CODE},2021-03-05,1,100,,,,x\n{CODE},2021-04-05,2,50,,,,x\n"
    take(tmp_path, bureau, f"{HEAD}\n{CODE},2021-03-05,1,100,,,\n")
    path = tmp_path / "新台账.csv"
    path.write_text(text, "utf8")
    original = store(BytesIO(text.encode()), path.name, actor="财务")
    seen = preview(path, original, Task(bureau, 2021, "财务"), Content.PAYMENTS)
    assert (seen.rows, seen.new, seen.same, seen.total_fen) == (2, 1, 1, 15_000)
    assert seen.days == (date(2021, 3, 5), date(2021, 4, 5))
    assert seen.columns[3] == ("支付金额（元）", "金额")
    assert seen.columns[-1] == ("备注", "")
    assert (Payment.objects.count(), LedgerImport.objects.count()) == (1, 1)


def test_a_preview_tells_a_voucher_that_is_recorded_otherwise(tmp_path: Path, bureau: Organisation) -> None:
    take(tmp_path, bureau, f"{HEAD}\n{CODE},2021-03-05,1,100,,,\n")
    text = f"{HEAD}\n{CODE},2021-03-05,1,200,,,\n"
    path = tmp_path / "台账.csv"
    path.write_text(text, "utf8")
    original = store(BytesIO(text.encode()), path.name, actor="财务")
    seen = preview(path, original, Task(bureau, 2021, "财务"), Content.PAYMENTS)
    assert [(error.place, error.column) for error in seen.errors] == [("第2行", "凭证号")]
    assert seen.new == 0
