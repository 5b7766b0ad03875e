"""What the page of a card shows and takes of its course: receipt, extension, urging, and all of it in one timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.cases.models import Case
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import CardEvent, CardEventKind
from anju.kernel.supervision import course
from anju.web.inspections.common import actor

EVENING = time(18)
SIGNS = {CardEventKind.ESCALATED: "high", CardEventKind.REMINDED: "warn", CardEventKind.REFUSED: "warn"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: a stage of the case, or what happened beside it."""

    at: datetime
    title: str
    actor: str
    note: str
    sign: str = ""
    until: datetime | None = None
    to: str = ""
    photos: Any = ()


def shown(request: HttpRequest, case: Case | None) -> dict[str, Any]:
    """The timeline, the newest last, and what the person may do with the course of the card."""
    if case is None:
        return {"entries": []}
    events = list(case.card_events.all())
    steps = case.steps.prefetch_related("photos")
    entries = [
        *(Entry(s.recorded_at, s.get_stage_display(), s.actor, s.note, photos=s.photos.all()) for s in steps),
        *(_entry(event) for event in events),
    ]
    kinds = {event.kind for event in events}
    decisions = [
        e for e in events if e.kind in (CardEventKind.ASKED, CardEventKind.GRANTED, CardEventKind.REFUSED)
    ]
    asked = decisions[-1] if decisions and decisions[-1].kind == CardEventKind.ASKED else None
    is_open = case.stage in course.OPEN
    mends = is_open and may(request.user, "inspections.answer")
    urges = is_open and may(request.user, "inspections.plan")
    extendable = CardEventKind.GRANTED not in kinds and asked is None and case.deadline > timezone.now()
    return {
        "entries": sorted(entries, key=lambda entry: entry.at),
        "received": next((e.recorded_at for e in events if e.kind == CardEventKind.RECEIVED), None),
        "asked": asked,
        "may_receive": mends and CardEventKind.RECEIVED not in kinds,
        "may_ask": mends and extendable,
        "may_decide": urges and asked is not None and asked.actor != actor(request),
        "may_urge": urges,
    }


def _entry(event: CardEvent) -> Entry:
    sign = SIGNS.get(CardEventKind(event.kind), "")
    return Entry(
        event.recorded_at, event.get_kind_display(), event.actor, event.note, sign, event.until, event.to
    )


def take(request: HttpRequest, case: Case, step: str) -> bool:
    """Take a step of the course; False for a step of something else, or one that the person may not take."""
    allowed, now, who = shown(request, case), timezone.now(), actor(request)
    note = request.POST.get("note", "")
    if step == "receive" and allowed["may_receive"]:
        course.receive(case, actor=who, now=now)
    elif step == "ask" and allowed["may_ask"]:
        course.ask_extension(case, _evening(request.POST.get("until", "")), note, actor=who, now=now)
    elif step in ("grant", "refuse") and allowed["may_decide"]:
        course.decide_extension(case, step == "grant", note, actor=who, now=now)
    elif step == "urge" and allowed["may_urge"]:
        course.remind(case, note, actor=who, now=now)
    else:
        return False
    return True


def _evening(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InspectionError(gettext("没有写延到哪天。"), gettext("请选一个日期。")) from None
    return timezone.make_aware(datetime.combine(day, EVENING))
