"""What may be published as open data: a closed list of collections, each with the properties that go out.

Nothing goes out until a ``Publication`` says so, and never more than stands here: no person, no dwelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from anju.kernel import packs


@dataclass(frozen=True, slots=True)
class Collection:
    """A register as a collection of features.

    ``properties`` are (name that goes out, path of the model). ``only`` narrows the rows. A row's place is the
    GeoJSON of its ``geometry`` field, or its point; its box is in the columns west, south, east and north, or the
    point itself.
    """

    code: str
    name: str
    name_en: str
    description: str
    model: str
    properties: tuple[tuple[str, str], ...]
    geometry: str = ""
    dated: bool = True
    only: tuple[tuple[str, Any], ...] = ()

    def rows(self, today: date) -> Any:
        """The rows that may go out, those in force today of what is dated, in the order of their keys."""
        found = packs.resolve(self.model).objects.filter(**dict(self.only)).order_by("pk")
        return found.on(today) if self.dated else found

    def within(self, west: float, south: float, east: float, north: float) -> Q:
        """Whose box shares a point with this one; a box over the antimeridian has its west east of its east."""
        if self.geometry:
            high = Q(south__lte=north, north__gte=south)
            if west <= east:
                return high & Q(west__lte=east, east__gte=west)
            return high & (Q(east__gte=west) | Q(west__lte=east))
        high = Q(latitude__gte=south, latitude__lte=north)
        if west <= east:
            return high & Q(longitude__gte=west, longitude__lte=east)
        return high & (Q(longitude__gte=west) | Q(longitude__lte=east))


COLLECTIONS = (
    Collection(
        "areas",
        gettext_noop("区域"),
        "Administrative areas and management units",
        "县级及以上区域的轮廓；示意轮廓标明schematic。",
        "anju.kernel.places.models.Area",
        (
            ("code", "code"),
            ("name", "name"),
            ("name_en", "name_en"),
            ("level", "level"),
            ("schematic", "schematic"),
            ("valid_from", "valid_from"),
            ("valid_to", "valid_to"),
        ),
        geometry="geometry",
        only=(("geometry__isnull", False),),
    ),
    # Unit doors and dwellings are people's homes: they never go out.
    Collection(
        "places",
        gettext_noop("场所"),
        "Communities, buildings, sites, roads and stations",
        "小区、楼栋、工地、道路、场站和街区的位置；不含单元和户。",
        "anju.kernel.places.models.Place",
        (
            ("code", "code"),
            ("name", "name"),
            ("kind", "kind"),
            ("area", "area__name"),
            ("address", "address"),
            ("valid_from", "valid_from"),
            ("valid_to", "valid_to"),
        ),
        only=(("kind__in", ("community", "building", "site", "road", "station", "district", "other")),),
    ),
    Collection(
        "assets",
        gettext_noop("设备"),
        "Equipment at places",
        "设备的编码、名称、类型、状态和位置。",
        "anju.kernel.assets.models.Asset",
        (("code", "code"), ("name", "name"), ("type", "type"), ("state", "state"), ("area", "area__name")),
        dated=False,
    ),
    Collection(
        "works",
        gettext_noop("工程项目"),
        "Works projects",
        "工程的种类、状态、计划日期和位置；不含单元和资金。",
        "anju.kernel.works.models.WorksProject",
        (
            ("code", "code"),
            ("name", "name"),
            ("kind", "kind"),
            ("state", "state"),
            ("area", "area__name"),
            ("owner", "owner__name"),
            ("planned_start", "planned_start"),
            ("planned_end", "planned_end"),
        ),
        dated=False,
    ),
)


def collection(code: str) -> Collection | None:
    return next((each for each in COLLECTIONS if each.code == code), None)
