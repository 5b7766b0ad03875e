"""What followed from the sample's inspections: findings, cards in every stage, one second look, half of it published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from anju.kernel.cases import flow
from anju.kernel.cases.models import Case
from anju.kernel.files.models import StoredFile
from anju.kernel.inspections import publishing, sample
from anju.kernel.inspections.models import Plan
from anju.kernel.supervision import cards, course, following, rechecks
from anju.kernel.supervision.handing_in import hand_in
from anju.kernel.values.scope import Scope

COUNTY, DISPATCHER, LEADER = "demo-county", "demo-dispatcher", "demo-leader"


@transaction.atomic
def build(today: date | None = None) -> None:
    """Create all of it over ``parties.sample``; a second call changes nothing."""
    if sample.is_built():
        return
    plan = sample.set_up(today or timezone.localdate())
    sent = list(sample.submissions(plan))
    middle = len(sent) // 2
    for place, (told, received) in enumerate(sent):
        hand_in(told, actor=sample.INSPECTOR, now=received, scope=Scope.whole())
        if place == middle:
            publishing.publish(plan, "市住建局门户网站", actor=LEADER, now=received + timedelta(hours=6))
    _cards(plan, sent[-1][1])
    course.press_all(sent[-1][1] + timedelta(days=9))


def _course(case: Case, place: int, now: datetime) -> None:
    """Some were received; one asks for more time, and one was given it."""
    if place < 6:
        course.receive(case, actor=COUNTY, now=case.recorded_at + timedelta(hours=3))
    if place in (4, 5):
        until = case.deadline + timedelta(days=5)
        asked = case.recorded_at + timedelta(hours=5)
        course.ask_extension(case, until, "连续降雨，土方无法覆盖压实。", actor=COUNTY, now=asked)
    if place == 5:
        course.decide_extension(
            case, True, "同意，期间加密巡查。", actor=DISPATCHER, now=asked + timedelta(hours=2)
        )


def _cards(plan: Plan, now: datetime) -> None:
    """The first cards are mended and accepted, answered, or returned; the others wait."""
    every = Case.objects.filter(kind=following.CARD).order_by("recorded_at", "id")
    found: Sequence[Case] = [case for case in every if case.owner.name.endswith("建设局")]
    for place, case in enumerate(found[:6]):
        _course(case, place, now)
    for place, case in enumerate(found[:4]):
        sample.shot(900 + place, COUNTY)
        after = StoredFile.objects.get(owner=COUNTY, name=f"现场{900 + place}.jpg")
        cards.answer(case, "corrected", "已按要求整改。", [after], actor=COUNTY)
        if place < 2:
            cards.accept(case, "on_site", "已整改到位。", actor=sample.INSPECTOR, now=now)
        elif place == 2:
            flow.send_back(case, "覆盖不严，请补拍东侧。", actor=DISPATCHER)
    if len(found) > 1:
        rechecks.draw(plan.owner, actor=DISPATCHER, now=now + timedelta(hours=1), seed=sample.SEED)
