from __future__ import annotations

import pytest
from django.test import Client

from anju.kernel.audit.models import AuditRow
from anju.web.registers.models import SavedView

LINES = "/r/budget-lines/"


def save(client: Client, name: str, query: str) -> int:
    return client.post(LINES, {"step": "save", "name": name, "query": query}).status_code


def test_a_view_is_kept_and_shown_as_a_segment(finance: Client) -> None:
    answer = finance.post(LINES, {"step": "save", "name": "改造", "query": "page=3&sub_goal=改造&q="})
    # In order and without what is empty or belongs to one answer.
    assert answer.headers["Location"] == f"{LINES}?sub_goal=%E6%94%B9%E9%80%A0"
    html = finance.get(answer.headers["Location"]).content.decode()
    assert '<a href="?sub_goal=%E6%94%B9%E9%80%A0" aria-current="true">改造</a>' in html
    assert AuditRow.objects.get(action="register.view.save").actor == "test-finance"


def test_the_same_name_replaces(finance: Client) -> None:
    save(finance, "我的", "q=A")
    save(finance, "我的", "q=B")
    assert list(SavedView.objects.values_list("name", "query")) == [("我的", "q=B")]


def test_rename_and_delete(finance: Client) -> None:
    save(finance, "旧", "q=A")
    save(finance, "别的", "q=B")
    view = SavedView.objects.get(name="旧")
    taken = finance.post(LINES, {"step": "rename", "view": view.pk, "name": "别的"})
    assert "已经有名为“别的”的视图" in taken.content.decode()
    finance.post(LINES, {"step": "rename", "view": view.pk, "name": "新"})
    assert SavedView.objects.get(pk=view.pk).name == "新"
    finance.post(LINES, {"step": "delete", "view": view.pk})
    assert list(SavedView.objects.values_list("name", flat=True)) == ["别的"]
    assert AuditRow.objects.filter(action__startswith="register.view.").count() == 4


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [("", "q=A", "应是1至40个字"), ("长" * 41, "q=A", "应是1至40个字"), ("坏", "nothing=1", "没有“nothing”")],
)
def test_what_cannot_be_kept_is_said(finance: Client, name: str, query: str, words: str) -> None:
    answer = finance.post(LINES, {"step": "save", "name": name, "query": query})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not SavedView.objects.exists()


def test_at_most_twenty(finance: Client) -> None:
    assert [save(finance, f"第{n}", f"q={n}") for n in range(21)] == [302] * 20 + [400]


@pytest.mark.parametrize("step", ["rename", "delete"])
@pytest.mark.parametrize("key", [None, "", "nonsense"])
def test_a_view_of_somebody_else_is_not_found(finance: Client, step: str, key: str | None) -> None:
    view = SavedView.objects.create(owner="another", register="budget-lines", name="他的", query="q=A")
    body = {"step": step, "view": view.pk if key is None else key, "name": "我的"}
    assert finance.post(LINES, body).status_code == 404
    assert SavedView.objects.get().name == "他的"
    assert "他的" not in finance.get(LINES).content.decode()


def test_an_unknown_step_is_refused(finance: Client) -> None:
    save(finance, "我的", "q=A")
    answer = finance.post(LINES, {"step": "share", "view": SavedView.objects.get().pk})
    assert "没有选择要做什么" in answer.content.decode()
