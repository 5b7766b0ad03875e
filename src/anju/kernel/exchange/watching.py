"""What is due and what is late: the worker looks every hour."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from anju.kernel import loop
from anju.kernel.exchange.ledger import expect
from anju.kernel.exchange.models import Delivery, Every, Interface, State
from anju.kernel.findings.ledger import Observed
from anju.kernel.values import periods
from anju.kernel.values.periods import Period

_DAY = timedelta(days=1)
# A delivery that is this late is no longer a slip.
_GRAVE = timedelta(days=7)
# What is still to be done by us or by the other side once its deadline is over.
_UNDONE = (State.EXPECTED, State.REJECTED)


def hourly(now: datetime) -> None:
    """The worker's job: expect what is due next, and find what is late."""
    today = timezone.localdate(now)
    for interface in Interface.objects.on(today).select_related("organisation"):
        for period in ended(interface.every, today):
            expect(interface, period.text, deadline(period, interface.due_day))
        loop.observe(f"exchange:{interface.pk}", late(interface, now), now)


def ended(every: str, today: date) -> list[Period]:
    """The period that ended last before ``today``, none for what is sent when asked."""
    first = {
        Every.DAY: today,
        Every.MONTH: today.replace(day=1),
        Every.QUARTER: today.replace(month=today.month - (today.month - 1) % 3, day=1),
        Every.YEAR: today.replace(month=1, day=1),
    }.get(Every(every))
    if first is None:
        return []
    last = first - _DAY
    text = {
        Every.DAY: f"{last}",
        Every.MONTH: f"{last:%Y-%m}",
        Every.QUARTER: f"{last.year}Q{(last.month + 2) // 3}",
        Every.YEAR: f"{last.year}",
    }[Every(every)]
    return [periods.parse(text)]


def deadline(period: Period, due_day: int) -> datetime:
    """The end of the ``due_day``-th day after the period, in the time of the installation."""
    return timezone.make_aware(datetime.combine(period.end + due_day * _DAY, time(23, 59, 59)))


def late(interface: Interface, now: datetime) -> list[Observed]:
    """A finding for each part whose deadline is over and that has not gone, or not come."""
    rows = Delivery.objects.filter(interface=interface, state__in=_UNDONE, due_at__lt=now).order_by("part")
    return [
        Observed(
            rule="exchange.late",
            grade="high" if now - row.due_at > _GRAVE else "warn",
            part=interface.code,
            label=row.part,
            message=f"{interface.partner}：{interface.name} {row.part}"
            f"应在{timezone.localtime(row.due_at):%Y-%m-%d}前{interface.get_direction_display()}，"
            f"现在是“{row.get_state_display()}”。",
            organisation=interface.organisation,
        )
        for row in rows
    ]
