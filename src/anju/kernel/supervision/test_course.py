"""A card is received, extended once by another person, reminded, and told to those above when it is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.models import Case
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import CardEvent, Plan, PlanObject, Recheck
from anju.kernel.inspections.testing import NOW
from anju.kernel.supervision import course, rechecks
from anju.kernel.supervision.test_supervision import COMPANY, mended, visit

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASON = "雨季土方无法压实。"


@pytest.fixture
def card(site: PlanObject) -> Case:
    """A serious one, opened on 5 July at ten: its deadline is 18:00 of the 12th (seven days)."""
    visit(site, fails={"cover": "未覆盖。"})
    card = Case.objects.get()
    Case.objects.filter(pk=card.pk).update(recorded_at=NOW)
    card.refresh_from_db()
    return card


def told(card: Case) -> list[tuple[str, str, str]]:
    return list(CardEvent.objects.filter(case=card).values_list("kind", "mark", "to"))


def test_a_card_is_received_once_while_it_is_open(card: Case) -> None:
    made = course.receive(card, actor=COMPANY, now=NOW + HOUR)
    assert (made.kind, made.recorded_at) == ("received", NOW + HOUR)
    with pytest.raises(InspectionError, match="已经签收"):
        course.receive(card, actor=COMPANY, now=NOW + 2 * HOUR)
    mended(card, 1)
    with pytest.raises(InspectionError, match="销案"):
        course.receive(card, actor=COMPANY, now=NOW + DAY)
    assert AuditRow.objects.filter(action="inspections.card_received").count() == 1


def ask(card: Case, days: float = 3, *, now: datetime = NOW + DAY, reason: str = REASON) -> CardEvent:
    return course.ask_extension(card, card.deadline + timedelta(days=days), reason, actor=COMPANY, now=now)


def test_an_extension_is_granted_once_and_by_another_person(card: Case) -> None:
    before = card.deadline
    ask(card)
    with pytest.raises(InspectionError, match="等待审批"):
        ask(card)
    with pytest.raises(InspectionError, match="不能是申请人本人"):
        course.decide_extension(card, True, "", actor=COMPANY, now=NOW + DAY)
    course.decide_extension(card, True, "", actor="dispatcher", now=NOW + DAY)
    card.refresh_from_db()
    assert card.deadline == before + 3 * DAY
    with pytest.raises(InspectionError, match="已经延期一次"):
        ask(card)
    row = AuditRow.objects.get(action="inspections.card_deadline")
    assert (before.isoformat() in row.before, row.reason) == (True, REASON)


def test_what_was_refused_may_be_asked_again(card: Case) -> None:
    before = card.deadline
    ask(card)
    with pytest.raises(InspectionError, match="没有写不同意的理由"):
        course.decide_extension(card, False, "", actor="dispatcher", now=NOW + DAY)
    course.decide_extension(card, False, "可以先覆盖。", actor="dispatcher", now=NOW + DAY)
    card.refresh_from_db()
    assert card.deadline == before
    with pytest.raises(InspectionError, match="没有等待审批"):
        course.decide_extension(card, True, "", actor="dispatcher", now=NOW + DAY)
    assert ask(card, 1).until == before + DAY


def test_too_late_not_later_and_without_reason_nothing_is_asked(card: Case) -> None:
    with pytest.raises(InspectionError, match="期限已过"):
        ask(card, now=card.deadline + HOUR)
    with pytest.raises(InspectionError, match="不晚于"):
        ask(card, 0)
    with pytest.raises(InspectionError, match="没有写延期的理由"):
        ask(card, reason="忙")
    assert told(card) == []


def test_reminders_come_at_their_shares_of_the_term_and_once(card: Case) -> None:
    # 176 hours from ten on the 5th to 18:00 on the 12th: half after 88, four fifths after 140.8
    owner = str(card.owner)
    assert course.press_all(NOW + 23 * HOUR) == 0
    assert course.press_all(NOW + 24 * HOUR) == 1
    assert told(card) == [("reminded", "receipt", owner)]
    course.receive(card, actor=COMPANY, now=NOW + 25 * HOUR)
    assert course.press_all(NOW + 87 * HOUR) == 0
    assert course.press_all(NOW + 88 * HOUR) == 1
    assert course.press_all(NOW + 89 * HOUR) == 0
    assert course.press_all(NOW + 141 * HOUR) == 1
    assert course.press_all(card.deadline) == 1
    assert [mark for kind, mark, _ in told(card) if kind == "reminded"] == ["receipt", "50", "80", "100"]


def test_an_overdue_card_is_told_upwards_step_by_step(card: Case) -> None:
    course.receive(card, actor=COMPANY, now=NOW)
    assert course.press_all(card.deadline + HOUR) == 2  # due, and the office in charge
    assert course.press_all(card.deadline + 3 * DAY) == 1
    assert course.press_all(card.deadline + 6 * DAY) == 1
    assert course.press_all(card.deadline + 9 * DAY) == 0
    assert [(mark, to) for kind, mark, to in told(card) if kind == "escalated"] == [
        ("1", "建管科"),
        ("2", "建管科"),  # neither the company nor the office has a superior
        ("3", "县（市）区政府分管负责人"),
    ]
    assert CardEvent.objects.get(mark="2").note == "逾期3天0小时仍未提交。"


def test_what_was_handed_in_is_not_urged(card: Case) -> None:
    mended(card, 1)
    assert course.press_all(card.deadline + 9 * DAY) == 0


def test_somebody_urges_in_words(card: Case) -> None:
    with pytest.raises(InspectionError, match="没有写催办的内容"):
        course.remind(card, " ", actor="dispatcher", now=NOW)
    for _ in range(2):
        course.remind(card, "明天上午报进度。", actor="dispatcher", now=NOW)
    assert [kind for kind, _, _ in told(card)] == ["reminded"] * 2


def test_the_worker_draws_the_second_looks(made: Plan, card: Case) -> None:
    assert rechecks.draw_all(NOW + DAY) == 0
    mended(card, 1)
    assert rechecks.draw_all(NOW + 2 * DAY) == 1
    assert Recheck.objects.get().draw.drawn_by == "系统"
    assert rechecks.draw_all(NOW + 3 * DAY) == 0
