"""What was exported is read back as it was, whatever stands in it; another form is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from anju.kernel.documents import read
from anju.kernel.documents.forms import WRITERS, FormError, Template, Tree, fill, read_form

Draw = Callable[..., Template]
KINDS = ("docx", "xlsx")


def again(template: Template, data: Any, path: Path) -> Tree:
    """The data after a way through a file, whose name tells the kind."""
    path.write_bytes(WRITERS[path.suffix[1:]](fill(template, data)))
    return read_form(read(path), template)


texts = st.text(st.sampled_from("甲乙ab=+-@ \n\t<&'\"|1.5%（）{}总计"), max_size=8).map(str.strip)
filled = texts.filter(bool)
entries = st.fixed_dictionaries({"a": texts, "b": texts, "c": filled})
forms = st.fixed_dictionaries(
    {
        "title": filled,
        "note": texts,
        "lines": st.lists(
            st.fixed_dictionaries({"code": texts, "rows": st.lists(entries, max_size=4)}), max_size=3
        ),
    }
)


@pytest.mark.parametrize("kind", KINDS)
def test_any_texts_come_back(draw: Draw, tmp_path: Path, kind: str) -> None:
    template = draw(
        "{{ title }}||",
        "{{#lines}}项目|{{ code }}|",
        "{{#rows}}{{^a}}|{{^b}}|{{ c }}{{/rows}}{{/lines}}",
        "说明|{{ note }}|",
        merges=("A1:C1", "B2:C2", "B4:C4"),
        bare=1,
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(forms)
    def check(data: dict[str, Any]) -> None:
        assert again(template, data, tmp_path / f"a.{kind}") == data

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_say_total_are_told_from_the_total(draw: Draw, tmp_path: Path, kind: str) -> None:
    template = draw("{{#rows}}{{ a }}|{{ b }}{{/rows}}", "合计|{{ sum }}")
    data = {"rows": [{"a": "合计", "b": "1"}, {"a": "乙", "b": "2"}, {"a": "合计", "b": "3"}], "sum": "6"}
    assert again(template, data, tmp_path / f"a.{kind}") == data


@pytest.mark.parametrize("kind", KINDS)
def test_blank_lines_and_empty_lists_come_back(draw: Draw, tmp_path: Path, kind: str) -> None:
    template = draw("{{ a }}", "{{ b }}", "一、概况", "{{#p}}　　{{ t }}{{/p}}", "{{ c }}（完）", bare=5)
    data: dict[str, Any] = {"a": "", "b": "题", "p": [], "c": ""}
    assert again(template, data, tmp_path / f"a.{kind}") == data
    data = {"a": "", "b": "", "p": [{"t": "甲"}, {"t": "乙\n丙"}], "c": ""}
    assert again(template, data, tmp_path / f"a.{kind}") == data


def test_blank_rows_at_the_end_of_a_sheet_come_back(draw: Draw, tmp_path: Path) -> None:
    template = draw("甲|{{ a }}", "{{#rows}}{{ b }}|行{{/rows}}", "{{ c }}|", "{{ d }}|{{ e }}")
    data = {"a": "", "rows": [], "c": "", "d": "", "e": ""}
    assert again(template, data, tmp_path / "a.xlsx") == data


def test_many_rows_are_read_in_time(draw: Draw, tmp_path: Path) -> None:
    template = draw("序号|名称", "{{#rows}}{{ a }}|{{ b }}{{/rows}}", "合计|{{ n }}")
    data = {"rows": [{"a": str(i), "b": "合计"} for i in range(3000)], "n": "3000"}
    assert again(template, data, tmp_path / "a.xlsx") == data


def test_what_an_official_filled_in_by_hand_is_read(draw: Draw, tmp_path: Path) -> None:
    template = draw("名称|实际值", "{{#rows}}{{ a }}|{{ b }}{{/rows}}")
    path = tmp_path / "a.xlsx"
    path.write_bytes(WRITERS["xlsx"](fill(template, {"rows": [{"a": "甲", "b": ""}, {"a": "乙", "b": ""}]})))
    book = load_workbook(path)
    book.worksheets[0]["B2"] = 12.5
    book.worksheets[0]["B3"] = "  未测 "
    book.create_sheet("附注")["A1"] = "与本表无关"
    book.save(path)
    assert read_form(read(path), template) == {"rows": [{"a": "甲", "b": "12.5"}, {"a": "乙", "b": "未测"}]}


def test_another_form_is_refused_with_the_place(draw: Draw, tmp_path: Path) -> None:
    other = draw("名称|数值", "{{#rows}}{{ a }}|{{ b }}{{/rows}}")
    path = tmp_path / "别的表.xlsx"
    path.write_bytes(WRITERS["xlsx"](fill(other, {"rows": []})))
    template = draw("名称|金额", "{{#rows}}{{ a }}|{{ b }}{{/rows}}")
    with pytest.raises(FormError) as caught:
        read_form(read(path), template)
    assert caught.value.sentence == "「别的表.xlsx」试表!A1的“名称”与模板「试表」对不上。"
    assert caught.value.next_step.startswith("请用同一模板导出的文件")


def test_a_form_cut_short_is_refused(draw: Draw, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(WRITERS["xlsx"](fill(draw("名称|数值"), {})))
    with pytest.raises(FormError, match=r"「a\.xlsx」比模板「试表」少了最后的行。"):
        read_form(read(path), draw("名称|数值", "合计|{{ n }}"))


def test_one_name_with_two_texts_is_refused(draw: Draw, tmp_path: Path) -> None:
    template = draw("名称|{{ a }}", "又名|{{ a }}")
    path = tmp_path / "a.xlsx"
    path.write_bytes(WRITERS["xlsx"](fill(template, {"a": "甲"})))
    book = load_workbook(path)
    book.worksheets[0]["B2"] = "乙"
    book.save(path)
    with pytest.raises(FormError, match="“a”在表中写了两样：“甲”和“乙”"):
        read_form(read(path), template)
