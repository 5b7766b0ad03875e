"""Interfaces of the sample city: one report sent back and sent again, one late, one feed that comes in."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.utils import timezone

from anju.kernel.exchange import ledger, watching
from anju.kernel.exchange.ledger import Parcel
from anju.kernel.exchange.models import Direction, Every, Interface, Publication
from anju.kernel.parties.models import Organisation

ACTOR = "样例"
# Code, name, direction, partner, how often, days after the period, form
INTERFACES = (
    ("checkup-year", "城市体检年度数据", Direction.OUT, "省城市体检平台", Every.YEAR, 60, "xlsx、json"),
    ("dust-month", "扬尘考核月报", Direction.OUT, "省扬尘监管平台", Every.MONTH, 25, "xlsx"),
    ("heating-day", "供热运行日数据", Direction.IN, "热力公司调度平台", Every.DAY, 1, "json"),
)


def build() -> None:
    """Create what is missing; a second call changes nothing."""
    bureau = Organisation.objects.get(name="安居市住房和城乡建设局")
    made = {}
    for code, name, direction, partner, every, due_day, form in INTERFACES:
        facts = {
            "name": name,
            "direction": direction,
            "partner": partner,
            "every": every,
            "due_day": due_day,
            "form": form,
            "organisation": bureau,
        }
        made[code], is_new = Interface.objects.get_or_create(code=code, defaults=facts)
        if not is_new:
            return
    Publication.objects.create(collection="areas", basis="安住建〔样例〕7号")
    _history({code: interface.pk for code, interface in made.items()})


def _history(made: dict[str, UUID]) -> None:
    """The dust report went twice; yesterday's heating data came twice; last year's check-up is not sent."""
    now = timezone.now()
    today = timezone.localdate(now)
    for interface in Interface.objects.filter(pk__in=made.values()):
        (period,) = watching.ended(interface.every, today)
        due = watching.deadline(period, interface.due_day)
        row = ledger.expect(interface, period.text, due)
        if interface.code == "dust-month":
            ledger.send(row, _parcel("第一稿", 19), actor=ACTOR, now=now - timedelta(days=3))
            ledger.reject(row, "缺月亮岛旅游区的数据。", actor=ACTOR)
            ledger.send(row, _parcel("第二稿", 19), actor=ACTOR, now=now - timedelta(days=2))
            ledger.acknowledge(row, "省尘〔样例〕0001", actor=ACTOR)
        elif interface.code == "heating-day":
            for _ in range(2):
                ledger.receive(row, _parcel("运行数据", 1920), actor=ACTOR, now=now)
            ledger.acknowledge(row, "已入库", actor=ACTOR)


def _parcel(text: str, rows: int) -> Parcel:
    return Parcel(sha256(text.encode()).hexdigest(), rows)
