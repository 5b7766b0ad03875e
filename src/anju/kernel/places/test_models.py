from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from anju.kernel.places import geo
from anju.kernel.places.models import ADMINISTRATIVE, MANAGEMENT, Area, CodeSystem, Membership
from anju.kernel.values.scope import Scope

MakeArea = Callable[..., Area]
MakeLink = Callable[..., Membership]
SPRING, SUMMER, AUTUMN = date(2021, 3, 1), date(2021, 6, 1), date(2021, 9, 1)


def outline(west: float, south: float) -> geo.Outline:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return geo.parse({"type": "Polygon", "coordinates": [ring]}, geo.System.CGCS2000)


def messages(error: ValidationError) -> str:
    return "".join(error.messages)


def test_the_last_day_is_the_one_before_the_end(area: MakeArea) -> None:
    area("甲", start=SPRING, end=SUMMER)
    found = [Area.objects.on(day).exists() for day in (date(2021, 2, 28), SPRING, date(2021, 5, 31), SUMMER)]
    assert found == [False, True, True, False]


def test_open_ends_are_in_force_without_limit(area: MakeArea) -> None:
    area("甲")
    assert Area.objects.on(date.min).exists()
    assert Area.objects.on(date.max).exists()


@pytest.mark.parametrize("end", [SPRING, date(2020, 1, 1)])
def test_the_end_comes_after_the_start_by_model_and_database(area: MakeArea, end: date) -> None:
    kept = area("甲", start=SPRING)
    kept.valid_to = end
    with pytest.raises(ValidationError, match="失效日期必须晚于生效日期"):
        kept.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save()


def test_one_code_names_one_area_at_a_time(area: MakeArea) -> None:
    area("旧县", "990121", end=SUMMER)
    again = Area(code="990121", code_system=CodeSystem.GB2260, name="新县", level="county", valid_from=SPRING)
    with pytest.raises(ValidationError) as refused:
        again.full_clean()
    assert "代码990121在这段时间已有区域。请先让原区域失效，或改用别的代码。" in messages(refused.value)
    again.valid_from = SUMMER
    again.full_clean()
    again.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        area("又一县", "990121", start=AUTUMN)


def test_a_statutory_code_has_six_digits(area: MakeArea) -> None:
    wrong = Area(code="9901", code_system=CodeSystem.GB2260, name="甲", level="county")
    with pytest.raises(ValidationError, match="行政区划代码是6位数字"):
        wrong.full_clean()
    wrong.code_system = CodeSystem.LOCAL
    wrong.full_clean()


def test_drawing_fills_box_and_area_and_erasing_empties_them(area: MakeArea) -> None:
    drawn = area("甲")
    drawn.draw(outline(118, 39), "测绘", schematic=True)
    assert (drawn.west, drawn.south, drawn.east, drawn.north) == (118, 39, 119, 40)
    # A degree of longitude at 39.5 N is 86.03 km, a degree of latitude 111.02 km.
    assert drawn.area_square_metres == pytest.approx(86.03e3 * 111.02e3, rel=2e-3)
    assert (drawn.schematic, drawn.outline_source) == (True, "测绘")
    drawn.draw(None, "测绘")
    assert (drawn.geometry, drawn.west, drawn.area_square_metres) == (None, None, None)
    assert (drawn.schematic, drawn.outline_source) == (False, "")


def test_the_box_query_finds_what_touches(area: MakeArea) -> None:
    for name, place in (("甲", (118, 39)), ("乙", (121, 39)), ("丙", (118, 42))):
        drawn = area(name)
        drawn.draw(outline(*place), "测绘")
        drawn.save()
    area("无轮廓")

    def names(*box: float) -> set[str]:
        return {found.name for found in Area.objects.filter(geo.Box(*box).touching())}

    assert names(118.4, 39.4, 118.6, 39.6) == {"甲"}
    assert names(119, 40, 121, 42) == {"甲", "乙", "丙"}
    assert names(119.5, 39, 120.5, 43) == set()


def test_scope_is_the_area_itself(area: MakeArea) -> None:
    own, other = area("甲"), area("乙")
    assert list(Area.objects.all().within(Scope(areas=frozenset({own.pk})))) == [own]
    assert Area.objects.all().within(Scope.none()).count() == 0
    assert other in Area.objects.all().within(Scope.whole())


def member(child: Area, parent: Area, start: date | None = None, end: date | None = None) -> Membership:
    return Membership(child=child, parent=parent, hierarchy=ADMINISTRATIVE, valid_from=start, valid_to=end)


def test_a_child_has_one_parent_at_a_time_in_a_hierarchy(area: MakeArea, link: MakeLink) -> None:
    child, first, second = area("县"), area("甲市"), area("乙市")
    link(child, first, SPRING, AUTUMN)
    with pytest.raises(ValidationError, match="县在这段时间已有行政隶属上级。请先结束原隶属关系。"):
        member(child, second, SUMMER).full_clean()
    with pytest.raises(ValidationError, match="已有行政隶属上级"):
        member(child, second, end=date(2021, 3, 2)).full_clean()
    member(child, second, AUTUMN).full_clean()
    member(child, second, end=SPRING).full_clean()
    elsewhere = member(child, second, SUMMER)
    elsewhere.hierarchy = MANAGEMENT
    elsewhere.full_clean()


def test_the_database_refuses_a_second_open_parent(area: MakeArea, link: MakeLink) -> None:
    child, first, second = area("县"), area("甲市"), area("乙市")
    link(child, first, SPRING)
    with pytest.raises(IntegrityError), transaction.atomic():
        link(child, second, SUMMER)


def test_nothing_belongs_to_itself(area: MakeArea, link: MakeLink) -> None:
    alone = area("甲")
    with pytest.raises(ValidationError, match="区域不能隶属于自己"):
        member(alone, alone).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        link(alone, alone)


def test_a_circle_is_refused(area: MakeArea, link: MakeLink) -> None:
    city, county, town = area("市"), area("县"), area("镇")
    link(county, city)
    link(town, county)
    with pytest.raises(ValidationError, match="镇本身在市之下，不能再作它的上级"):
        member(city, town).full_clean()
    other = member(city, town)
    other.hierarchy = MANAGEMENT
    other.full_clean()


def test_a_circle_needs_a_common_day(area: MakeArea, link: MakeLink) -> None:
    """市→县 until June, 县→镇 from June: the chain 镇…市 never exists on one day."""
    city, county, town = area("市"), area("县"), area("镇")
    link(county, city, end=SUMMER)
    link(town, county, SUMMER)
    member(city, town).full_clean()
    Membership.objects.filter(child=town).update(valid_from=date(2021, 5, 31))
    with pytest.raises(ValidationError, match="不能再作它的上级"):
        member(city, town).full_clean()
