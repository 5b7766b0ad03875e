"""Template filters of all pages."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

from anju.web import deadlines

register = template.Library()


@register.filter
def deadline_words(deadline: datetime, done: datetime | None = None) -> deadlines.Words:
    return deadlines.deadline_words(deadline, timezone.now(), done)
