"""Deadlines in words: 还有3天, 今日18:00前, 逾期2天."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext

# Under a fifth of a usual week's term a deadline is soon.
_SOON = timedelta(days=1, hours=12)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said and how it looks: ``due`` calm, ``soon`` orange, ``late`` red."""

    text: str
    style: str


def deadline_words(deadline: datetime, now: datetime, done: datetime | None = None) -> Words:
    """``done`` is when the thing was finished, or None while it is open."""
    if done is not None:
        return (
            Words(gettext("按期办结"), "due")
            if done <= deadline
            else Words(gettext("逾期{span}办结").format(span=_span(done - deadline)), "due")
        )
    if now > deadline:
        return Words(gettext("逾期{span}").format(span=_span(now - deadline)), "late")
    left = deadline - now
    local = timezone.localtime(deadline)
    if local.date() == timezone.localtime(now).date():
        return Words(gettext("今日{time}前").format(time=f"{local:%H:%M}"), "soon")
    return Words(gettext("还有{span}").format(span=_span(left)), "soon" if left < _SOON else "due")


def _span(length: timedelta) -> str:
    if length >= timedelta(days=1):
        return gettext("{n}天").format(n=length.days)
    minutes = int(length.total_seconds() // 60)
    if minutes >= 60:
        return gettext("{n}小时").format(n=minutes // 60)
    return gettext("{n}分").format(n=max(minutes, 1))
