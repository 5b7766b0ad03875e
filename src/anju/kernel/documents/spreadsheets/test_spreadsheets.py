"""Workbooks: xlsx by openpyxl, xls by xlwt, ods and xlsb by hand."""

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet

from anju.kernel.documents import DocumentError, Table, read


def sheet() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "申报表"
    return book, page


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def only_table(path: Path) -> Table:
    (table,) = read(path).blocks
    assert isinstance(table, Table)
    return table


def rewritten(path: Path, part: str, old: str, new: str) -> Path:
    """The zip at ``path`` with one part changed by a regular expression."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[part], count = re.subn(old.encode(), new.encode(), parts[part])
    assert count
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (16500.0, "General", "16500"),
        (0.95, "General", "0.95"),
        (4980.12 + 1e-12, "General", "4980.12"),
        (0.1 + 0.2, "General", "0.3"),
        (-1e-7, "General", "-0.0000001"),
        (1.5e20, "General", "150000000000000000000"),
        (0.95, "0%", "95%"),
        (0.9567, "0%", "95.67%"),
        (1, "0.00%", "100%"),
        (0.07, '0.0%_);"负"0%', "7%"),
        (0.95, '0"%"', "0.95"),
        (dt.datetime(2021, 6, 30), "yyyy-mm-dd", "2021-06-30"),
        (44377, 'yyyy"年"m"月"', "2021-06-30"),
        (dt.datetime(2021, 6, 30, 8, 30), "yyyy-mm-dd hh:mm", "2021-06-30 08:30"),
        (True, "General", "TRUE"),
        (" 甲\r\n乙 ", "General", "甲\n乙"),
    ],
)
def test_cells_as_a_person_sees_them(tmp_path: Path, value: object, number_format: str, text: str) -> None:
    book, page = sheet()
    page["A1"].value = value
    page["A1"].number_format = number_format
    book.save(tmp_path / "a.xlsx")
    assert texts(only_table(tmp_path / "a.xlsx")) == [[text]]


def test_positions_are_the_sheets_own_and_the_end_is_trimmed(tmp_path: Path) -> None:
    book, page = sheet()
    page["C3"], page["E7"] = "甲", "乙"
    page["G9"] = " "
    page["J1000"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    table = only_table(tmp_path / "a.xlsx")
    assert table.name == "申报表"
    assert [len(row) for row in table.rows] == [5] * 7
    assert (table.rows[2][2].text, table.rows[2][2].position) == ("甲", "申报表!C3")
    assert (table.rows[6][4].text, table.rows[6][4].position) == ("乙", "申报表!E7")


def test_columns_after_z_are_named_as_in_excel(tmp_path: Path) -> None:
    book, page = sheet()
    page["ZZ1"] = page["AAA1"] = "甲"
    book.save(tmp_path / "a.xlsx")
    (row,) = only_table(tmp_path / "a.xlsx").rows
    assert [row[i].position for i in (25, 26, 701, 702)] == [
        "申报表!Z1",
        "申报表!AA1",
        "申报表!ZZ1",
        "申报表!AAA1",
    ]


def test_merges_repeat_one_object_and_widen_the_table(tmp_path: Path) -> None:
    book, page = sheet()
    page["A1"], page["A2"], page["B2"] = "标题", "项目", "名称"
    page.merge_cells("A1:D1")
    page.merge_cells("B2:D3")
    book.save(tmp_path / "a.xlsx")
    rows = only_table(tmp_path / "a.xlsx").rows
    assert texts(Table(rows)) == [
        ["标题"] * 4,
        ["项目", "名称", "名称", "名称"],
        ["", "名称", "名称", "名称"],
    ]
    assert all(cell is rows[0][0] for cell in rows[0])
    assert rows[2][3] is rows[1][1]
    assert rows[2][3].position == "申报表!B2"


def test_a_title_merged_over_the_whole_row_does_not_widen_the_table(tmp_path: Path) -> None:
    book, page = sheet()
    page["A1"], page["B2"] = "标题", "甲"
    page.merge_cells("A1:XFD1")
    book.save(tmp_path / "a.xlsx")
    assert texts(only_table(tmp_path / "a.xlsx")) == [["标题", "标题"], ["", "甲"]]


def test_hidden_sheets_are_read_and_empty_ones_left_out(tmp_path: Path) -> None:
    book, page = sheet()
    page["A1"] = "甲"
    book.create_sheet("空表")
    hidden = book.create_sheet("隐藏")
    hidden["A1"], hidden.sheet_state = "乙", "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [(t.name, texts(t)) for t in read(tmp_path / "a.xlsx").tables()] == [
        ("申报表", [["甲"]]),
        ("隐藏", [["乙"]]),
    ]


def test_a_sheet_that_claims_millions_of_rows_is_read_by_its_cells(tmp_path: Path) -> None:
    book, page = sheet()
    page["B2"] = "甲"
    book.save(tmp_path / "a.xlsx")
    path = rewritten(
        tmp_path / "a.xlsx",
        "xl/worksheets/sheet1.xml",
        '<dimension ref="[^"]*"',
        '<dimension ref="A1:XFD1048576"',
    )
    assert texts(only_table(path)) == [["", ""], ["", "甲"]]


@pytest.mark.parametrize("reference", ['r="XFD1048576"', "r='xfd1048576'"])
def test_a_stray_cell_at_the_end_is_refused_before_it_costs_memory(tmp_path: Path, reference: str) -> None:
    book, page = sheet()
    page["B2"] = "甲"
    page["C2"] = 1
    book.save(tmp_path / "a.xlsx")
    path = rewritten(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", 'r="C2"', reference)
    with pytest.raises(DocumentError, match="共占 17179869184 格，超过 2000000 格的上限") as caught:
        read(path)
    assert "多余的行" in caught.value.next_step


def xls(tmp_path: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    chart, page = book.add_sheet("空表"), book.add_sheet("申报表")
    percent = xlwt.easyxf(num_format_str="0.0%")
    page.write(1, 1, 0.955, percent)
    page.write(1, 2, 1, percent)
    page.write(1, 3, 0.5)
    page.write(2, 1, dt.date(2021, 6, 30), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    page.write_merge(3, 4, 1, 3, "合并")
    chart.write(0, 0, "")
    book.save(str(tmp_path / "a.csv"))
    return tmp_path / "a.csv"


def test_xls(tmp_path: Path) -> None:
    path = xls(tmp_path)
    assert read(path).kind == "xls"
    table = only_table(path)
    assert texts(table) == [
        ["", "", "", ""],
        ["", "95.5%", "100%", "0.5"],
        ["", "2021-06-30", "", ""],
        ["", "合并", "合并", "合并"],
        ["", "合并", "合并", "合并"],
    ]
    assert table.rows[4][3] is table.rows[3][1]
    assert table.rows[3][1].position == "申报表!B4"


def test_an_xls_with_a_stray_cell_is_refused(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("表").write(65_535, 255, "甲")
    book.save(str(tmp_path / "a.xls"))
    with pytest.raises(DocumentError, match="共占 16777216 格"):
        read(tmp_path / "a.xls")


def ods(tmp_path: Path, rows: str) -> Path:
    names = "".join(
        f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"'
        for p in ("office", "table", "text", "manifest")
    )
    content = f'<office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest{names}/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body>{content}</office:body></office:document-content>",
        )
    return tmp_path / "a.ods"


def test_ods(tmp_path: Path) -> None:
    wide = ' table:number-columns-spanned="2"'
    row, cell, blank = (
        "table:table-row",
        "table:table-cell",
        '<table:table-cell table:number-columns-repeated="16384"/>',
    )
    text = f'<{cell} office:value-type="string"><text:p>甲</text:p></{cell}>'
    share = f'<{cell} office:value-type="percentage" office:value="0.95"><text:p>95%</text:p></{cell}>'
    path = ods(
        tmp_path,
        f"<{row}>{blank}</{row}>"
        f'<{row} table:number-rows-repeated="2"><{cell}/>{share}{text}</{row}>'
        f"<{row}>{text.replace(cell, cell + wide, 1)}<table:covered-table-cell/></{row}>"
        f'<{row} table:number-rows-repeated="1048572">{blank}</{row}>',
    )
    table = only_table(path)
    assert texts(table) == [["", "", ""], ["", "95%", "甲"], ["", "95%", "甲"], ["甲", "甲", ""]]
    assert table.rows[3][0] is table.rows[3][1]
    assert table.rows[2][1].position == "表!B3"


def test_an_ods_that_repeats_a_cell_a_billion_times_is_refused(tmp_path: Path) -> None:
    repeat = 'office:value-type="string" table:number-columns-repeated="1000"'
    cell = f"<table:table-cell {repeat}><text:p>甲</text:p></table:table-cell>"
    with pytest.raises(DocumentError, match="共占 1000000000 格"):
        read(ods(tmp_path, f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'))


def test_an_xlsb_with_a_stray_cell_is_refused(tmp_path: Path) -> None:
    row = b"\x00\x19" + (1_048_575).to_bytes(4, "little") + bytes(21)  # BrtRowHdr, 25 bytes
    number = b"\x05\x10" + (16_383).to_bytes(4, "little") + bytes(12)  # BrtCellReal, 16 bytes
    with zipfile.ZipFile(tmp_path / "a.xlsb", "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
        archive.writestr("xl/worksheets/sheet1.bin", row + number)
    with pytest.raises(DocumentError, match="共占 17179869184 格"):
        read(tmp_path / "a.xlsb")


def test_a_workbook_without_cells_has_nothing_to_read(tmp_path: Path) -> None:
    book, page = sheet()
    page["A1"].value = "  "
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "a.xlsx").write_bytes(stream.getvalue())
    with pytest.raises(DocumentError, match="没有可读取的文字"):
        read(tmp_path / "a.xlsx")
