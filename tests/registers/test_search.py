from __future__ import annotations

import re

import pytest
from django.test import Client

from anju.packs.budget.models import Line
from registers.conftest import Town


def hits(client: Client, words: str) -> list[str]:
    html = client.get("/search/", {"q": words}).content.decode()
    return re.findall(r'<li><a href="[^"]*">([^<]*)</a>', html)


def test_an_exact_code_comes_first_and_at_most_five(finance: Client, town: Town) -> None:
    Line.objects.bulk_create(Line(file=town.file, order=n, code=f"A-1{n}", name=f"新{n}") for n in range(9))
    found = hits(finance, "a-1")
    assert found[0] == "老旧小区改造"
    assert len(found) == 5
    html = finance.get("/search/", {"q": "a-1"}).content.decode()
    assert '<a href="/r/budget-lines/?q=a-1">查看全部</a>' in html


def test_hits_are_grouped_and_within_the_scope(finance: Client, east_client: Client) -> None:
    html = finance.get("/search/", {"q": "局"}).content.decode()
    assert re.findall("<h2>([^<]*)</h2>", html.partition("<main")[2].partition("</main")[0]) == [
        "发现台账",
        "单位台账",
    ]
    assert hits(east_client, "局") == ["示例局的发现", "示例局"]
    assert hits(east_client, "A-1") == []


@pytest.mark.parametrize("words", ["", "  ", "\0"])
def test_no_words_no_hits_but_a_hint(finance: Client, words: str) -> None:
    assert "输入编码或名称" in finance.get("/search/", {"q": words}).content.decode()


def test_nothing_found_says_what_to_try(finance: Client) -> None:
    assert "换个短一些的词再试" in finance.get("/search/", {"q": "<b>没有"}).content.decode()
    assert "&lt;b&gt;没有" in finance.get("/search/", {"q": "<b>没有"}).content.decode()


def test_few_queries(finance: Client, east_client: Client, django_assert_max_num_queries) -> None:
    for client in (finance, east_client):
        with django_assert_max_num_queries(20):
            client.get("/search/", {"q": "局"})
