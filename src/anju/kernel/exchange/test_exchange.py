from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from anju.kernel.audit.models import AuditRow
from anju.kernel.exchange import ledger, sample, watching
from anju.kernel.exchange.ledger import ExchangeError, Parcel
from anju.kernel.exchange.models import Delivery, Direction, Every, Interface, State
from anju.kernel.findings.models import Finding
from anju.kernel.parties import sample as parties
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.values import periods

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2021, 8, 2, 9, 0, tzinfo=SHANGHAI)
A, B = Parcel("a" * 64, 19), Parcel("b" * 64, 19)


def interface(direction: str = Direction.OUT, every: str = Every.MONTH, due_day: int = 25) -> Interface:
    body, _ = Organisation.objects.get_or_create(name="样例局", kind=Kind.BUREAU)
    return Interface.objects.create(
        code=f"{direction}-{every}",
        name="月报",
        direction=direction,
        partner="省平台",
        organisation=body,
        every=every,
        due_day=due_day,
    )


def test_sent_rejected_mended_and_sent_again_keeps_every_step() -> None:
    row = ledger.expect(interface(), "2021-07")
    ledger.send(row, A, actor="甲", now=NOW)
    with pytest.raises(ExchangeError, match="已经发出"):
        ledger.send(row, B, actor="甲", now=NOW)
    ledger.reject(row, "缺一个县。", actor="甲")
    with pytest.raises(ExchangeError, match="与被退回的那一份相同"):
        ledger.send(row, A, actor="甲", now=NOW)
    ledger.send(row, B, actor="甲", now=NOW)
    done = ledger.acknowledge(row, " 省报1号 ", actor="甲")
    assert (done.state, done.attempts, done.digest, done.receipt) == (
        State.ACKNOWLEDGED,
        2,
        B.digest,
        "省报1号",
    )
    assert [s.state for s in row.steps.all()] == ["sent", "rejected", "sent", "acknowledged"]
    assert AuditRow.objects.filter(action__startswith="exchange.").count() == 4


def test_the_same_content_received_again_is_a_repeat_and_another_is_a_new_step() -> None:
    row = ledger.expect(interface(Direction.IN), "2021-07")
    for parcel in (A, A, A, B):
        row = ledger.receive(row, parcel, actor="接口", now=NOW)
    assert (row.repeats, row.attempts, row.digest) == (2, 2, B.digest)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda row: ledger.acknowledge(row, "1", actor="甲"), "没有等待回执"),
        (lambda row: ledger.reject(row, "不行", actor="甲"), "没有等待回执"),
        (lambda row: ledger.receive(row, A, actor="甲", now=NOW), "是报送的"),
    ],
)
def test_a_step_out_of_order_is_refused_and_changes_nothing(step: object, words: str) -> None:
    row = ledger.expect(interface(), "2021-07")
    with pytest.raises(ExchangeError, match=words):
        step(row)  # type: ignore[operator]
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == (State.EXPECTED, 0)


def test_a_receipt_and_a_reason_have_to_be_written() -> None:
    row = ledger.send(ledger.expect(interface(), "2021-07"), A, actor="甲", now=NOW)
    with pytest.raises(ExchangeError, match="没有填回执号"):
        ledger.acknowledge(row, " ", actor="甲")
    with pytest.raises(ExchangeError, match="没有写退回原因"):
        ledger.reject(row, "", actor="甲")


@pytest.mark.parametrize(
    ("every", "today", "part"),
    [
        (Every.DAY, date(2021, 3, 1), "2021-02-28"),
        (Every.MONTH, date(2021, 1, 15), "2020-12"),
        (Every.QUARTER, date(2021, 4, 1), "2021Q1"),
        (Every.QUARTER, date(2021, 2, 28), "2020Q4"),
        (Every.YEAR, date(2021, 12, 31), "2020"),
    ],
)
def test_the_period_that_ended_last(every: str, today: date, part: str) -> None:
    assert [period.text for period in watching.ended(every, today)] == [part]


def test_what_is_sent_when_asked_expects_nothing() -> None:
    assert watching.ended(Every.ASKED, date(2021, 8, 2)) == []


def test_the_monthly_report_by_the_25th_is_late_on_the_26th() -> None:
    """July's report is due by the end of 25 August; a week later it is graver; sent, it is late no longer."""
    what = interface()
    watching.hourly(NOW)
    row = Delivery.objects.get()
    assert (row.part, timezone.localtime(row.due_at).date()) == ("2021-07", date(2021, 8, 25))
    watching.hourly(datetime(2021, 8, 25, 23, 0, tzinfo=SHANGHAI))
    assert not Finding.objects.exists()
    watching.hourly(datetime(2021, 8, 26, 1, 0, tzinfo=SHANGHAI))
    assert Finding.objects.get().grade == "warn"
    watching.hourly(datetime(2021, 9, 2, 1, 0, tzinfo=SHANGHAI))
    found = Finding.objects.get(label="2021-07")
    assert (found.grade, found.organisation) == ("high", what.organisation)
    ledger.send(row, A, actor="甲", now=NOW)
    watching.hourly(datetime(2021, 9, 2, 2, 0, tzinfo=SHANGHAI))
    found.refresh_from_db()
    assert found.state == "corrected"


def test_an_interface_that_has_ended_expects_nothing() -> None:
    what = interface()
    what.valid_to = date(2021, 8, 1)
    what.save()
    watching.hourly(NOW)
    assert not Delivery.objects.exists()


def test_the_deadline_of_a_year_runs_from_its_end() -> None:
    due = watching.deadline(periods.parse("2020"), 60)
    assert timezone.localtime(due).date() == date(2021, 3, 1)


def test_the_sample_can_be_built_twice() -> None:
    parties.build()
    sample.build()
    sample.build()
    assert set(Delivery.objects.values_list("interface__code", "state", "attempts", "repeats")) == {
        ("checkup-year", "expected", 0, 0),
        ("dust-month", "acknowledged", 2, 0),
        ("heating-day", "acknowledged", 1, 1),
    }
