from __future__ import annotations

from collections.abc import Callable
from datetime import date

from anju.kernel.places.hierarchy import ancestors, descendants
from anju.kernel.places.models import ADMINISTRATIVE, MANAGEMENT, Area, Membership

MakeArea = Callable[..., Area]
MakeLink = Callable[..., Membership]
DAY = date(2021, 7, 1)


def test_the_closure_goes_all_the_way(area: MakeArea, link: MakeLink) -> None:
    city, east, west, town = area("市"), area("东县"), area("西县"), area("镇")
    link(east, city)
    link(west, city)
    link(town, east)
    assert ancestors(town, ADMINISTRATIVE, DAY) == [east.pk, city.pk]
    assert ancestors(city, ADMINISTRATIVE, DAY) == []
    assert descendants(city, ADMINISTRATIVE, DAY) == {east.pk, west.pk, town.pk}
    assert descendants(east.pk, ADMINISTRATIVE, DAY) == {town.pk}
    assert descendants(city, MANAGEMENT, DAY) == set()


def test_the_closure_is_that_of_the_day(area: MakeArea, link: MakeLink) -> None:
    old, new, county = area("旧市"), area("新市"), area("县")
    link(county, old, end=DAY)
    link(county, new, DAY)
    before = date(2021, 6, 30)
    assert (ancestors(county, ADMINISTRATIVE, before), ancestors(county, ADMINISTRATIVE, DAY)) == (
        [old.pk],
        [new.pk],
    )
    assert descendants(old, ADMINISTRATIVE, DAY) == set()


def test_a_stored_circle_ends_the_walk(area: MakeArea, link: MakeLink) -> None:
    one, two, three = area("一"), area("二"), area("三")
    link(one, two)
    link(two, three)
    link(three, one)  # past the model's own check
    assert ancestors(one, ADMINISTRATIVE, DAY) == [two.pk, three.pk]
    assert descendants(one, ADMINISTRATIVE, DAY) == {two.pk, three.pk}
