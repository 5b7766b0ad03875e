"""Word documents, built with python-docx and, for what it cannot write, from xml."""

import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from anju.kernel.documents import Document, Quote, Table, read


def read_body(tmp_path: Path, *elements: str) -> Document:
    """A docx whose body holds these elements."""
    document = docx.Document()
    for element in elements:
        xml = element.replace(">", f" {nsdecls('w')}>", 1)
        document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))
    document.save(str(tmp_path / "a.docx"))
    return read(tmp_path / "a.docx")


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraph(text: str) -> str:
    return f"<w:p>{run(text)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def test_paragraphs_and_tables_come_in_reading_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("一、总体目标")
    document.add_paragraph("")
    document.add_table(1, 1).cell(0, 0).text = "甲"
    document.add_paragraph("二、保障措施")
    document.save(str(tmp_path / "a.docx"))
    result = read(tmp_path / "a.docx")
    assert (result.name, result.kind) == ("a.docx", "docx")
    assert result.blocks == [
        Quote("一、总体目标", "第1段"),
        Table([[Quote("甲", "表1第1行第1列")]]),
        Quote("二、保障措施", "第2段"),
    ]


def test_a_merge_is_one_object_in_every_place(tmp_path: Path) -> None:
    document = docx.Document()
    grid = document.add_table(3, 3)
    for r in range(3):
        for c in range(3):
            grid.cell(r, c).text = f"{r}{c}"
    for corner in (grid.cell(0, 1), grid.cell(1, 0)):
        corner.text = ""
    grid.cell(0, 0).merge(grid.cell(1, 1)).text = "合并"
    document.save(str(tmp_path / "a.docx"))
    rows = next(read(tmp_path / "a.docx").tables()).rows
    assert [[c.text for c in r] for r in rows] == [
        ["合并", "合并", "02"],
        ["合并", "合并", "12"],
        ["20", "21", "22"],
    ]
    assert rows[0][0] is rows[0][1] is rows[1][0] is rows[1][1]
    assert rows[1][2].position == "表1第2行第3列"


def test_equal_cells_without_a_merge_are_different_objects(tmp_path: Path) -> None:
    (first, second), *_ = next(
        read_body(tmp_path, table(row(cell(paragraph("同")), cell(paragraph("同"))))).tables()
    ).rows
    assert first == Quote("同", "表1第1行第1列")
    assert second == Quote("同", "表1第1行第2列")


def test_a_second_restart_ends_a_vertical_merge(tmp_path: Path) -> None:
    start, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    cells = [
        cell(paragraph("甲"), start),
        cell("<w:p/>", goes_on),
        cell(paragraph("乙"), start),
        cell("<w:p/>", goes_on),
    ]
    rows = next(read_body(tmp_path, table(*map(row, cells))).tables()).rows
    assert texts(Table(rows)) == [["甲"], ["甲"], ["乙"], ["乙"]]
    assert rows[0][0] is rows[1][0]
    assert rows[2][0] is rows[3][0]


def test_grid_before_and_after_keep_the_columns_in_line(tmp_path: Path) -> None:
    shifted = row(cell(paragraph("丙")), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')
    whole = row(*(cell(paragraph(text)) for text in "甲乙丁"))
    result = next(read_body(tmp_path, table(whole, shifted)).tables())
    assert texts(result) == [["甲", "乙", "丁"], ["", "丙", ""]]
    assert [quote.position for quote in result.rows[1]] == ["表1第2行第1列", "表1第2行第2列", "表1第2行第3列"]


def test_tabs_breaks_and_paragraphs_in_a_cell(tmp_path: Path) -> None:
    content = "<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r></w:p>" + paragraph("四")
    assert texts(next(read_body(tmp_path, table(row(cell(content)))).tables())) == [["一\t二\n三\n四"]]


def test_a_page_break_and_tab_stops_are_no_text(tmp_path: Path) -> None:
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="100"/></w:tabs></w:pPr>'
    result = read_body(tmp_path, f'<w:p>{stops}{run("甲")}<w:r><w:br w:type="page"/></w:r>{run("乙")}</w:p>')
    assert result.blocks == [Quote("甲乙", "第1段")]


def test_tracked_changes_count_as_accepted(tmp_path: Path) -> None:
    gone = (
        "<w:del><w:r><w:delText>旧</w:delText><w:tab/></w:r></w:del>"
        + f"<w:moveFrom>{run('移走')}</w:moveFrom>"
    )
    lines = row(cell(paragraph("留"))), row(cell(paragraph("删")), properties="<w:del/>")
    result = read_body(tmp_path, f"<w:p>{run('目标')}{gone}<w:ins>{run('新')}</w:ins></w:p>", table(*lines))
    assert result.blocks[0] == Quote("目标新", "第1段")
    assert texts(next(result.tables())) == [["留"]]


def test_content_controls_at_every_level(tmp_path: Path) -> None:
    def control(content: str, properties: str = "") -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    prompt = control(run("单击此处输入文字"), "<w:showingPlcHdr/>")
    inner = control(cell(f"<w:p>{control(run('甲'))}{prompt}</w:p>"))
    result = read_body(tmp_path, control(paragraph("题")), control(table(control(row(inner)))))
    assert result.blocks == [Quote("题", "第1段"), Table([[Quote("甲", "表1第1行第1列")]])]


def test_a_nested_table_stays_in_its_cell_and_follows_as_its_own(tmp_path: Path) -> None:
    inner = table(row(cell(paragraph("内1")), cell(paragraph("内2"))))
    result = read_body(
        tmp_path, table(row(cell(paragraph("外") + inner + "<w:p/>"))), table(row(cell(paragraph("后"))))
    )
    assert [texts(t) for t in result.tables()] == [[["外\n内1\t内2"]], [["内1", "内2"]], [["后"]]]
    assert [t.rows[0][0].position for t in result.tables()] == [
        "表1第1行第1列",
        "表2第1行第1列",
        "表3第1行第1列",
    ]


def test_the_type_is_that_of_the_content(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    document.save(str(tmp_path / "a.docx"))
    path = (tmp_path / "a.docx").rename(tmp_path / "预算.doc")
    assert (read(path).kind, read(path).name) == ("docx", "预算.doc")


@pytest.mark.parametrize("part", ["word/document.xml", "word/document2.xml"])
def test_the_main_part_is_found_by_relation_even_in_strict_files(tmp_path: Path, part: str) -> None:
    strict = "http://purl.oclc.org/ooxml"
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        kind = f"{strict}/officeDocument/relationships/officeDocument"
        relation = f'<Relationship Id="r1" Type="{kind}" Target="{part}"/>'
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{relation}</Relationships>')
        namespace = f'xmlns:w="{strict}/wordprocessingml/main"'
        archive.writestr(part, f"<w:document {namespace}><w:body>{paragraph('甲')}</w:body></w:document>")
    assert read(tmp_path / "a.docx").blocks == [Quote("甲", "第1段")]
