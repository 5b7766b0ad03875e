"""Board and map of a register show the rows of its list, counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from anju.kernel.cases.models import Case, Stage
from anju.kernel.findings.models import Finding
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places import geo
from anju.kernel.places.models import Area
from anju.web.registers.views.area_map import legend, tone
from registers.conftest import SEEN, Town


def columns(html: str) -> dict[str, int]:
    return {name: int(n) for name, n in re.findall(r"<h2>([^<]*)</h2><p>(\d+)件", html)}


def cards(html: str) -> list[str]:
    found = re.findall(r'<article class="card"><a [^>]*>(?:<span.*?</span></span> )?([^<]*)</a>', html)
    return [title.strip() for title in found]


@pytest.fixture
def cases(town: Town) -> None:
    """Two open cases, the later one more urgent; two closed, the one closed last was due first."""
    now = timezone.now()
    bodies = Organisation.objects.filter(pk=town.bureau.pk)
    for title, stage, due, closed in (
        ("不急", Stage.ASSIGNED, 5, None),
        ("急", Stage.ASSIGNED, -2, None),
        ("先销", Stage.CLOSED, 9, -3),
        ("后销", Stage.CLOSED, 8, -1),
    ):
        finding = Finding.objects.create(
            rule="budget.example", grade="warn", subject=f"c:{title}", message="甲", fingerprint="f",
            organisation=bodies[0], last_seen_at=SEEN,
        )  # fmt: skip
        Case.objects.create(
            kind="budget.review", title=title, finding=finding, owner=bodies[0], stage=stage, opened_by="x",
            deadline=now + timedelta(days=due, hours=1),
            closed_at=closed and now + timedelta(days=closed),
        )  # fmt: skip


def test_a_board_counts_by_choice_with_the_most_urgent_first(finance: Client, cases: None) -> None:
    html = finance.get("/r/cases/board/").content.decode()
    assert columns(html) == {"派单": 2, "待验收": 0, "退回整改": 0, "销案": 2}
    assert cards(html) == ["急", "不急", "后销", "先销"]
    assert '<span class="st warn"><span class="vh">关注</span></span> 急' in html
    assert re.search(r'<span class="late" title="20\d\d-[^"]*">逾期1天</span>', html)
    assert "按期办结" in html
    finding = Finding.objects.get(subject="c:急")
    assert f'<a href="/budget/findings/{finding.pk}/">' in html


def test_a_card_leads_to_the_work_only_where_the_person_may_go(east_client: Client, cases: None) -> None:
    html = east_client.get("/r/cases/board/").content.decode()
    assert f'<a href="/r/cases/{Case.objects.get(title="急").pk}/">' in html
    assert "/budget/findings/" not in html


def test_a_board_has_the_filters_of_the_list_and_the_scope_of_the_person(
    finance: Client, east_client: Client, town: Town
) -> None:
    assert columns(finance.get("/r/findings/board/").content.decode())["待处理"] == 2
    assert columns(finance.get("/r/findings/board/?grade=crit").content.decode())["待处理"] == 1
    assert cards(east_client.get("/r/findings/board/").content.decode()) == ["示例局的发现"]
    bad = finance.get("/r/findings/board/?grade=purple")
    assert bad.status_code == 400
    assert "等级没有“purple”这一项" in bad.content.decode()


def test_a_long_column_says_that_it_is_cut_and_leads_to_the_list(
    finance: Client, town: Town, django_assert_max_num_queries
) -> None:
    Finding.objects.bulk_create(
        Finding(rule="budget.x", grade="crit", subject=f"y:{n}", message=f"第{n}处", fingerprint="f",
                organisation=town.bureau, last_seen_at=SEEN)
        for n in range(30)
    )  # fmt: skip
    with django_assert_max_num_queries(20):
        html = finance.get("/r/findings/board/?grade=crit").content.decode()
    assert columns(html)["待处理"] == 31
    assert len(cards(html)) == 20
    more = re.search(r'只列前20件，全部见<a href="([^"]*)">列表</a>', html)
    assert more
    assert more[1] == "/r/findings/?grade=crit&amp;state=open"
    assert "31条" in finance.get(more[1].replace("&amp;", "&")).content.decode()


def test_the_pages_of_a_register_lead_to_each_other_with_their_conditions(
    finance: Client, town: Town
) -> None:
    html = finance.get("/r/findings/map/?grade=crit").content.decode()
    assert '<a href="/r/findings/?grade=crit">列表</a>' in html
    assert '<a href="/r/findings/board/?grade=crit">看板</a>' in html
    assert '<a href="/r/findings/map/?grade=crit" aria-current="page">地图</a>' in html
    assert "看板" not in finance.get("/r/areas/").content.decode().partition("<main")[2]


def square(area: Area, west: float) -> None:
    ring = [[west, 39], [west + 1, 39], [west + 1, 40], [west, 40], [west, 39]]
    area.draw(geo.parse({"type": "Polygon", "coordinates": [ring]}, geo.System.CGCS2000), "测绘")
    area.save()


def test_a_map_says_how_many_in_colour_number_and_words(
    finance: Client, east_client: Client, town: Town
) -> None:
    square(town.east, 118)
    square(town.west, 119)
    beyond = Area.objects.create(code="C1", code_system="local", name="全市", level="city")
    for n, area in enumerate((town.east, town.east, beyond, None)):
        Organisation.objects.create(name=f"企{n}", kind=Kind.COMPANY, area=area)
    html = finance.get("/r/organisations/map/").content.decode()
    # Three in the east with its bureau, one in the west: steps of one up to three.
    assert "6条" in html
    assert re.findall(r'aria-label="([东西]县：\d条)"><path d="[^"]*" class="tone(\d)"', html) == [
        ("东县：3条", "3"),
        ("西县：1条", "1"),
    ]
    assert re.findall(r'class="figure">(\d)<', html) == ["3", "1"]
    assert re.findall(r'tone(\d)"/></svg>([^<]*)<', html) == [("0", "0"), ("1", "1"), ("2", "2"), ("3", "3")]
    assert "全市</a>" in html
    assert "另有1条没有区域。" in html
    for words, n in (("东县", 3), ("西县", 1), ("全市", 1), ("-", 1)):
        assert f"{n}条" in finance.get("/r/organisations/", {"area__name": words}).content.decode()
    own = east_client.get("/r/organisations/map/").content.decode()
    assert "西县" not in own
    assert "没有区域" not in own
    assert "2条" in finance.get("/r/organisations/map/?kind=company&area__name=东县").content.decode()


def test_a_map_without_units_says_so(finance: Client, town: Town) -> None:
    Area.objects.update(level="township")
    assert "图上没有可画的" in finance.get("/r/cases/map/").content.decode()


@pytest.mark.parametrize(
    ("highest", "words"),
    [
        (0, [(0, "0")]),
        (2, [(0, "0"), (1, "1"), (2, "2")]),
        # A quarter of 10 is 2.5, so each step holds 3.
        (10, [(0, "0"), (1, "1—3"), (2, "4—6"), (3, "7—9"), (4, "10")]),
        (400, [(0, "0"), (1, "1—100"), (2, "101—200"), (3, "201—300"), (4, "301—400")]),
    ],
)
def test_the_legend_covers_every_number_once(highest: int, words: list[tuple[int, str]]) -> None:
    assert legend(highest) == words
    assert {tone(n, highest) for n in range(highest + 1)} == {number for number, _ in words}


def test_tones_change_where_the_legend_says() -> None:
    assert [tone(n, 10) for n in (0, 1, 3, 4, 6, 7, 9, 10)] == [0, 1, 1, 2, 2, 3, 3, 4]
