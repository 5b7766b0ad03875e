"""A place, its attributes, parent and point; the squares by which points are counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from anju.kernel.places import geo, grid
from anju.kernel.places.geo import Box, System
from anju.kernel.places.models import Area, Place
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
Maker = Callable[..., Area]


def place(area: Area, kind: str = "other", code: str = "A", **fields: object) -> Place:
    made = Place(kind=kind, code=code, name=code, area=area, **fields)
    made.full_clean()
    made.save()
    return made


def test_attributes_are_of_the_kind_typed_and_stored_by_key(area: Maker) -> None:
    building = place(
        area("甲县"), "building", attributes={"层数": "6", "elevator": "有", "built_year": " 1998 "}
    )
    assert building.attributes == {"floors": 6, "elevator": True, "built_year": 1998}
    for given, words in (({"车道数": "4"}, "没有“车道数”这一属性"), ({"层数": "很高"}, "层数：“很高”不是数")):
        building.attributes = given
        with pytest.raises(ValidationError, match=words):
            building.full_clean()


def test_the_building_table_keeps_its_order(area: Maker) -> None:
    county = area("甲县")
    community = place(county, "community")
    building = place(county, "building", "B", parent=community)
    with pytest.raises(ValidationError, match="户不能属于小区，可以属于单元、楼栋"):
        place(county, "dwelling", "D", parent=community)
    assert place(county, "dwelling", "D", parent=building).parent == building


def test_a_circle_is_refused(area: Maker) -> None:
    county = area("甲县")
    top = place(county, code="A")
    below = place(county, code="B", parent=top)
    top.parent = below
    with pytest.raises(ValidationError, match="B本身在A之下，不能作它的上级"):
        top.full_clean()


def test_a_code_is_unique_among_the_open_places_of_a_kind(area: Maker) -> None:
    county = area("甲县")
    place(county, "site")
    place(county, "road")
    with pytest.raises(ValidationError, match="已有同类"):
        place(county, "site")


def test_a_typed_point_becomes_the_shape_and_half_a_point_is_refused(area: Maker) -> None:
    found = place(area("甲县"), longitude=118.2, latitude=39.6)
    assert found.geometry == {"type": "Point", "coordinates": [118.2, 39.6]}
    assert (found.west, found.north) == (118.2, 39.6)
    found.latitude = None
    with pytest.raises(ValidationError, match="经度和纬度要同时填写"):
        found.full_clean()


def test_the_point_of_an_outline_stays_in_its_box(area: Maker) -> None:
    found = Place(kind="site", code="S", name="工地", area=area("甲县"))
    ring = [[118, 39], [118.1, 39], [118.1, 39.1], [118, 39]]
    found.draw(geo.parse_shape({"type": "Polygon", "coordinates": [ring]}, System.CGCS2000), "测绘")
    found.full_clean()
    found.longitude = 118.5
    with pytest.raises(ValidationError, match="代表点不在图形的范围里"):
        found.full_clean()


def test_a_scope_sees_the_places_of_its_areas(area: Maker) -> None:
    own, foreign = area("甲县"), area("乙县")
    mine = place(own, code="A")
    place(foreign, code="B")
    assert list(Place.objects.within(Scope(areas=frozenset({own.pk})))) == [mine]
    assert Place.objects.within(Scope.none()).count() == 0


@pytest.mark.parametrize("width", [2.4, 0.24, 0.012])
def test_marks_count_every_point_at_every_distance(area: Maker, width: float) -> None:
    """Nine points, three of them within ten metres; a tenth outside the box. All three ways of counting agree."""
    county, middle = area("甲县"), (118.2, 39.6)
    spots = [(i * width / 5, j * width / 5) for i in (-1, 0, 1) for j in (-1, 1)] + [
        (0, 0),
        (1e-5, 0),
        (0, 1e-5),
    ]
    rows = []
    for number, (x, y) in enumerate([*spots, (width, 0)]):
        row = Place(kind="site", code=str(number), name="工地", area=county)
        row.draw(geo.Point(middle[0] + x, middle[1] + y), "测绘")
        rows.append(row)
    Place.objects.bulk_create(rows)
    half = width / 2
    box = Box(middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
    marks = grid.marks(Place.objects.all(), box)
    assert sum(mark.count for mark in marks) == 9
    assert max(mark.count for mark in marks) >= 3
    assert grid.within(Place.objects.all(), box).count() == 9
    assert all(mark.box.holds((mark.longitude, mark.latitude), 1e-9) for mark in marks)
