"""Rows with a validity: from the first day on, up to but without the day on which they end."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from anju.kernel.records.models import Record, ScopedQuerySet


class DatedQuerySet(ScopedQuerySet):
    def on(self, day: date) -> Self:
        """The rows in force on a day."""
        return self.filter(_open_or("valid_from__lte", day), _open_or("valid_to__gt", day))

    def overlapping(self, start: date | None, end: date | None) -> Self:
        """The rows in force on any day of [start, end); ``None`` is open."""
        found = self
        if end:
            found = found.filter(_open_or("valid_from__lt", end))
        if start:
            found = found.filter(_open_or("valid_to__gt", start))
        return found


def _open_or(lookup: str, day: date) -> Q:
    return Q(**{lookup: day}) | Q(**{f"{lookup.partition('__')[0]}__isnull": True})


class Dated(Record):
    """A row that is in force on the days of [valid_from, valid_to); an empty end is open."""

    valid_from = models.DateField(
        "生效日期", null=True, blank=True, help_text=gettext_lazy("留空表示起始日期不详。")
    )
    valid_to = models.DateField(
        "失效日期", null=True, blank=True, help_text=gettext_lazy("自这一天起不再有效。")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_start",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                violation_error_message=gettext_lazy("失效日期必须晚于生效日期。请改正日期。"),
            ),
        )

    def refuse_overlap(self, message: str, **same: Any) -> None:
        """``ValidationError(message)`` when another row with the ``same`` values is in force on a common day."""
        rivals = type(self).objects.filter(**same).exclude(pk=self.pk)
        if rivals.overlapping(self.valid_from, self.valid_to).exists():
            raise ValidationError(message)
