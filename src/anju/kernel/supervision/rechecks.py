"""The second look: a share of the accepted cards, drawn by a seed, some days after their acceptance.

The draw is replayable: the cards that were accepted since the last draw are put in the order of ``SHA-256(seed + ":" +
key of the card)``, and the first tenth (rounded up) is looked at again. The day is that of acceptance plus
``recheck_from`` and the number of the next eight hexadecimal digits modulo the span, or the next day where it passed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from anju.kernel import audit
from anju.kernel.cases.models import Case, Outcome, Stage
from anju.kernel.inspections.drawing import digest_of
from anju.kernel.inspections.figures import Figures, figures
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Plan, Recheck, RecheckDraw
from anju.kernel.parties.models import Organisation
from anju.kernel.supervision import following

_DAY = timedelta(days=1)
WORKER = gettext_noop("系统")


def chosen(keys: Sequence[str], seed: str, told: Figures) -> list[str]:
    """The keys that are drawn, in the order of the draw. Pure."""
    n = ceil(len(keys) * told.recheck_percent / 100)
    return sorted(keys, key=lambda key: digest_of(seed, key))[:n]


def day_of(key: str, seed: str, accepted: date, told: Figures) -> date:
    """When a drawn card is looked at again. Pure."""
    span = told.recheck_to - told.recheck_from + 1
    return accepted + _DAY * (told.recheck_from + int(digest_of(seed, key)[:8], 16) % span)


@transaction.atomic
def draw(owner: Organisation, *, actor: str, now: datetime, seed: str = "") -> RecheckDraw:
    """Draw from the cards accepted since the last draw. ``InspectionError`` where there are none."""
    last = RecheckDraw.objects.filter(owner=owner).order_by("-recorded_at").first()
    closed = Case.objects.filter(kind=following.CARD, stage=Stage.CLOSED, outcome=Outcome.CORRECTED)
    closed = closed.filter(closed_at__gt=last.recorded_at) if last else closed
    cards = {str(case.pk): case for case in closed.filter(recheck=None)}
    if not cards:
        raise InspectionError(gettext("上次抽取以后没有验收的督办卡。"), gettext("请在验收以后再抽。"))
    told = figures(timezone.localdate(now))
    made = RecheckDraw.objects.create(
        owner=owner, seed=seed or secrets.token_hex(8), frame=sorted(cards), drawn_by=actor, recorded_at=now
    )
    tomorrow = timezone.localdate(now) + _DAY
    Recheck.objects.bulk_create(
        Recheck(
            draw=made,
            case=cards[key],
            day=max(tomorrow, day_of(key, made.seed, timezone.localdate(cards[key].closed_at), told)),
        )
        for key in chosen(made.frame, made.seed, told)
    )
    after = {"seed": made.seed, "cards": len(cards), "drawn": made.rechecks.count()}
    audit.record("inspections.recheck_draw", made, actor=actor, after=after)
    return made


def draw_all(now: datetime) -> int:
    """Draw for the body of the newest plan, if cards were accepted since. How many are looked at again. For the worker."""
    plan = Plan.objects.select_related("owner").order_by("-recorded_at").first()
    try:
        return draw(plan.owner, actor=WORKER, now=now).rechecks.count() if plan else 0
    except InspectionError:
        return 0  # none was accepted


@transaction.atomic
def complete(recheck: Recheck, passed: bool, note: str, *, actor: str, now: datetime) -> Recheck:
    """What the second look found; a failure reopens the finding one grade higher, with a new card.

    Raises ``InspectionError`` for a second answer, or a failure without words, or by who mended it.
    """
    recheck = Recheck.objects.select_for_update().select_related("case__finding").get(pk=recheck.pk)
    if recheck.passed is not None:
        raise InspectionError(gettext("这次复查已经填过。"), gettext("请刷新后再看。"))
    if not passed and len(note.strip()) < 2:
        raise InspectionError(gettext("没有写复查的情况。"), gettext("请写明哪里又不符合。"))
    if actor == recheck.case.done_by:
        raise InspectionError(gettext("复查人不能是整改人本人。"), gettext("请由另一位同事复查。"))
    recheck.passed, recheck.note, recheck.done_at, recheck.done_by = passed, note.strip(), now, actor
    recheck.save(update_fields=["passed", "note", "done_at", "done_by"])
    audit.record("inspections.recheck", recheck, actor=actor, after={"passed": passed}, reason=note.strip())
    if not passed:
        following.look_at(recheck.case.finding.subject, actor=actor, now=now)
    return recheck
