from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from anju.kernel.findings.models import Finding
from anju.kernel.indicators import reporting
from anju.kernel.indicators.reporting import Signed
from anju.packs.budget.keeping import answers, corrections, versions
from anju.packs.budget.keeping.answers import Said
from anju.packs.budget.models import BudgetFile, Decision, Evaluation
from anju.packs.budget.testing import kept_file, line, pay, target
from anju.packs.budget.year import evaluations
from anju.packs.budget.year.evaluations import DEFAULT_SCHEME, EvaluationError

pytestmark = pytest.mark.django_db
END = date(2021, 12, 31)
GAS = "801002B21DX0043"
D = Decimal


@pytest.fixture
def file(tmp_path: Path) -> BudgetFile:
    """The sample, approved, with one line fully answered and paid to 85 %."""
    kept = kept_file()
    Finding.objects.filter(subject=kept.subject, grade="crit").update(state="explained")
    versions.submit(kept, actor="财务", now=timezone.now())
    versions.approve(kept, actor="领导", now=timezone.now())
    pay(tmp_path, kept, f"{GAS},2021-12-05,1,4947", complete_to=END)
    for name, said in {
        "安装户数": Said(number="38"),
        "安装合格率": Said(numerator="1000", denominator="1000"),
        "完成时限": Said(day=date(2021, 12, 20)),
        "保证用气安全户数": Said(number="38"),
        "城镇既有住宅燃气用户满意度": Said(numerator="390", denominator="500"),
    }.items():
        value = answers.say(target(kept, GAS, name), END, said, Signed("科室", timezone.now()))
        reporting.confirm(value, Signed("财务", timezone.now()))
    return kept


def draft(file: BudgetFile) -> Evaluation:
    evaluations.evaluate(file, END, DEFAULT_SCHEME, actor="科室", now=timezone.now())
    return Evaluation.objects.current().get(line_key=line(file, GAS).key)


REASONS = {"execution": "尾款待验收后支付。"}


def reasons(evaluation: Evaluation) -> dict[str, str]:
    return {row["key"]: "原因已核实。" for row in evaluation.sheet["rows"] if row["reason_required"]}


def submitted(file: BudgetFile) -> Evaluation:
    found = draft(file)
    return evaluations.submit(found, reasons(found), actor="科室", on=END, now=timezone.now())


def test_the_sheet_is_computed_from_payments_and_answers(file: BudgetFile) -> None:
    """Execution 85 % of 10 is 8.50; satisfaction 78 % of 80 % of 10 is 9.75; the cost row is the payment rate."""
    rows = {row["name"]: row for row in draft(file).sheet["rows"]}
    assert rows["预算执行率"]["points"] == "8.50"
    assert rows["城镇既有住宅燃气用户满意度"]["points"] == "9.75"
    assert rows["安装户数"]["points"] == rows["安装户数"]["weight"]
    rate = rows["预算资金支出率"]
    assert (rate["weight"], rate["points"]) == ("12.50", "10.63")  # 10.625, half up
    assert (rate["evidence"], rows["安装户数"]["evidence"]) == ("measured", "asserted")


def test_evidence_shares_are_shown_by_weight(file: BudgetFile) -> None:
    sheet = draft(file).sheet
    shares = {kind: D(weight) for kind, weight in sheet["evidence"].items()}
    assert sum(shares.values()) == 100
    assert shares["measured"] == sum(D(r["weight"]) for r in sheet["rows"] if r["evidence"] == "measured")


def test_a_line_without_answers_has_no_grade(file: BudgetFile) -> None:
    draft(file)
    other = Evaluation.objects.current().get(line_key=line(file, "801002B21DX0031").key)
    assert (other.grade, other.assessable < 100) == ("", True)


def test_compulsory_reasons_then_another_person_confirms(file: BudgetFile) -> None:
    found = draft(file)
    with pytest.raises(EvaluationError, match="没有写偏差原因"):
        evaluations.submit(found, {}, actor="科室", on=END, now=timezone.now())
    sent = submitted(file)
    with pytest.raises(EvaluationError, match="不能是自评人本人"):
        evaluations.confirm(sent, actor="科室", now=timezone.now())
    done = evaluations.confirm(sent, actor="财务", now=timezone.now())
    assert (done.status, done.grade, done.confirmed_by) == ("confirmed", "优", "财务")
    assert done.version.stage == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=done.pk).update(confirmed_by="科室")


def test_an_objection_opens_it_again_and_the_reasons_stay(file: BudgetFile) -> None:
    sent = submitted(file)
    with pytest.raises(EvaluationError, match="没有写异议"):
        evaluations.raise_objection(sent, "不", actor="财务", now=timezone.now())
    back = evaluations.raise_objection(sent, "满意度样本太少。", actor="财务", now=timezone.now())
    assert (back.status, back.objection, bool(back.reasons)) == ("objected", "满意度样本太少。", True)
    again = evaluations.submit(back, {}, actor="科室", on=END, now=timezone.now())
    assert again.status == "submitted"
    assert Evaluation.objects.filter(key=sent.key).count() == 4


def test_what_was_submitted_is_not_drafted_anew(file: BudgetFile) -> None:
    sent = submitted(file)
    evaluations.evaluate(file, END, DEFAULT_SCHEME, actor="科室", now=timezone.now())
    assert Evaluation.objects.current().get(line_key=sent.line_key).pk == sent.pk


def test_a_line_changed_since_its_approval_is_not_scored(file: BudgetFile) -> None:
    corrections.correct_target(target(file, GAS, "安装户数"), "value", "20万户", actor="科室")
    with pytest.raises(EvaluationError, match="还没有批复"):
        evaluations.evaluate(file, END, DEFAULT_SCHEME, actor="科室", now=timezone.now())


def test_a_decision_needs_a_confirmed_score_and_appears_in_next_years_line(file: BudgetFile) -> None:
    sent = submitted(file)
    with pytest.raises(EvaluationError, match="还没有确认"):
        evaluations.decide(sent, "cut", 1, "结余较多。", actor="领导")
    done = evaluations.confirm(sent, actor="财务", now=timezone.now())
    for kind, amount, words in (
        ("cut", 0, "金额应大于零"),
        ("sell", 1, "没有选择决定"),
        ("keep", 0, "没有写理由"),
    ):
        with pytest.raises(EvaluationError, match=words):
            evaluations.decide(done, kind, amount, "结余较多。" if kind != "keep" else "", actor="领导")
    evaluations.decide(done, "recover", 873_000_000, "收回结余资金。", actor="领导")
    found = evaluations.decisions_for([GAS], 2022)
    assert [(d.kind, d.amount_fen) for d in found[GAS]] == [("recover", 873_000_000)]
    assert Decision.objects.count() == 1


def test_the_department_overall_weighs_by_budget_and_not(file: BudgetFile) -> None:
    draft(file)
    whole = evaluations.department(file, Evaluation.objects.current().filter(file=file)).whole
    gas = Evaluation.objects.current().get(line_key=line(file, GAS).key)
    assert (whole.weighted.value, whole.unweighted.value) == (gas.total, gas.total)
    assert len(whole.not_assessable) == 23
