from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from anju.kernel.audit.models import AuditRow
from anju.kernel.indicators import computing, definitions, reporting
from anju.kernel.indicators.models import Definition, Request
from anju.kernel.indicators.testing import define, observe
from anju.kernel.packs import load
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.indicators import subject_of
from anju.packs.budget.keeping import bindings
from anju.packs.budget.keeping.standing import standings
from anju.packs.budget.models import BudgetFile, LineTarget
from anju.packs.budget.testing import kept_file, line, pay, target

pytestmark = pytest.mark.django_db
GAS = "801002B21DX0043"
NOW = timezone.now


@pytest.fixture
def file() -> BudgetFile:
    definitions.register(load(["budget"]).indicators())
    return kept_file()


def rate_target(file: BudgetFile) -> LineTarget:
    """A target in per cent that no ledger answers by itself."""
    rows = file.targets.filter(superseded_at__isnull=True, slot=False, value__contains="%")
    return next(row for row in rows if "支" not in row.name)


def counted(file: BudgetFile, names: int) -> Definition:
    """An indicator in per cent: ``names`` of ten, in the year of the file."""
    what = define()
    for number in range(names):
        observe("a", f"n{number}")
    computing.compute(what, ["test:a"], str(file.year), NOW())
    return what


def answered(file: BudgetFile, row: LineTarget) -> object:
    one = file.lines.get(key=row.line_key, superseded_at__isnull=True)
    found = standings(file, date(file.year or 0, 12, 31), lines=[one])[0]
    return next(each for each in found.targets if each.row.key == row.key).answer


def test_a_bound_indicator_answers_the_target_and_is_followed_when_it_moves(file: BudgetFile) -> None:
    """Nine of ten are 90 %; measured, with its parts. A tenth makes it 100 %."""
    row = rate_target(file)
    what = counted(file, 9)
    bindings.bind(row, what, "test:a", actor="财务")
    answer = answered(file, row)
    assert (answer.evidence, answer.actual.value, answer.actual.numerator) == ("measured", 90, 9)
    observe("a", "n9")
    computing.compute(what, ["test:a"], str(file.year), NOW())
    assert answered(file, row).actual.value == 100
    # The line's own indicators are asked for again, so that its score moves with it.
    asked = Request.objects.filter(subject=subject_of(line(file, _code(file, row)))).values_list("code")
    assert {code for (code,) in asked} == {"budget.execution_rate", "budget.attainment"}


def _code(file: BudgetFile, row: LineTarget) -> str:
    return file.lines.get(key=row.line_key, superseded_at__isnull=True).code


def test_set_free_it_is_unanswered_again_and_the_audit_knows_both(file: BudgetFile) -> None:
    row = rate_target(file)
    bindings.bind(row, counted(file, 9), "test:a", actor="财务")
    bindings.release(row, actor="财务")
    assert answered(file, row).evidence == "none"
    actions = AuditRow.objects.filter(action__in=("budget.bind", "budget.release")).order_by("id")
    assert [row.action for row in actions] == ["budget.bind", "budget.release"]


def test_another_unit_and_a_subject_without_a_figure_are_refused(file: BudgetFile, tmp_path: Path) -> None:
    what = counted(file, 9)
    households = target(file, GAS, "安装户数")
    with pytest.raises(Refusal, match="单位是%"):
        bindings.bind(households, what, "test:a", actor="财务")
    with pytest.raises(Refusal, match="没有所选对象的数"):
        bindings.bind(rate_target(file), what, "test:b", actor="财务")
    pay(tmp_path, file, f"{GAS},2021-03-05,1,100")
    assert answered(file, rate_target(file)).evidence == "none"


def test_an_indicator_in_ten_thousands_is_compared_in_ones(file: BudgetFile) -> None:
    """9.5万户 of the 38万户 promised are 95,000 of 380,000 households: 25 %."""
    what = define()
    Definition.objects.filter(pk=what.pk).update(unit="万户")
    what.refresh_from_db()
    about = reporting.About(what.code, "1", "test:a", str(file.year))
    told = reporting.Signed("甲", NOW())
    value = reporting.report(about, reporting.Figure(Decimal("9.5"), unit="万户"), told)
    reporting.confirm(value, reporting.Signed("乙", NOW()))
    households = target(file, GAS, "安装户数")
    bindings.bind(households, what, "test:a", actor="财务")
    found = standings(file, date(file.year or 0, 12, 31), lines=[line(file, GAS)])[0]
    stands = next(each for each in found.targets if each.row.key == households.key)
    assert (stands.answer.words, stands.standing.attained) == ("95000户", 25)


@pytest.mark.parametrize(
    ("unit", "fits"), [("户", True), ("万户", True), ("个", False), ("%", False), ("", True)]
)
def test_ten_thousand_households_are_households(file: BudgetFile, unit: str, fits: bool) -> None:
    """380,000 户 of the sample's gas line may be answered in 户 or 万户; a bare number is taken as it is."""
    what = define()
    Definition.objects.filter(pk=what.pk).update(unit=unit)
    households = target(file, GAS, "安装户数")
    assert (what.pk in {row.pk for row in bindings.fitting(households)}) is fits
