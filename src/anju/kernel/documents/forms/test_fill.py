"""Filling: repeated rows, grown and joined merges, and names that are not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from anju.kernel.documents.forms import FormError, Grid, Template, fill

Draw = Callable[..., Template]


def shown(grid: Grid) -> list[tuple[str, int, int, int, int]]:
    """Text, row, column, rows and columns of every cell."""
    return [(cell.text, cell.row, cell.column, cell.rows, cell.columns) for cell in grid.cells]


def test_a_row_is_repeated_and_same_classes_join_downwards(draw: Draw) -> None:
    template = draw("一级|二级|指标", "{{#rows}}{{^a}}|{{^b}}|{{ c }}{{/rows}}")
    rows = [("产出", "数量", "1"), ("产出", "数量", "2"), ("产出", "质量", "3"), ("效益", "质量", "4")]
    grid = fill(template, {"rows": [dict(zip("abc", row, strict=True)) for row in rows]})
    assert shown(grid) == [
        ("一级", 0, 0, 1, 1),
        ("二级", 0, 1, 1, 1),
        ("指标", 0, 2, 1, 1),
        ("产出", 1, 0, 3, 1),
        ("数量", 1, 1, 2, 1),
        ("1", 1, 2, 1, 1),
        ("2", 2, 2, 1, 1),
        ("质量", 3, 1, 1, 1),  # does not run on below the line between 产出 and 效益
        ("3", 3, 2, 1, 1),
        ("效益", 4, 0, 1, 1),
        ("质量", 4, 1, 1, 1),
        ("4", 4, 2, 1, 1),
    ]


def test_a_merge_over_repeated_rows_grows_and_shrinks(draw: Draw) -> None:
    template = draw("指标|名称", "|{{#rows}}{{ a }}{{/rows}}", "|合计{{ n }}", merges=("A1:A3",))
    grid = fill(template, {"rows": [{"a": "甲"}, {"a": "乙"}, {"a": "丙"}], "n": "3"})
    assert shown(grid)[0] == ("指标", 0, 0, 5, 1)
    assert shown(fill(template, {"rows": [], "n": "0"}))[0] == ("指标", 0, 0, 2, 1)


def test_lists_in_lists_keep_to_their_entry(draw: Draw) -> None:
    template = draw(
        "{{#lines}}{{ no }}|{{ name }}",
        "|{{#parts}}・{{ text }}{{/parts}}{{/lines}}",
        merges=("A1:A2",),
    )
    lines: list[Any] = [
        {"no": "1", "name": "甲", "parts": [{"text": "x"}, {"text": "y"}]},
        {"no": "2", "name": "乙", "parts": []},
    ]
    assert shown(fill(template, {"lines": lines})) == [
        ("1", 0, 0, 3, 1),
        ("甲", 0, 1, 1, 1),
        ("・x", 1, 1, 1, 1),
        ("・y", 2, 1, 1, 1),
        ("2", 3, 0, 1, 1),
        ("乙", 3, 1, 1, 1),
    ]


def test_a_blank_class_joins_only_with_blanks_of_the_same_list(draw: Draw) -> None:
    template = draw("{{#lines}}项目{{ no }}", "{{#rows}}{{^a}}{{/rows}}{{/lines}}")
    lines: list[Any] = [{"no": "1", "rows": [{"a": ""}, {"a": ""}]}, {"no": "2", "rows": [{"a": ""}]}]
    assert [cell[3] for cell in shown(fill(template, {"lines": lines})) if not cell[0]] == [2, 1]


def test_repeated_heads_are_where_they_were_drawn(draw: Draw) -> None:
    template = draw("{{#x}}行{{ a }}{{/x}}", "表头", "{{#y}}{{ b }}{{/y}}", titles="2:2")
    assert fill(template, {"x": [{"a": "1"}, {"a": "2"}], "y": []}).header == (2, 2)


def test_control_characters_and_outer_blanks_are_left_out(draw: Draw) -> None:
    grid = fill(draw("　　{{ a }}"), {"a": " 一\r\n\x0b二 "})
    assert grid.cells[0].text == "　　一\n二"


def test_a_name_that_is_missing_is_an_error_that_offers_what_there_is(draw: Draw) -> None:
    template = draw("甲|{{ line.nmae }}")
    with pytest.raises(FormError) as caught:
        fill(template, {"line": {"name": "x", "code": "y"}, "year": "2026"})
    assert caught.value.sentence == "模板单元格B1的“line.nmae”没有对应的内容。"
    assert caught.value.next_step.startswith("请改成这里可用的名称，例如line.name")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("{{ rows }}", "模板单元格A1的“rows”不是文字，不能填在一格里。"),
        ("{{ line }}", "模板单元格A1的“line”不是文字，不能填在一格里。"),
        ("{{#name}}{{ a }}{{/name}}", "模板单元格A1的“name”不是名单，不能重复。"),
        ("{{#rows}}{{ name }}{{/rows}}", "模板单元格A1的“name”没有对应的内容。"),
    ],
)
def test_texts_lists_and_groups_are_not_mixed_up(draw: Draw, cell: str, sentence: str) -> None:
    with pytest.raises(FormError) as caught:
        fill(draw(cell), {"name": "x", "rows": [{"a": "1"}], "line": {"code": "y"}})
    assert caught.value.sentence == sentence
