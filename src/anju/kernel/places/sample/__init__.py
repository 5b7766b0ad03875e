"""The fictional city 安居市: 19 county-level units, of which 18 bear codes, with outlines drawn by code, and places.

Its codes begin with 99, which GB/T 2260 gives to no province, and it lies in the open sea, where no basemap
shows a real town below it.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin
from random import Random

import shapely
from shapely.affinity import scale
from shapely.geometry import MultiPoint, Point, Polygon

from anju.kernel.places import geo, imports
from anju.kernel.places.models import MANAGEMENT, CodeSystem, Level
from anju.kernel.places.rows import AreaRow
from anju.kernel.places.sample import places

ACTOR = "样例"
CITY = "990100"
CENTRE, COUNTIES, ZONES = "AJ-ZX", "AJ-XS", "AJ-GN"
_GROUPS = {CENTRE: "中心区", COUNTIES: "县（市）", ZONES: "功能区"}
# Code, name, management group; in the order of the drawing, from the middle outwards.
UNITS = (
    ("990102", "城北区", CENTRE),
    ("990103", "城南区", CENTRE),
    ("990173", "高新区", CENTRE),
    ("990104", "望湖区", COUNTIES),
    ("990105", "石桥区", COUNTIES),
    ("990106", "煤岭区", COUNTIES),
    ("990107", "新渠区", COUNTIES),
    ("990171", "安居经济开发区", ZONES),
    ("990172", "长堤管理区", ZONES),
    ("990121", "东岭县", COUNTIES),
    ("990122", "青禾县", COUNTIES),
    ("990123", "柳溪县", COUNTIES),
    ("990124", "西山县", COUNTIES),
    ("990181", "平岭市", COUNTIES),
    ("990182", "安澜市", COUNTIES),
    ("990125", "河湾县", COUNTIES),
    ("990108", "海塘区", COUNTIES),
    ("990174", "临港开发区", ZONES),
    ("AJ-19", "月亮岛旅游区", ZONES),
)
_SEED = 19
_MIDDLE = (123.0, 36.5)
_HALF_WIDTH, _HALF_HEIGHT = 0.8, 0.5
# (units, distance from the middle as a share of the half width) of each ring of the drawing
_RINGS = ((3, 0.14), (6, 0.47), (10, 0.82))


def build() -> None:
    """Create the city with both hierarchies and its places; a second call changes nothing."""
    for rows in (_administrative(), _management()):
        imports.save(rows, actor=ACTOR, source="程序绘制的示意图", schematic=True)
    places.build({code: outline for (code, _, _), outline in zip(UNITS, _drawing(), strict=True)}, ACTOR)


def _administrative() -> list[AreaRow]:
    outlines = _drawing()
    city = shapely.union_all(outlines)
    head = AreaRow("样例", CITY, CodeSystem.GB2260, "安居市", Level.CITY, "Anju", outline=_parsed(city))
    units = [
        AreaRow("样例", code, _system(code), name, _level(code), parent=CITY, outline=_parsed(outline))
        for (code, name, _), outline in zip(UNITS, outlines, strict=True)
    ]
    return [head, *units]


def _management() -> list[AreaRow]:
    groups = [
        AreaRow("样例", code, CodeSystem.LOCAL, name, Level.GROUP, parent=CITY, hierarchy=MANAGEMENT)
        for code, name in _GROUPS.items()
    ]
    units = [
        AreaRow("样例", code, _system(code), name, _level(code), parent=group, hierarchy=MANAGEMENT)
        for code, name, group in UNITS
    ]
    return groups + units


def _system(code: str) -> CodeSystem:
    """Functional zones bear codes from 71 on, as in the tables of the statistics office."""
    if not code.isdigit():
        return CodeSystem.LOCAL
    return CodeSystem.STATISTICAL if code[4] == "7" else CodeSystem.GB2260


def _level(code: str) -> Level:
    return Level.COUNTY if _system(code) == CodeSystem.GB2260 else Level.ZONE


def _parsed(outline: geo.Outline) -> geo.Outline:
    return geo.parse(geo.to_geojson(outline), geo.System.CGCS2000)


@cache
def _drawing() -> list[Polygon]:
    """The outlines of ``UNITS``: cells nearest to points on three rings, cut from an oval."""
    border = scale(Point(_MIDDLE).buffer(1, quad_segs=24), _HALF_WIDTH, _HALF_HEIGHT)
    points = _points()
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=border).geoms
    cut = [shapely.set_precision(cell.intersection(border), 1e-6) for cell in cells]
    return [next(cell for cell in cut if cell.covers(point)) for point in points]


def _points() -> list[Point]:
    random = Random(_SEED)
    points = []
    for count, distance in _RINGS:
        for position in range(count):
            angle = 2 * pi * (position + random.uniform(-0.2, 0.2)) / count
            reach = distance * random.uniform(0.9, 1.1)
            east, north = _HALF_WIDTH * reach * cos(angle), _HALF_HEIGHT * reach * sin(angle)
            points.append(Point(_MIDDLE[0] + east, _MIDDLE[1] + north))
    return points
