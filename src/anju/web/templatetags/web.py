"""Template tags and filters of all pages."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

from anju.kernel import wording
from anju.web import deadlines

register = template.Library()
register.simple_tag(wording.joint)
register.filter(wording.listed)
register.filter(wording.bracketed)


@register.filter
def deadline_words(deadline: datetime, done: datetime | None = None) -> deadlines.Words:
    return deadlines.deadline_words(deadline, timezone.now(), done)
