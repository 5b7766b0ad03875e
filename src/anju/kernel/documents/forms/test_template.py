"""Templates: what their marks mean, and what is told to the person who drew one wrongly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from anju.kernel.documents.forms import FormError, Template, read_template
from anju.kernel.documents.forms.grid import Style
from anju.kernel.documents.forms.notation import Slot, parse, pattern

Draw = Callable[..., Template]


def test_words_names_and_marks_of_a_cell() -> None:
    words = parse("{{#lines}} 共{{ total.count }}项，{{name}}{{/lines}}", "A1")
    assert words.parts == (" 共", Slot("total.count"), "项，", Slot("name"))
    assert (words.begins, words.ends) == (["lines"], ["lines"])
    assert parse("{{^ level1 }}", "A1").parts == (Slot("level1", joins=True),)
    assert parse("  ", "A1").parts == ()


def test_white_space_among_fixed_words_does_not_count_when_reading() -> None:
    found = pattern(parse("项目 资金\n共{{ sum }}万元", "A1").parts).fullmatch("项目资金 共 12.5 万元")
    assert found
    assert found[1].strip() == "12.5"


def test_settings_are_those_of_the_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["B2"] = "{{ a }}"
    sheet["B2"].font = Font(name="黑体", size=14, bold=True)
    sheet["B2"].alignment = Alignment(horizontal="right", vertical="top")
    sheet["B2"].fill = PatternFill("solid", fgColor="FFF2F2F2")
    sheet["B2"].border = Border(top=Side(style="medium"))
    sheet["D9"] = "在打印区域之外，是给填表人看的说明"
    sheet.print_area = "B2:C3"
    sheet.column_dimensions["B"].width = 30
    sheet.row_dimensions[2].height = 40
    sheet.page_setup.orientation = "landscape"
    sheet.page_margins.top = 1.0
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    path = tmp_path / "own.xlsx"
    book.save(path)
    template = read_template(path)
    assert [box.place for box in template.boxes] == ["B2", "C2", "B3", "C3"]
    assert template.boxes[0].style == Style(
        "黑体", 14.0, True, "right", "top", ("medium", "", "", ""), "F2F2F2"
    )
    assert template.widths[0] == 30
    assert template.heights == (40, None)
    assert template.page.landscape
    assert template.page.margins[0] == pytest.approx(25.4)
    assert template.page.footer == "第 &P 页，共 &N 页"


def test_head_rows_outside_the_form_are_none(draw: Draw) -> None:
    assert draw("甲|{{ a }}", titles="5:6").header is None
    assert draw("甲|{{ a }}", "乙|x", titles="2:6").header == (1, 1)


def test_rows_that_may_follow_each_other(draw: Draw) -> None:
    template = draw(
        "标题",
        "{{#lines}}项目{{ code }}",
        "{{#targets}}指标{{ name }}{{/targets}}{{/lines}}",
        "合计{{ sum }}",
    )
    assert [template.followers(row) for row in range(-1, 4)] == [[0], [1, 3], [2, 1, 3], [2, 1, 3], [4]]


@pytest.mark.parametrize(
    ("rows", "options", "sentence"),
    [
        (["{{ line..name }}"], {}, "模板单元格A1的“{{ line..name }}”不是完整的名称。"),
        (["{{ name"], {}, "模板单元格A1的大括号没有配成对。"),
        (["{{ a }} {{ b }}"], {}, "模板单元格A1里两处填写内容紧挨着，读回时分不开。"),
        (["{{^ a }}元"], {}, "模板单元格A1要向下合并，不能再有其他文字。"),
        (["{{#rows}}{{ a }}"], {}, "模板单元格A1的“{{#rows}}”没有结束。"),
        (["{{ a }}|{{/rows}}"], {}, "模板单元格B1的“{{/rows}}”没有对应的开头。"),
        (["{{#a}}{{#b}}x", "{{/a}}{{ c }}"], {}, "模板单元格A2的“{{/a}}”没有对应的开头。"),
        (["{{#a}}{{#b}}{{ c }}{{/b}}{{/a}}"], {}, "模板单元格A1的“a”没有自己的行，全是里层的重复行。"),
        (["{{^a}}", "x"], {}, "模板单元格A1的“{{^ }}”要向下合并，但不在单独一行的重复行里。"),
        (
            ["{{#a}}x|u", "y|{{ b }}{{/a}}", "z|v"],
            {"merges": ("A2:A3",)},
            "模板单元格A2的合并只包含了“a”重复行的一部分。",
        ),
        (["{{#a}}{{ b }}{{/a}}", "{{ c }}"], {}, "模板里从A1和A2起的两行样子相同，读回时分不开。"),
        (
            ["甲|乙", "x|y"],
            {"merges": ("A1:A2",), "titles": "1:1"},
            "模板单元格A1的合并跨过了顶端标题行。",
        ),
        (["{{#a}}{{ b }}{{/a}}"], {"titles": "1:1"}, "顶端标题行里有重复行。"),
        (["=1+1"], {}, "模板单元格A1是公式，导出时不会计算。"),
        ([""], {"bare": 1}, "模板「试表」是空的。"),
    ],
)
def test_a_faulty_template_is_told_in_a_sentence(
    draw: Draw, rows: list[str], options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(FormError) as caught:
        draw(*rows, **options)
    assert caught.value.sentence == sentence
    assert caught.value.next_step.endswith("。")


def test_a_file_that_is_no_workbook_and_one_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    with pytest.raises(FormError, match=r"找不到模板「own\.xlsx」"):
        read_template(path)
    path.write_bytes(b"not a workbook")
    with pytest.raises(FormError) as caught:
        read_template(path)
    assert caught.value.next_step == "请用Excel或WPS打开模板，另存为xlsx后放回原处。"


def test_another_paper_than_a4_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"] = "表"
    sheet.page_setup.paperSize = "8"  # A3
    book.save(tmp_path / "a3.xlsx")
    with pytest.raises(FormError, match="纸张不是A4"):
        read_template(tmp_path / "a3.xlsx")
