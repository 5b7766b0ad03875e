"""A file's standing on 31 July, worked by hand from the plans and budgets of the sample (those of a real file)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from anju.kernel.files import store
from anju.kernel.indicators import reporting
from anju.kernel.indicators.computing import IndicatorError
from anju.kernel.indicators.models import Source, Value
from anju.kernel.indicators.reporting import Document, Signed
from anju.packs.budget.keeping import answers
from anju.packs.budget.keeping.answers import Said
from anju.packs.budget.keeping.standing import LineStanding, standings
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.testing import kept_file, line, pay, target

pytestmark = pytest.mark.django_db
JULY = date(2021, 7, 31)
GAS, DUST = "801002B21DX0043", "801002B21DX0031"  # 5,820 and 60 万元
D = Decimal


@pytest.fixture
def file() -> BudgetFile:
    return kept_file()


def stands(file: BudgetFile, code: str, on: date = JULY) -> LineStanding:
    return standings(file, on, lines=[line(file, code)])[0]


def signed(actor: str, *documents: Document, note: str = "") -> Signed:
    return Signed(actor, timezone.now(), note, documents)


def paper() -> Document:
    return Document(
        store(BytesIO("验收合格".encode()), "验收单.txt", actor="科室"), "acceptance", date(2021, 7, 20)
    )


def test_without_a_ledger_or_an_answer_nothing_is_assessable(file: BudgetFile) -> None:
    gas = stands(file, GAS)
    assert (gas.rate, gas.money_deviation, gas.attained) == (None, None, None)
    assert gas.adjusted == 5_820_000_000
    assert gas.grade == "na"


def test_planned_progress_of_31_july(file: BudgetFile) -> None:
    assert {c: stands(file, c).planned.quantize(D("0.01")) for c in (GAS, DUST)} == {  # type: ignore[union-attr]
        GAS: D("58.33"),
        DUST: D("60.00"),
    }


def test_payments_give_the_execution_rate_and_answer_the_payment_rate_target(
    file: BudgetFile, tmp_path: Path
) -> None:
    pay(tmp_path, file, f"{GAS},2021-03-05,1,1000", f"{GAS},2021-08-05,2,1000", complete_to=JULY)
    gas = stands(file, GAS)
    assert gas.rate == D(1000) * 100 / D(5820)
    assert gas.money_deviation == gas.rate - gas.planned  # type: ignore[operator]
    rate = next(t for t in gas.targets if t.row.name == "预算资金支出率")
    assert (rate.answer.evidence, rate.standing.attained) == ("measured", gas.rate)
    assert stands(file, DUST).paid == 0


def test_a_figure_is_asserted_then_documented_and_counts_from_its_day_on(file: BudgetFile) -> None:
    households = target(file, GAS, "安装户数")  # 38万户
    value = answers.say(households, JULY, Said(number="20"), signed("科室", paper()))
    assert (value.number, value.unit) == (200_000, "户")
    found = answers.answers([households], JULY)[households.key]
    assert (found.evidence, found.words) == ("asserted", "200000户")
    reporting.confirm(value, signed("财务"))
    assert answers.answers([households], JULY)[households.key].evidence == "documented"
    assert answers.answers([households], date(2021, 7, 30))[households.key].evidence == "none"
    gas = stands(file, GAS)
    assert gas.attained == D(200_000) * 100 / 380_000
    assert len(gas.attainments) == 1  # the deadline is not due yet and says nothing


def test_money_ahead_of_work_grades_worse_than_both_late(file: BudgetFile, tmp_path: Path) -> None:
    households = target(file, GAS, "安装户数")
    # Work 15 points late (43.33 % of 380,000), money 15 points late against 15 points ahead.
    done = (D("43.33") * 3800).quantize(D(1))
    answers.say(households, JULY, Said(number=str(done / 10_000)), signed("科室"))
    pay(tmp_path, file, f"{GAS},2021-03-05,1,{D('43.33') * 5820 / 100}", complete_to=JULY)
    late = next(t for t in stands(file, GAS).targets if t.row.key == households.key)
    pay(tmp_path, file, f"{GAS},2021-03-06,2,{D(30) * 5820 / 100}", complete_to=JULY)
    ahead = next(t for t in stands(file, GAS).targets if t.row.key == households.key)
    order = ["ok", "warn", "high", "crit"]
    assert order.index(ahead.judgement.grade) > order.index(late.judgement.grade)
    assert any("钱付在了工作前面" in reason for reason in ahead.judgement.reasons)


def test_a_deadline_that_passed_without_an_acceptance_record_is_red(file: BudgetFile) -> None:
    code = "801002B16DX0011"
    deadline = target(file, code, "项目完成时限")  # 2021年6月底
    found = next(t for t in stands(file, code).targets if t.row.key == deadline.key)
    assert (found.judgement.grade, found.standing.passed) == ("crit", True)
    assert stands(file, code).grade == "crit"
    answers.say(deadline, JULY, Said(day=date(2021, 6, 29)), signed("科室", paper()))
    found = next(t for t in stands(file, code).targets if t.row.key == deadline.key)
    assert (found.standing.passed, found.standing.attained) == (False, 100)


def test_a_ratio_keeps_its_counts_and_a_better_source_goes_first(file: BudgetFile) -> None:
    satisfaction = target(file, GAS, "城镇既有住宅燃气用户满意度")  # 80%以上
    own = answers.say(satisfaction, JULY, Said(numerator="450", denominator="500"), signed("科室"))
    reporting.confirm(own, signed("财务"))
    survey = answers.say(
        satisfaction, JULY, Said(numerator="390", denominator="500"), signed("评估机构"), Source.THIRD_PARTY
    )
    assert answers.answers([satisfaction], JULY)[satisfaction.key].words == "90%（450/500）"
    reporting.confirm(survey, signed("财务"))
    assert answers.answers([satisfaction], JULY)[satisfaction.key].words == "78%（390/500）"


@pytest.mark.parametrize("said", [Said(), Said(number="很多"), Said(number="NaN"), Said(judgement="super")])
def test_what_is_no_answer_is_refused_and_nothing_is_kept(file: BudgetFile, said: Said) -> None:
    with pytest.raises(IndicatorError):
        answers.say(target(file, GAS, "安装户数"), JULY, said, signed("科室"))
    assert not Value.objects.exists()


def test_what_was_known_at_a_moment_can_be_asked_again(file: BudgetFile) -> None:
    households = target(file, GAS, "安装户数")
    answers.say(households, JULY, Said(number="20"), signed("科室"))
    moment = timezone.now()
    answers.say(households, JULY, Said(number="30"), signed("科室"))
    assert answers.answers([households], JULY, moment)[households.key].words == "200000户"
    assert answers.answers([households], JULY)[households.key].words == "300000户"
