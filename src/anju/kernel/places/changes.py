"""What happens to areas: they join and leave a hierarchy, change name or code, merge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from anju.kernel.places.models import HIERARCHIES, Area, Membership
from anju.kernel.places.writing import write


def lock() -> None:
    """Let one transaction at a time change memberships, which are few and seldom change.

    Overlaps and circles are seen by reading other rows, so two transactions must not read at once. SQLite
    has one writer anyway.
    """
    list(Area.objects.select_for_update().order_by("pk").values_list("pk"))


def join(membership: Membership, *, actor: str, reason: str = "") -> None:
    """Save a membership; ``ValidationError`` for an overlap, a circle or an end before the start."""
    with transaction.atomic():
        lock()
        write(membership, actor=actor, reason=reason)


def leave(membership: Membership, on: date, *, actor: str, reason: str = "") -> None:
    """The membership is no longer in force from ``on``."""
    with transaction.atomic():
        lock()
        membership.valid_to = on
        write(membership, actor=actor, reason=reason)


def succeed(olds: Sequence[Area], new: Area, on: date, *, actor: str, reason: str = "") -> None:
    """From ``on``, ``new`` takes the place of ``olds``: renaming, new code or merger.

    ``new`` is either unsaved, and then gets the parents of ``olds``, which must agree, or an existing area
    that absorbs them and keeps its own. The areas below ``olds`` come below ``new``.
    """
    with transaction.atomic():
        lock()
        above = Membership.objects.filter(child__in=olds).overlapping(on, None)
        below = Membership.objects.filter(parent__in=olds).exclude(child__in=olds).overlapping(on, None)
        inherited = _moved(new, list(above), list(below))
        ended = {link.pk: link for link in (*above, *below)}
        for link in ended.values():
            link.valid_to = on
            write(link, actor=actor, reason=reason)
        for old in olds:
            old.valid_to = on
            write(old, actor=actor, reason=reason)
        if new._state.adding:
            new.valid_from = on
            write(new, actor=actor, reason=reason)
        for link in inherited:
            link.valid_from = on
            write(link, actor=actor, reason=reason)
        for old in olds:
            old.successor = new
            write(old, actor=actor, reason=reason)


def _moved(new: Area, above: list[Membership], below: list[Membership]) -> list[Membership]:
    """The memberships that ``new`` takes over, unsaved and without a start."""
    parents: dict[str, Membership] = {}
    for link in above if new._state.adding else ():
        known = parents.setdefault(link.hierarchy, link)
        if (known.parent_id, known.valid_to) != (link.parent_id, link.valid_to):
            raise ValidationError(
                f"要合并的区域有不同的{HIERARCHIES[link.hierarchy]}上级。请先把它们移到同一个上级之下。"
            )
    return [
        Membership(child=new, parent=link.parent, hierarchy=link.hierarchy, valid_to=link.valid_to)
        for link in parents.values()
    ] + [
        Membership(child=link.child, parent=new, hierarchy=link.hierarchy, valid_to=link.valid_to)
        for link in below
        if link.child_id != new.pk
    ]
