from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from anju.kernel.inspections.items import (
    InspectionError,
    Item,
    ItemKind,
    Option,
    check_items,
    differences,
    verdict,
)
from anju.kernel.inspections.scoring import score
from anju.kernel.inspections.testing import ITEMS

FENCE, COVER, HEIGHT, CRANE, WASH, WORDS = ITEMS


@pytest.mark.parametrize(
    ("item", "answer", "said"),
    [
        (FENCE, "pass", "pass"),
        (FENCE, "na", "na"),
        (HEIGHT, "1.8", "pass"),  # the limit itself is met
        (HEIGHT, "1.79", "fail"),
        (replace(HEIGHT, low="", high="2"), "2.01", "fail"),
        (WASH, "idle", "fail"),
        (WASH, "used", "pass"),
        (WORDS, "随便", "none"),
    ],
)
def test_what_an_answer_means(item: Item, answer: str, said: str) -> None:
    assert verdict(item, answer) == said


@pytest.mark.parametrize(
    ("item", "answer"), [(FENCE, "maybe"), (HEIGHT, "高"), (HEIGHT, "nan"), (HEIGHT, "1" * 16), (WASH, "x")]
)
def test_an_answer_that_the_item_does_not_know(item: Item, answer: str) -> None:
    with pytest.raises(ValueError, match="请"):
        verdict(item, answer)


def test_points_are_the_share_of_what_applied() -> None:
    # Points 2 + 3 + 1 + 4; the height fails, so 9 of 10 are kept
    answers = {"fence": "pass", "cover": "pass", "height": "1.5", "crane": "pass", "words": "无"}
    told = score(ITEMS, answers)
    assert (told.outcome, told.kept, told.applicable, told.points) == ("fail", 9, 10, Decimal("90.0"))
    assert (told.passed, told.judged, told.failed) == (3, 4, ("height",))
    # Not applicable takes its points out of both: 3 + 4 remain, 3 lost, 4/7 = 57.142…
    told = score(ITEMS, {"fence": "na", "cover": "fail", "crane": "pass"})
    assert (told.kept, told.applicable, told.points) == (4, 7, Decimal("57.1"))


def test_one_grave_failure_decides_and_nothing_applicable_gives_no_points() -> None:
    assert score(ITEMS, {"fence": "pass", "crane": "fail"}).outcome == "grave"
    told = score(ITEMS, {"fence": "na"})
    assert (told.outcome, told.points, told.judged) == ("pass", None, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "A1"}, "编码应以小写字母开头"),
        ({"text": ""}, "没有写内容"),
        ({"kind": "stars"}, "填写方式"),
        ({"severity": 4}, "严重程度"),
        ({"photos": 10}, "照片应为0至9张"),
        ({"points": -1}, "扣分应为0至100"),
        ({"kind": ItemKind.CHOICE, "options": (Option("a", "甲"),)}, "2至20个选项"),
        ({"kind": ItemKind.CHOICE, "options": (Option("a", "甲"), Option("a", "乙"))}, "选项编码重复"),
        ({"kind": ItemKind.NUMBER}, "至少要有一个限值"),
        ({"kind": ItemKind.NUMBER, "low": "3", "high": "2"}, "下限不高于上限"),
    ],
)
def test_an_item_that_cannot_be_asked(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InspectionError) as caught:
        check_items([replace(COVER, **changes), FENCE])  # type: ignore[arg-type]
    assert "第1项" in caught.value.sentence
    assert words in caught.value.sentence


def test_codes_are_told_apart_and_a_list_is_not_empty() -> None:
    with pytest.raises(InspectionError, match="重复"):
        check_items([FENCE, FENCE])
    with pytest.raises(InspectionError, match="1至100项"):
        check_items([])


def test_the_difference_of_two_versions() -> None:
    later = [replace(FENCE, points=5), COVER, Item("gate", "大门")]
    found = {change.code: change for change in differences([FENCE, COVER, CRANE], later)}
    assert {code: change.kind for code, change in found.items()} == {
        "fence": "changed",
        "gate": "new",
        "crane": "gone",
    }
    assert found["fence"].values == (("points", "2", "5"),)


def test_an_item_comes_back_from_json() -> None:
    assert [Item.from_json(item.to_json()) for item in ITEMS] == list(ITEMS)
