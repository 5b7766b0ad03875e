from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from anju.kernel.cases import flow
from anju.kernel.cases.models import Case
from anju.kernel.findings.models import Finding
from anju.kernel.indicators import reporting
from anju.kernel.indicators.models import Request
from anju.kernel.indicators.reporting import Signed
from anju.packs.budget.keeping import answers
from anju.packs.budget.keeping.answers import Said
from anju.packs.budget.models import BudgetFile, RoundEntry
from anju.packs.budget.testing import kept_file, line, target
from anju.packs.budget.year import rounds

pytestmark = pytest.mark.django_db
JULY = date(2021, 7, 31)
NOW = datetime(2021, 8, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
RURAL = "801002B16DX0011"  # its deadline was the end of June


@pytest.fixture
def file() -> BudgetFile:
    return kept_file()


def entry(found: rounds.Round, code: str) -> RoundEntry:
    return RoundEntry.objects.current().get(round=found, line__code=code)


def test_a_red_line_opens_one_case_with_owner_and_deadline_in_working_days(file: BudgetFile) -> None:
    rounds.watch(file, JULY, NOW, actor="系统")
    rounds.watch(file, JULY, NOW, actor="系统")
    case = Case.objects.get(kind=rounds.CASE, finding__part=RURAL)
    assert case.owner == line(file, RURAL).department
    # Ten working days after Monday 2 August 2021 is Monday 16 August.
    assert timezone.localtime(case.deadline).date() == date(2021, 8, 16)
    assert "时限已过" in case.finding.message


def test_acceptance_measures_again_and_is_refused_while_the_line_is_red(file: BudgetFile) -> None:
    rounds.watch(file, JULY, NOW, actor="系统")
    case = Case.objects.get(kind=rounds.CASE, finding__part=RURAL)
    flow.submit(case, "corrected", "已经验收。", actor="科室")
    with pytest.raises(flow.CaseError, match="仍然发现"):
        rounds.accept(case, JULY, actor="领导", now=NOW)
    assert not Request.objects.exists()
    deadline = target(file, RURAL, "项目完成时限")
    said = answers.say(deadline, JULY, Said(day=date(2021, 6, 29)), Signed("科室", timezone.now()))
    reporting.confirm(said, Signed("财务", timezone.now()))
    rounds.accept(case, JULY, actor="领导", now=NOW)
    assert Finding.objects.get(pk=case.finding_id).state == "corrected"
    asked = Request.objects.values_list("code", "subject", "period", "correlation")
    subject = f"budget.line:{line(file, RURAL).key}"
    assert set(asked) == {
        ("budget.execution_rate", subject, "2021", case.correlation),
        ("budget.attainment", subject, "2021", case.correlation),
    }


def test_a_predicted_miss_is_told_while_there_is_time_and_can_be_assigned(file: BudgetFile) -> None:
    """150,000 of 380,000 households by 31 July (planned 58.33 %): at this pace 67.67 % by the end of December."""
    households = target(file, "801002B21DX0043", "安装户数")
    answers.say(households, JULY, Said(number="15"), Signed("科室", timezone.now()))
    rounds.watch(file, JULY, NOW, actor="系统")
    found = Finding.objects.get(rule="budget.predicted_miss", part="801002B21DX0043")
    assert (found.grade, found.state) == ("warn", "open")
    assert "只能完成目标的67.67%" in found.message
    assert "2021-12-31落空" in found.message
    case = rounds.assign(found, actor="领导", now=NOW)
    assert (case.owner, case.kind) == (line(file, "801002B21DX0043").department, rounds.CASE)
    answers.say(households, JULY, Said(number="30"), Signed("科室", timezone.now()))
    flow.submit(case, "corrected", "增加了安装队。", actor="科室")
    rounds.accept(case, JULY, actor="领导", now=NOW)
    found.refresh_from_db()
    assert found.state == "corrected"


def test_an_explanation_of_one_quarter_does_not_silence_the_next(file: BudgetFile) -> None:
    rounds.watch(file, JULY, NOW, actor="系统")
    case = Case.objects.get(kind=rounds.CASE, finding__part=RURAL)
    flow.submit(case, "explained", "验收推迟到九月。", actor="科室")
    rounds.accept(case, JULY, actor="领导", now=NOW)
    rounds.watch(file, JULY, NOW, actor="系统")
    assert Case.objects.filter(kind=rounds.CASE, finding__part=RURAL).count() == 1
    rounds.watch(file, date(2021, 10, 31), NOW, actor="系统")
    assert Case.objects.filter(kind=rounds.CASE, finding__part=RURAL).count() == 2


def test_a_formal_round_keeps_the_figures_of_its_day_and_the_words_of_the_office(file: BudgetFile) -> None:
    found = rounds.open_round(file, JULY, actor="财务", now=NOW)
    assert found.entries.count() == 24
    gas = entry(found, "801002B21DX0043")
    assert (gas.figures["planned"], gas.figures["rate"], gas.grade) == ("58.33", None, "na")
    rural = entry(found, RURAL)
    assert rural.grade == "crit"
    with pytest.raises(rounds.RoundError, match=r"还有\d+个有偏差"):
        rounds.close(found, actor="财务", now=NOW)
    for row in RoundEntry.objects.current().filter(round=found):
        if rounds.needs_words(row):
            rounds.fill(row, ["staff"], "possible", "", actor="科室")
    rounds.close(found, actor="财务", now=NOW)
    new = entry(found, RURAL)
    assert (new.reasons, new.likelihood, new.figures) == (["staff"], "possible", rural.figures)
    with pytest.raises(rounds.RoundError, match="已经结束"):
        rounds.fill(new, ["staff"], "certain", "", actor="科室")


@pytest.mark.parametrize(
    ("reasons", "likelihood", "note", "words"),
    [
        ([], "possible", "", "没有选择偏差原因"),
        (["luck"], "possible", "", "不在所列之内"),
        (["staff"], "", "", "没有选择完成可能性"),
        (["other"], "possible", "", "没有写说明"),
    ],
)
def test_incomplete_words_are_refused(
    file: BudgetFile, reasons: list[str], likelihood: str, note: str, words: str
) -> None:
    found = rounds.open_round(file, JULY, actor="财务", now=NOW)
    with pytest.raises(rounds.RoundError, match=words):
        rounds.fill(entry(found, RURAL), reasons, likelihood, note, actor="科室")


@pytest.mark.parametrize(
    ("day", "words"), [(date(2020, 7, 31), "不在2021年度内"), (date(2021, 8, 3), "还没有到")]
)
def test_a_round_of_another_year_or_of_tomorrow_is_refused(file: BudgetFile, day: date, words: str) -> None:
    with pytest.raises(rounds.RoundError, match=words):
        rounds.open_round(file, day, actor="财务", now=NOW)


def test_a_second_round_of_a_day_is_refused(file: BudgetFile, tmp_path: Path) -> None:
    rounds.open_round(file, JULY, actor="财务", now=NOW)
    with pytest.raises(rounds.RoundError, match="已经发起"):
        rounds.open_round(file, JULY, actor="财务", now=NOW)
