"""The files themselves: safe texts, the same bytes each time, heads on every page, everything on A4."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from openpyxl import load_workbook

from anju.kernel.documents.forms import WRITERS, FormError, Template, fill, to_docx, to_pdf, to_xlsx
from anju.kernel.documents.forms.writers.labels import Label, to_labels
from anju.kernel.documents.forms.writers.packing import steady

Draw = Callable[..., Template]
MM = 72 / 25.4


def long_form(draw: Draw, rows: int) -> tuple[Template, dict[str, Any]]:
    template = draw(
        "标题|",
        "一级|名称",
        "{{#rows}}{{^a}}|{{ b }}{{/rows}}",
        "合计|",
        merges=("A1:B1",),
        titles="2:2",
        bare=1,
    )
    return template, {"rows": [{"a": f"类{i // 40}", "b": f"第{i}行"} for i in range(rows)]}


def pages(pdf: bytes) -> list[str]:
    """The text of each page without white space."""
    found = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in found]


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_content_gives_the_same_bytes(
    draw: Draw, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    template, data = long_form(draw, 5)
    first = WRITERS[kind](fill(template, data))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert WRITERS[kind](fill(template, data)) == first


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_no_file_tells_when_it_was_made(draw: Draw, kind: str) -> None:
    template, data = long_form(draw, 5)
    with zipfile.ZipFile(BytesIO(WRITERS[kind](fill(template, data)))) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {2000}
        times = re.findall(rb">(\d{4}-[^<]*)<", archive.read("docProps/core.xml"))
    assert set(times) == {b"2000-01-01T00:00:00Z"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_text_never_becomes_a_formula(draw: Draw, text: str) -> None:
    cell = load_workbook(BytesIO(to_xlsx(fill(draw("{{ a }}"), {"a": text})))).worksheets[0]["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_workbook_prints_as_its_template(draw: Draw) -> None:
    template, data = long_form(draw, 3)
    sheet = load_workbook(BytesIO(to_xlsx(fill(template, data)))).worksheets[0]
    assert sheet.print_title_rows == "$2:$2"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert {str(merge) for merge in sheet.merged_cells.ranges} == {"A1:B1", "A3:A5"}
    assert sheet["A5"].border.bottom.style == "thin"  # the merge's lower edge
    assert sheet["A4"].border.bottom.style is None


def test_a_text_longer_than_a_cell_is_refused_by_the_workbook_only(draw: Draw) -> None:
    grid = fill(draw("{{ a }}"), {"a": "字" * 32_768})
    with pytest.raises(FormError) as caught:
        to_xlsx(grid)
    assert caught.value.next_step == "请导出docx，或者分成几段。"
    assert to_docx(grid)


def test_a_high_text_gets_a_high_row(draw: Draw) -> None:
    grid = fill(draw("{{ a }}|短"), {"a": "字" * 60})
    sheet = load_workbook(BytesIO(to_xlsx(grid))).worksheets[0]
    assert sheet.row_dimensions[1].height > 60


def test_a_word_document_repeats_the_head_of_its_table(draw: Draw) -> None:
    template, data = long_form(draw, 3)
    document = docx.Document(BytesIO(to_docx(fill(template, data))))
    section = document.sections[0]
    assert (round(section.page_width / 36000), round(section.page_height / 36000)) == (297, 210)
    assert document.paragraphs[0].text == "标题"
    rows = document.tables[0]._tbl.tr_lst
    assert [row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [
        True
    ] + [False] * 4


def test_a_pdf_holds_every_text_and_its_head_on_every_page(draw: Draw) -> None:
    template, data = long_form(draw, 60)
    grid = fill(template, data)
    pdf = to_pdf(grid)
    texts = pages(pdf)
    assert len(texts) > 1
    assert all("一级名称" in text for text in texts)
    assert all(cell.text in "".join(texts) for cell in grid.cells)
    for page in pypdfium2.PdfDocument(pdf):
        assert page.get_size() == pytest.approx((297 * MM, 210 * MM), abs=0.1)


def test_a_long_text_in_a_narrow_column_goes_on_over_the_page(draw: Draw) -> None:
    text = "".join(chr(0x4E00 + i) for i in range(390))
    shown = pages(to_pdf(fill(draw("{{ a }}" + "|" * 19), {"a": text})))
    assert len(shown) > 1
    assert "".join(shown) == text


def test_a_pdf_counts_its_pages(draw: Draw) -> None:
    template, data = long_form(draw, 60)
    template = replace(template, page=replace(template.page, footer="第 &P 页，共 &N 页"))
    texts = pages(to_pdf(fill(template, data)))
    assert [f"第{i}页，共{len(texts)}页" in text for i, text in enumerate(texts, 1)] == [True] * len(texts)


def test_a_pdf_embeds_only_the_characters_it_shows(draw: Draw) -> None:
    pdf = to_pdf(fill(draw("{{ a }}"), {"a": "安居"}))
    assert len(pdf) < 50_000  # the font alone is 11 MB
    assert re.search(rb"/FontName ?/[A-Z]{6}\+NotoSerifSC", pdf)


def test_a_character_that_no_font_has_is_told(draw: Draw) -> None:
    with pytest.raises(FormError) as caught:
        to_pdf(fill(draw("{{ a }}"), {"a": "\U0010fffd"}))
    assert "fonts-hanazono" in caught.value.next_step


def test_times_are_steady_whatever_the_prefix_of_their_namespace() -> None:
    """Another library may have named the namespace of the times dct before."""
    told = BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        archive.writestr("docProps/core.xml", '<dct:modified x="y">2026-11-22T18:06:37Z</dct:modified>')
    with zipfile.ZipFile(BytesIO(steady(told.getvalue()))) as archive:
        assert archive.read("docProps/core.xml") == b'<dct:modified x="y">2000-01-01T00:00:00Z</dct:modified>'


def test_labels_stand_three_in_a_row_with_all_their_lines() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9h-9z"/></svg>'
    labels = [
        Label(drawing, ("物业服务调查", f"城南区　户{n:03}", f"https://anju.example/s/{n}/"))
        for n in range(20)
    ]
    (first, *others) = pages(to_labels("二维码", labels))
    assert len(others) == 1
    assert all(f"户{n:03}" in first + others[0] for n in range(20))
    assert "物业服务调查" in others[0]
