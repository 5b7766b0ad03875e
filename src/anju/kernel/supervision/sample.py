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
from anju.kernel.supervision import cards, following, rechecks
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


def _cards(plan: Plan, now: datetime) -> None:
    """The first cards are mended and accepted, answered, or returned; the others wait."""
    every = Case.objects.filter(kind=following.CARD).order_by("recorded_at", "id")
    found: Sequence[Case] = [case for case in every if case.owner.name.endswith("建设局")]
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
