from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from anju.kernel.audit.models import AuditRow
from anju.kernel.files import store
from anju.kernel.indicators import computing, reporting
from anju.kernel.indicators.models import Ground, Source, Status, Value
from anju.kernel.indicators.reporting import About, Document, Figure, Signed

pytestmark = pytest.mark.django_db
ABOUT = About("budget.target", "1", "budget.target:x", "2021")


def signed(actor: str, note: str = "", *documents: Document) -> Signed:
    return Signed(actor, timezone.now(), note, documents)


def paper(name: str = "验收单.txt") -> Document:
    return Document(store(BytesIO("验收合格".encode()), name, actor="甲"), "acceptance", date(2021, 6, 30))


def report(*documents: Document, number: int = 38) -> Value:
    return reporting.report(ABOUT, Figure(Decimal(number)), signed("甲", "", *documents))


def test_a_figure_is_asserted_until_another_person_confirms_its_document() -> None:
    value = report(paper())
    assert (value.status, value.ground) == (Status.SUBMITTED, Ground.ASSERTED)
    with pytest.raises(computing.IndicatorError, match="不能是签署人本人"):
        reporting.confirm(value, signed("甲"))
    value = reporting.confirm(value, signed("乙"))
    assert (value.status, value.ground, value.confirmed_by) == (Status.ACCEPTED, Ground.DOCUMENTED, "乙")
    actions = AuditRow.objects.filter(action__startswith="indicator.").values_list("action", flat=True)
    assert set(actions) == {"indicator.report", "indicator.accepted"}


def test_a_confirmed_figure_without_a_document_stays_asserted() -> None:
    assert reporting.confirm(report(), signed("乙")).ground == Ground.ASSERTED


def test_the_database_itself_refuses_the_signer_as_confirmer() -> None:
    value = report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Value.objects.filter(pk=value.pk).update(confirmed_by="甲")


def test_returned_with_a_reason_and_reported_again() -> None:
    value = report()
    with pytest.raises(computing.IndicatorError, match="没有写退回理由"):
        reporting.send_back(value, signed("乙"))
    assert reporting.send_back(value, signed("乙", "数与合同不符")).status == Status.RETURNED
    again = report(number=37)
    value.refresh_from_db()
    assert value.superseded_at == again.recorded_at
    with pytest.raises(computing.IndicatorError, match="已经处理过或已被新数取代"):
        reporting.confirm(value, signed("乙"))


def test_figures_of_several_sources_stand_side_by_side_and_one_is_adopted() -> None:
    own = reporting.confirm(report(paper(), number=40), signed("乙"))
    about = About("budget.target", "1", "budget.target:x", "2021", Source.THIRD_PARTY)
    third = reporting.report(about, Figure(Decimal(36)), signed("丙", "", paper("评估报告.txt")))
    with pytest.raises(computing.IndicatorError, match="只能采信已认定的数"):
        reporting.adopt(third, signed("乙", "第三方实地核查"))
    third = reporting.confirm(third, signed("乙"))
    adopted = reporting.adopt(third, signed("乙", "第三方实地核查"))
    standing = dict(Value.objects.current().values_list("source", "number"))
    assert standing == {"self_reported": 40, "third_party": 36, "adopted": 36}
    assert (adopted.adopts_id, adopted.ground, own.number) == (third.pk, Ground.DOCUMENTED, 40)


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure(), "没有填写完成情况"),
        (Figure(numerator=Decimal(1), denominator=Decimal(0)), "分母为零"),
        (Figure(denominator=Decimal(5)), "没有完成数"),
    ],
)
def test_what_says_nothing_is_refused(figure: Figure, words: str) -> None:
    with pytest.raises(computing.IndicatorError, match=words):
        reporting.report(ABOUT, figure, signed("甲"))
    assert not Value.objects.exists()


def test_a_document_of_tomorrow_or_of_no_kind_is_refused() -> None:
    file = paper().file
    tomorrow = (timezone.now() + timedelta(days=2)).date()
    for document, words in (
        (Document(file, "acceptance", tomorrow), "在今天之后"),
        (Document(file, "x", date(2021, 1, 1)), "没有选择材料种类"),
    ):
        with pytest.raises(computing.IndicatorError, match=words):
            report(document)


def test_a_ratio_keeps_both_sides() -> None:
    value = reporting.report(ABOUT, Figure(numerator=Decimal(37), denominator=Decimal(40)), signed("甲"))
    assert (value.number, value.numerator, value.denominator) == (Decimal("0.925"), 37, 40)
