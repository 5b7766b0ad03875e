"""Binding a target to an indicator of the platform, so that a measured figure answers it and nobody types one."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.indicators.models import Definition, Value
from anju.kernel.values import units
from anju.kernel.values.refusal import Refusal
from anju.kernel.values.target_value import parse
from anju.packs.budget.indicators import ask_again
from anju.packs.budget.models import Binding, Line, LineTarget

# What people report on a promise answers that promise and no other.
REPORTED = ("budget.target", "budget.commitment")


def fitting(target: LineTarget) -> list[Definition]:
    """The indicators whose unit the target's value has, by name; all of them for a value without a unit."""
    unit = _plain(parse(target.value).unit)
    rows = Definition.objects.current().exclude(code__in=REPORTED).order_by("name", "code", "version")
    return [row for row in rows if unit is None or _plain(row.unit) in (unit, None)]


def subjects_of(what: Definition) -> QuerySet[Value]:
    """The figures in force of an indicator, the newest of each subject first."""
    rows = Value.objects.current().filter(code=what.code, version=what.version)
    return rows.order_by("subject", "-period")


@transaction.atomic
def bind(target: LineTarget, what: Definition, subject: str, *, actor: str) -> Binding:
    """From now on the indicator's figure for ``subject`` answers the target.

    Raises ``Refusal`` for an indicator of another unit and for a subject of which no figure is known: a slip of
    the pen would leave the target unanswered for a year.
    """
    if what.pk not in {row.pk for row in fitting(target)}:
        raise Refusal(
            gettext("{name}的单位是{unit}，回答不了{value}。").format(
                name=what.name, unit=what.unit or "—", value=target.value
            ),
            gettext("请选单位相同的指标。"),
        )
    if not subjects_of(what).filter(subject=subject).exists():
        raise Refusal(gettext("这个指标没有所选对象的数。"), gettext("请从列出的对象里选。"))
    old = Binding.objects.select_for_update().current().filter(target_key=target.key).first()
    said = {"code": what.code, "version": what.version, "subject": subject}
    changes = said | {"bound_by": actor}
    new = (
        old.replaced(**changes)
        if old
        else Binding.objects.create(file=target.file, target_key=target.key, **changes)
    )
    audit.record("budget.bind", target, actor=actor, before=_said(old), after=said)
    _again(target)
    return new


@transaction.atomic
def release(target: LineTarget, *, actor: str) -> None:
    """The target is answered by reports again; nothing happens where it is bound to nothing."""
    old = Binding.objects.select_for_update().current().filter(target_key=target.key).first()
    if old is None:
        return
    old.supersede()
    audit.record("budget.release", target, actor=actor, before=_said(old))
    _again(target)


def _again(target: LineTarget) -> None:
    lines = Line.objects.current().filter(file=target.file_id, key=target.line_key)
    ask_again(target.file, timezone.now(), lines=lines)


def _said(row: Binding | None) -> dict[str, str] | None:
    return {"code": row.code, "version": row.version, "subject": row.subject} if row else None


def _plain(unit: str | None) -> str | None:
    """A unit without 万 and 亿 and without the noun that it counts (个小区 → 个); None for none."""
    _, plain = units.base(Decimal(1), unit or None)
    return units.classifier(plain) if plain else None
