"""Abstract models. No tables of their own."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid6 import uuid7

from anju.kernel.values.scope import Scope


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of a model that names its ``scope_area`` and ``scope_organisation`` paths."""

    def within(self, scope: Scope) -> Self:
        """The rows that a scope allows; a model that names no path is for those who may see everything."""
        if scope.everything or self.model.scope_common:
            return self
        allowed = Q(pk__in=[])
        if self.model.scope_area:
            allowed |= Q(**{f"{self.model.scope_area}__in": scope.areas})
        for path in self.model.organisation_paths():
            allowed |= Q(**{f"{path}__in": scope.organisations})
        return self.filter(allowed)


class Record(models.Model):
    """A row with a time-ordered key (UUIDv7, also made on phones) and the time of its recording."""

    scope_area: ClassVar[str | None] = None
    # Several paths where several bodies have to do with a row, such as who orders a work and who builds it.
    scope_organisation: ClassVar[str | tuple[str, ...] | None] = None
    # Rows that belong to nobody, such as definitions: whoever may open their pages sees all of them.
    scope_common: ClassVar[bool] = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recorded_at = models.DateTimeField("记录时间", default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def organisation_paths(cls) -> tuple[str, ...]:
        """The paths to the organisations whose people see a row."""
        named = cls.scope_organisation
        return named if isinstance(named, tuple) else (named,) if named else ()


# What a row has of its own and never hands on to the one that replaces it.
_OWN = ("id", "recorded_at", "superseded_at")


class LedgerQuerySet(ScopedQuerySet):
    def current(self) -> Self:
        """The rows that no later row has superseded."""
        return self.filter(superseded_at__isnull=True)


class Ledger(Record):
    """A row that is never overwritten: a correction is a new row, and the old one says since when."""

    superseded_at = models.DateTimeField("被取代时间", null=True, blank=True, editable=False)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def supersede(self) -> None:
        """Mark this row as replaced; the replacement is saved by the caller in the same transaction."""
        self.superseded_at = timezone.now()
        self.save(update_fields=["superseded_at"])

    def replaced(self, **changes: Any) -> Self:
        """Supersede this row by a copy with these changes, saved and returned; to be called in a transaction."""
        # A relation may be changed by its own name or by that of its column.
        given = {*_OWN, *changes}
        fields = [f.attname for f in self._meta.concrete_fields if not {f.name, f.attname} & given]
        self.supersede()
        # One moment for both, so that a question about any moment finds one of them.
        handed = {name: getattr(self, name) for name in fields}
        new = type(self)(**handed | {"recorded_at": self.superseded_at} | changes)
        new.save()
        return new
