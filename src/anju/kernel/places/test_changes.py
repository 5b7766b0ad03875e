from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from anju.kernel.places import changes
from anju.kernel.places.hierarchy import ancestors, descendants
from anju.kernel.places.models import ADMINISTRATIVE, MANAGEMENT, Area, CodeSystem, Membership

MakeArea = Callable[..., Area]
MakeLink = Callable[..., Membership]
DAY, BEFORE = date(2018, 9, 20), date(2018, 9, 19)


def unsaved(name: str, code: str) -> Area:
    return Area(code=code, code_system=CodeSystem.GB2260, name=name, level="county")


def test_luanxian_becomes_the_city_luanzhou(area: MakeArea, link: MakeLink) -> None:
    tangshan, luanxian, town = area("唐山市", "130200"), area("滦县", "130223"), area("镇")
    link(luanxian, tangshan)
    link(town, luanxian)
    luanzhou = unsaved("滦州市", "130284")
    changes.succeed([luanxian], luanzhou, DAY, actor="测试", reason="撤县设市")

    luanxian.refresh_from_db()
    assert (luanxian.valid_to, luanxian.successor) == (DAY, luanzhou)
    assert [found.name for found in Area.objects.on(BEFORE).filter(level="county").order_by("name")] == [
        "唐山市",
        "滦县",
        "镇",
    ]
    assert descendants(tangshan, ADMINISTRATIVE, BEFORE) == {luanxian.pk, town.pk}
    assert descendants(tangshan, ADMINISTRATIVE, DAY) == {luanzhou.pk, town.pk}
    assert ancestors(town, ADMINISTRATIVE, DAY) == [luanzhou.pk, tangshan.pk]
    assert ancestors(town, ADMINISTRATIVE, BEFORE) == [luanxian.pk, tangshan.pk]


def test_a_new_name_under_the_same_code(area: MakeArea) -> None:
    old = area("旧名县", "990121")
    changes.succeed([old], unsaved("新名县", "990121"), DAY, actor="测试")
    names = [Area.objects.on(day).get(code="990121").name for day in (BEFORE, DAY)]
    assert names == ["旧名县", "新名县"]


def test_two_merge_into_a_new_one(area: MakeArea, link: MakeLink) -> None:
    city, east, west, town = area("市"), area("东区"), area("西区"), area("镇")
    link(east, city)
    link(west, city)
    link(town, west)
    merged = unsaved("新区", "990109")
    changes.succeed([east, west], merged, DAY, actor="测试")
    assert descendants(city, ADMINISTRATIVE, DAY) == {merged.pk, town.pk}
    assert descendants(city, ADMINISTRATIVE, BEFORE) == {east.pk, west.pk, town.pk}


def test_one_absorbs_another_and_keeps_its_own_parent(area: MakeArea, link: MakeLink) -> None:
    city, other, big, small, town = area("市"), area("邻市"), area("大区"), area("小区"), area("镇")
    link(big, city)
    link(small, other)
    link(town, small)
    changes.succeed([small], big, DAY, actor="测试")
    big.refresh_from_db()
    assert big.valid_from is None
    assert descendants(city, ADMINISTRATIVE, DAY) == {big.pk, town.pk}
    assert descendants(other, ADMINISTRATIVE, DAY) == set()


def test_an_upper_area_may_be_absorbed_by_one_below(area: MakeArea, link: MakeLink) -> None:
    city, county = area("市"), area("县")
    link(county, city)
    changes.succeed([city], county, DAY, actor="测试")
    assert ancestors(county, ADMINISTRATIVE, DAY) == []


def test_a_merger_across_parents_is_refused_whole(area: MakeArea, link: MakeLink) -> None:
    east, west = area("东区"), area("西区")
    link(east, area("甲市"))
    link(west, area("乙市"))
    with pytest.raises(ValidationError, match="不同的行政隶属上级。请先把它们移到同一个上级之下。"):
        changes.succeed([east, west], unsaved("新区", "990109"), DAY, actor="测试")
    assert not Area.objects.filter(name="新区").exists()
    assert not Area.objects.filter(valid_to__isnull=False).exists()


def test_a_failure_half_way_leaves_nothing(area: MakeArea, link: MakeLink) -> None:
    old, city = area("县", start=DAY), area("市")
    link(old, city)
    with pytest.raises(ValidationError, match="失效日期必须晚于生效日期"):
        changes.succeed([old], unsaved("新县", "990122"), DAY, actor="测试")
    assert Membership.objects.get().valid_to is None


def test_leaving_and_joining_moves_a_county(area: MakeArea) -> None:
    county, first, second = area("县"), area("甲组"), area("乙组")
    membership = Membership(child=county, parent=first, hierarchy=MANAGEMENT)
    changes.join(membership, actor="测试")
    moved = Membership(child=county, parent=second, hierarchy=MANAGEMENT, valid_from=DAY)
    with pytest.raises(ValidationError, match="已有管理分组上级"):
        changes.join(moved, actor="测试")
    changes.leave(membership, DAY, actor="测试")
    changes.join(moved, actor="测试")
    parents = [ancestors(county, MANAGEMENT, day) for day in (BEFORE, DAY)]
    assert parents == [[first.pk], [second.pk]]
