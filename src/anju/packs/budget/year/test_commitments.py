from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone

from anju.kernel.files import store
from anju.kernel.indicators import reporting
from anju.kernel.indicators.reporting import Signed
from anju.kernel.places.models import Area, CodeSystem, Level
from anju.packs.budget.keeping import answers
from anju.packs.budget.keeping.answers import Said
from anju.packs.budget.models import BudgetFile, Commitment, QuotaShare
from anju.packs.budget.testing import kept_file, line
from anju.packs.budget.year import commitments, quotas
from anju.packs.budget.year.quotas import Letter, QuotaError, Told

pytestmark = pytest.mark.django_db
JULY = date(2021, 7, 31)
D = Decimal


@pytest.fixture
def file() -> BudgetFile:
    return kept_file()


def promise(file: BudgetFile, value: str) -> Commitment:
    return Commitment.objects.current().get(file=file, value__startswith=value)


def test_a_file_brings_its_numbered_promises_with_their_place(file: BudgetFile) -> None:
    """The sample's measures, as those of the real file, promise 31 numbers."""
    rows = Commitment.objects.current().filter(file=file)
    assert rows.count() == 31
    starts = promise(file, "11219套")
    assert "棚户区改造新开工11219套" in starts.clause
    assert starts.position


def test_a_commitment_is_answered_and_monitored_like_a_target(file: BudgetFile) -> None:
    starts = promise(file, "11219套")
    value = answers.say(starts, JULY, Said(number="5609.5"), Signed("科室", timezone.now()))
    reporting.confirm(value, Signed("财务", timezone.now()))
    bound = commitments.bind(starts, line(file, "801002B21DX0043"), file.organisation, actor="财务")
    found = commitments.standings(file, JULY, rows=[bound])[0]
    # Half is done; the plan of the line that it supports asks for 58.33 %.
    assert (found.standing.attained, found.standing.expected.quantize(D("0.01"))) == (50, D("58.33"))
    assert found.judgement.grade == "ok"
    assert found.line == line(file, "801002B21DX0043")


def test_binding_again_keeps_the_earlier_row(file: BudgetFile) -> None:
    starts = promise(file, "11219套")
    commitments.bind(starts, line(file, "801002B21DX0043"), None, actor="财务")
    commitments.bind(starts, None, file.organisation, actor="财务")
    rows = Commitment.objects.filter(key=starts.key).order_by("recorded_at")
    assert [row.bound_by for row in rows] == ["", "财务", "财务"]
    assert rows.filter(superseded_at__isnull=True).get().line_key is None


def county(name: str) -> Area:
    return Area.objects.create(code=name, code_system=CodeSystem.LOCAL, name=name, level=Level.COUNTY)


def quota(file: BudgetFile) -> quotas.Quota:
    told = Told("公租房租赁补贴", "省住建厅", "冀建房保函〔2020〕88号", D(529), "户")
    return quotas.enter(file, told, actor="财务")


def letter(day: date | None = JULY) -> Letter:
    return Letter(store(BytesIO("责任书".encode()), "责任书.txt", actor="财务"), day)


def test_a_quota_is_split_and_summed_back_with_its_difference(file: BudgetFile) -> None:
    """529 households: 300 under a letter, 200 planned; 29 are given to nobody."""
    whole = quota(file)
    quotas.share(whole, county("东县"), D(300), letter(), actor="财务")
    quotas.share(whole, county("西县"), D(200), Letter(), actor="财务")
    found = quotas.summed(whole)
    assert (found.parts, found.total, found.signed, found.difference) == (2, 500, 300, -29)


def test_a_changed_part_needs_a_new_letter(file: BudgetFile) -> None:
    whole, area = quota(file), county("东县")
    quotas.share(whole, area, D(300), letter(), actor="财务")
    quotas.share(whole, area, D(329), Letter(), actor="财务")
    assert quotas.summed(whole).signed == 0
    assert QuotaShare.objects.filter(quota=whole).count() == 2


def test_bad_parts_and_letters_are_refused(file: BudgetFile) -> None:
    whole, area = quota(file), county("东县")
    tomorrow = timezone.localdate() + timedelta(days=1)
    for amount, given, words in (
        (D(0), Letter(), "应大于零"),
        (D("NaN"), Letter(), "应大于零"),
        (D(1), letter(None), "没有填写责任书的签订日期"),
        (D(1), letter(tomorrow), "在今天之后"),
    ):
        with pytest.raises(QuotaError, match=words):
            quotas.share(whole, area, amount, given, actor="财务")
    with pytest.raises(QuotaError, match="没有填写文号"):
        quotas.enter(file, Told("甲", "省厅", " ", D(1), "户"), actor="财务")
    assert not QuotaShare.objects.exists()
