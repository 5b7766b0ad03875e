from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations

import pytest
from shapely.geometry import shape

from anju.kernel.places import sample
from anju.kernel.places.hierarchy import descendants
from anju.kernel.places.models import ADMINISTRATIVE, MANAGEMENT, Area, Membership

DAY = date(2021, 7, 1)
pytestmark = pytest.mark.django_db


def test_nineteen_units_of_which_eighteen_bear_codes() -> None:
    sample.build()
    city = Area.objects.get(level="city")
    units = Area.objects.filter(pk__in=descendants(city, ADMINISTRATIVE, DAY))
    assert Counter(unit.code_system for unit in units) == {"gb2260": 14, "statistical": 4, "local": 1}
    assert all(unit.code.startswith("99") for unit in units if unit.code_system != "local")
    assert len({unit.name for unit in units}) == 19

    groups = Area.objects.filter(level="group")
    members = {group.name: descendants(group, MANAGEMENT, DAY) for group in groups}
    assert set(members) == {"中心区", "县（市）", "功能区"}
    assert set.union(*members.values()) == {unit.pk for unit in units}
    assert descendants(city, MANAGEMENT, DAY) == {unit.pk for unit in (*units, *groups)}
    centre = Area.objects.filter(pk__in=members["中心区"]).order_by("code")
    assert [unit.name for unit in centre] == ["城北区", "城南区", "高新区"]


def test_the_outlines_fill_the_city_without_overlap_and_are_marked() -> None:
    sample.build()
    units = Area.objects.filter(level__in=("county", "zone"))
    city = Area.objects.get(level="city")
    assert all(unit.schematic for unit in (*units, city))
    total = sum(unit.area_square_metres for unit in units)
    assert total == pytest.approx(city.area_square_metres, rel=1e-6)
    outlines = [shape(unit.geometry) for unit in units]
    assert all(one.intersection(other).area < 1e-9 for one, other in combinations(outlines, 2))


def test_building_twice_changes_nothing() -> None:
    sample.build()
    first = stored()
    assert [len(keys) for keys in first] == [23, 41]  # city, 19 units, 3 groups; 19 + 19 + 3 memberships
    sample.build()
    assert stored() == first


def stored() -> list[set[object]]:
    return [set(model.objects.values_list("pk", flat=True)) for model in (Area, Membership)]
