"""Thirty pieces of equipment of the fictional city, with planted faults: some in repair, one scrapped, one overdue."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from anju.kernel.assets import ledger
from anju.kernel.assets.models import Asset, Maintenance, State, Work
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.kinds import Kind as PlaceKind
from anju.kernel.places.models import Place
from anju.kernel.places.sample import ACTOR
from anju.kernel.places.writing import write

INSTALLED = date(2021, 3, 1)
# Type, beginning of the code, name, kind of its place, how many, attributes
_GROUPS = (
    ("camera", "SX", "摄像机", PlaceKind.SITE, 12, {"resolution": "1080p", "panorama": True}),
    ("station", "JZ", "扬尘监测站", PlaceKind.SITE, 8, {"interval": 60, "height": 3.0}),
    ("meter", "YB", "热量表", PlaceKind.BUILDING, 10, {"quantity": "热量", "accuracy": "2级"}),
)


@transaction.atomic
def build() -> None:
    """Create the assets at the places of ``places.sample``; a second call changes nothing."""
    if Asset.objects.exists():
        return
    operator = Organisation.objects.filter(kind=Kind.COMPANY).order_by("recorded_at").first()
    for kind, start, name, place_kind, count, attributes in _GROUPS:
        places = Place.objects.filter(kind=place_kind).order_by("code").select_related("area")[:count]
        for number, place in enumerate(places, 1):
            asset = Asset(type=kind, code=f"{start}{number:03}", name=f"{place.name}{name}", place=place)
            asset.area, asset.operator, asset.installed_on = place.area, operator, INSTALLED
            asset.attributes, asset.maker, asset.model = dict(attributes), "示例厂家", f"{start}-1"
            write(asset, actor=ACTOR)
            _story(asset, number)


def _story(asset: Asset, number: int) -> None:
    """The third of each type is in repair, the sixth out of service, the eighth scrapped; the first is looked after."""
    today = timezone.localdate()
    told = {
        3: (State.UNDER_REPAIR, "图像或读数中断"),
        6: (State.OUT_OF_SERVICE, "所在场所停工"),
        8: (State.SCRAPPED, "超过使用年限"),
    }
    if number in told:
        state, reason = told[number]
        ledger.change(
            asset, ledger.Change(state, INSTALLED + timedelta(days=100 + number), reason), actor=ACTOR
        )
    if number == 1:
        done = today - timedelta(days=200)
        entry = Maintenance(
            asset=asset, kind=Work.PLANNED, done_on=done, done_by="示例维保单位", note="清洁、校准。"
        )
        entry.next_due = done + timedelta(days=180)
        ledger.maintain(entry, (), actor=ACTOR)
