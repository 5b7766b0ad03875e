"""Deadlines in words: 还有3天, 今日18:00前, 逾期2天. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

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
            Words("按期办结", "due")
            if done <= deadline
            else Words(f"逾期{_span(done - deadline)}办结", "due")
        )
    if now > deadline:
        return Words(f"逾期{_span(now - deadline)}", "late")
    left = deadline - now
    local = timezone.localtime(deadline)
    if local.date() == timezone.localtime(now).date():
        return Words(f"今日{local:%H:%M}前", "soon")
    return Words(f"还有{_span(left)}", "soon" if left < _SOON else "due")


def _span(length: timedelta) -> str:
    if length >= timedelta(days=1):
        return f"{length.days}天"
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60}小时" if minutes >= 60 else f"{max(minutes, 1)}分"
