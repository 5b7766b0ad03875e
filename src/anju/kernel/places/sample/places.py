"""Places of the fictional city: communities, buildings, one door in ten communities, sites, a road, a district."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from django.db import transaction
from shapely.geometry import LineString, Point, Polygon

from anju.kernel import audit
from anju.kernel.places import geo
from anju.kernel.places.kinds import Kind
from anju.kernel.places.models import Area, Place

_SEED = 21
_OWN, _SURVEY = geo.System.CGCS2000, "样例测绘"
_COMMUNITIES, _SITES = 40, 12
_NAMES = ("示例家园", "示例花园", "示例新村", "示例小区")


@transaction.atomic
def build(outlines: Mapping[str, Polygon], actor: str) -> None:
    """Places within the outlines of the areas by code, with one audit row; nothing where there are places already."""
    if Place.objects.exists():
        return
    areas = {area.code: area for area in Area.objects.filter(valid_to__isnull=True)}
    codes, random = list(outlines), Random(_SEED)
    made: list[Place] = []
    for number in range(_COMMUNITIES):
        unit = number % len(codes)
        _community(made, number, areas[codes[unit]], _spot(outlines[codes[unit]], random), random)
    for number in range(_SITES):
        unit = number % len(codes)
        area = areas[codes[unit]]
        site = _place(Kind.SITE, f"GD{number + 1:03}", f"{area.name}示例工地{number + 1}号", area)
        site.attributes = {"builder": "示例施工单位", "land_area": float(random.randrange(8, 90) * 1000)}
        made.append(_drawn_at(site, _spot(outlines[codes[unit]], random)))
    x, y = _spot(outlines[codes[0]], random)
    road = _place(Kind.ROAD, "DL001", "示例大街", areas[codes[0]])
    road.attributes = {"grade": "主干路", "lanes": 6}
    road.draw(geo.parse_shape(LineString([(x, y), (x + 0.01, y + 0.002)]).__geo_interface__, _OWN), _SURVEY)
    block = _place(Kind.DISTRICT, "JQ001", "示例街区", areas[codes[0]])
    block.draw(geo.parse_shape(Point(x, y).buffer(0.004).envelope.__geo_interface__, _OWN), _SURVEY)
    Place.objects.bulk_create([*made, road, block], batch_size=500)
    audit.record("places.sample", "样例场所", actor=actor, after={"rows": len(made) + 2})


def _community(made: list[Place], number: int, area: Area, at: geo.Position, random: Random) -> None:
    """A community of five to nine buildings; the first building of each tenth has its doors and dwellings."""
    buildings, year = random.randrange(5, 10), random.randrange(1978, 2016)
    name = f"{area.name}{_NAMES[number % len(_NAMES)]}{number // len(_NAMES) + 1}期"
    community = _place(Kind.COMMUNITY, f"XQ{number + 1:03}", name, area, address=f"示例路{number + 1}号")
    community.attributes = {"built_year": year, "buildings": buildings, "households": buildings * 36}
    made.append(_drawn_at(community, at))
    for count in range(1, buildings + 1):
        code = f"{community.code}-{count:02}"
        building = _place(Kind.BUILDING, code, f"{name}{count}号楼", area, community, community.address)
        building.attributes = {"built_year": year, "floors": 6, "units": 3, "households": 36}
        spread = (random.uniform(-0.0025, 0.0025), random.uniform(-0.0018, 0.0018))
        made.append(_drawn_at(building, (at[0] + spread[0], at[1] + spread[1])))
        if count == 1 and number % 10 == 0:
            made += _inside(building)


def _inside(building: Place) -> list[Place]:
    """One door with the twelve dwellings behind it."""
    where = geo.Point(building.position)
    area, address = building.area, building.address
    door = _place(Kind.UNIT, f"{building.code}-1", f"{building.name}1单元", area, building, address)
    rows = [door]
    for floor in range(1, 7):
        for room in (1, 2):
            code = f"{door.code}-{floor}0{room}"
            dwelling = _place(Kind.DWELLING, code, f"{door.name}{floor}0{room}", area, door, address)
            dwelling.attributes = {"floor": floor, "room": f"{floor}0{room}", "floor_area": 72.5}
            rows.append(dwelling)
    for row in rows:
        row.draw(where, _SURVEY)
    return rows


def _place(
    kind: str, code: str, name: str, area: Area, parent: Place | None = None, address: str = ""
) -> Place:
    return Place(kind=kind, code=code, name=name, area=area, parent=parent, address=address)


def _drawn_at(place: Place, at: geo.Position) -> Place:
    place.draw(geo.Point(at), _SURVEY)
    return place


def _spot(outline: Polygon, random: Random) -> geo.Position:
    """A point well inside an outline."""
    inner = outline.buffer(-0.01)
    west, south, east, north = inner.bounds
    while True:
        at = Point(random.uniform(west, east), random.uniform(south, north))
        if inner.contains(at):
            return at.x, at.y
