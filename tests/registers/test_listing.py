from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.test import Client

from anju.packs.budget.models import BudgetFile, Line, LineTarget
from registers.conftest import Town

LINES = "/r/budget-lines/"


def names(client: Client, address: str, status: int = 200) -> list[str]:
    """The first cells of the table, top down."""
    answer = client.get(address)
    assert answer.status_code == status
    return re.findall(r'<td class="full"><a href="[^"]*">([^<]*)</a>', answer.content.decode())


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["A-1", "A-2", "B-3"]),
        ("q=a-", ["A-1", "A-2"]),
        ("q=供热", ["B-3"]),
        ("sub_goal=改造", ["A-1"]),
        ("sub_goal=-", ["A-2"]),
        ("file__year=2021", ["A-1", "A-2", "B-3"]),
        ("file__year=2020", []),
        ("budget_fen_from=12345.67", ["A-1"]),
        ("budget_fen_to=12,345.66", ["A-2"]),
        ("sort=-code", ["B-3", "A-2", "A-1"]),
        ("sort=budget_fen", ["A-2", "A-1", "B-3"]),
        ("sort=-budget_fen", ["A-1", "A-2", "B-3"]),
        ("sub_goal=&q=", ["A-1", "A-2", "B-3"]),
    ],
)
def test_filters_and_order(finance: Client, query: str, codes: list[str]) -> None:
    html = page(finance, f"{LINES}?{query}")
    assert re.findall(r'<td data-k="项目编码" class="mono nowrap">([^<]*)</td>', html) == codes


def test_the_foot_sums_the_whole_filter_in_yuan(finance: Client) -> None:
    foot = page(finance, LINES).partition("<tfoot>")[2]
    # 12,345.67 and 1.00; no total is known for the projects.
    assert re.findall(r'<td class="num"[^>]*>([^<]*)</td>', foot) == ["", "", "", "12,346.67", "—", ""]


def test_the_total_counts_rows_of_other_pages(finance: Client, town: Town) -> None:
    Line.objects.bulk_create(
        Line(file=town.file, order=n, code=f"Z{n:03}", department=town.bureau, budget_fen=1_00)
        for n in range(120)
    )
    html = page(finance, f"{LINES}?q=Z&page=2")
    assert len(re.findall('<td class="full"><a', html)) == 20
    assert "第2页，共2页" in html
    assert '<td class="num" data-k="本年预算">120.00</td>' in html


def test_columns_are_chosen_and_the_first_one_stays(finance: Client) -> None:
    html = page(finance, f"{LINES}?columns=file__name")
    assert re.findall(r'<th scope="col"[^>]*><a[^>]*>([^<]*)</a>', html) == ["项目", "文件"]


def test_a_link_column_leads_to_the_row_it_names(finance: Client, town: Town) -> None:
    html = page(finance, LINES)
    assert f'<a href="/r/organisations/{town.bureau.pk}/">示例局</a>' in html
    line = Line.objects.get(code="A-1")
    assert f'<a href="/budget/lines/{line.key}/">老旧小区改造</a>' in html


def test_density_and_choice_words(finance: Client) -> None:
    html = page(finance, "/r/findings/?density=compact")
    assert 'data-density="compact"' in html
    assert '<span class="st crit">严重</span>' in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("/r/findings/?grade=purple", "等级没有“purple”这一项，可选严重"),
        ("/r/findings/?recorded_at_from=2021-13-40", "“2021-13-40”不是日期，请写成2021-11-26这样"),
        ("/r/findings/?recorded_at_from=0001-01-01", "不是日期"),
        (f"{LINES}?budget_fen_from=abc", "“abc”不是数"),
        (f"{LINES}?budget_fen_from=1.005", "最多两位小数"),
        (f"{LINES}?budget_fen_from=NaN", "不能比较"),
        (f"{LINES}?budget_fen_to=1e400", "不能比较"),
        (f"{LINES}?file__year=abc", "年度没有“abc”这一项"),
        (f"{LINES}?sort=content", "排序“content”不存在"),
        (f"{LINES}?columns=content", "没有“content”这一栏"),
        (f"{LINES}?density=huge", "行距“huge”不存在"),
        (f"{LINES}?sub_gaol=x", "这个台账没有“sub_gaol”这个条件"),
    ],
)
def test_a_bad_parameter_is_named_and_the_list_still_shown(finance: Client, query: str, words: str) -> None:
    answer = finance.get(query)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert words in html
    assert "清除全部条件" in html
    assert "<tbody>" in html


def test_a_huge_number_and_a_zero_byte_do_no_harm(finance: Client) -> None:
    assert names(finance, f"{LINES}?file__year=99999999999999999999999") == []
    assert names(finance, f"{LINES}?q=%00%E4%BE%9B") == ["供热计量"]


def test_days_are_whole_days_of_this_country(finance: Client) -> None:
    # Recorded on 2021-03-05 09:30 in Shanghai.
    day = "/r/findings/?recorded_at_from=2021-03-05&recorded_at_to=2021-03-05"
    assert len(names(finance, day)) == 2
    assert names(finance, "/r/findings/?recorded_at_to=2021-03-04") == []


def test_a_county_sees_its_own_rows_only(east_client: Client) -> None:
    assert names(east_client, "/r/findings/") == ["示例局的发现"]
    assert names(east_client, "/r/organisations/") == ["示例局"]
    assert names(east_client, "/r/areas/") == ["东县"]
    choices = page(east_client, "/r/organisations/")
    assert "西县" not in choices


def test_superseded_rows_and_empty_slots_are_left_out(finance: Client, town: Town) -> None:
    Line.objects.get(code="A-1").supersede()
    assert len(names(finance, LINES)) == 2
    key = Line.objects.get(code="A-2").key
    for name, slot in (("数量", False), ("空", True)):
        LineTarget.objects.create(file=town.file, line_key=key, order=0, name=name, slot=slot)
    assert names(finance, "/r/budget-targets/") == ["数量"]


def test_empty_states_say_what_to_do(finance: Client, east_client: Client) -> None:
    html = page(finance, f"{LINES}?q={quote('没有这样的')}")
    assert "没有符合条件的记录" in html
    assert f'href="{LINES}">清除筛选' in html
    assert "请核对本人授权的区域和单位" in page(east_client, "/r/cases/")


def test_the_print_view_has_all_rows_and_says_as_of_when(finance: Client, town: Town) -> None:
    Line.objects.bulk_create(
        Line(file=town.file, order=n, code=f"Z{n}", department=town.bureau) for n in range(150)
    )
    html = page(finance, f"{LINES}?print=1&q=Z")
    assert html.count("<tr><td") == 151  # and the foot
    assert "条件：含“Z”。共150条。数据截至20" in html
    assert "测试test-finance打印" in html


@pytest.mark.parametrize("code", ["budget-lines", "budget-targets", "findings", "organisations"])
def test_a_list_takes_few_queries(
    finance: Client, town: Town, code: str, django_assert_max_num_queries
) -> None:
    file = BudgetFile.objects.create(year=2022, name="另.docx", kind="docx", organisation=town.bureau)
    Line.objects.bulk_create(Line(file=file, order=n, code=f"D{n}") for n in range(100))
    with django_assert_max_num_queries(20):
        assert finance.get(f"/r/{code}/").status_code == 200
