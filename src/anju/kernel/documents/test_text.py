"""Plain text, pasted forms, csv and tsv."""

from pathlib import Path

import pytest

from anju.kernel.documents import DocumentError, Quote, Table, read, read_text

SAMPLE = Path(__file__).parents[5] / "shared/data/budget/tangshan-2021.txt"


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def saved(tmp_path: Path, data: bytes, name: str = "a.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_every_line_is_a_paragraph_with_its_white_space() -> None:
    document = read_text("\t项目编码\r\n\t\r\n\n  第四\r第五", "粘贴")
    assert (document.name, document.kind) == ("粘贴", "txt")
    assert document.blocks == [
        Quote("\t项目编码", "第1行"),
        Quote("\t", "第2行"),
        Quote("", "第3行"),
        Quote("  第四", "第4行"),
        Quote("第五", "第5行"),
    ]


def test_a_run_of_tab_rows_is_a_table_with_line_numbers() -> None:
    document = read_text("标题\n指标\t值\n户数\t 16500户\n合计：2\n", "a")
    assert document.blocks == [
        Quote("标题", "第1行"),
        Table(
            [
                [Quote("指标", "第2行第1列"), Quote("值", "第2行第2列")],
                [Quote("户数", "第3行第1列"), Quote("16500户", "第3行第2列")],
            ]
        ),
        Quote("合计：2", "第4行"),
    ]


def test_one_tab_row_alone_is_a_paragraph() -> None:
    assert read_text("指标\t值\n说明", "a").blocks == [Quote("指标\t值", "第1行"), Quote("说明", "第2行")]


def test_a_row_with_one_filled_cell_goes_on_with_a_wide_table() -> None:
    (table,) = read_text("指标\t值\t依据\n合计\t\t\n", "a").blocks
    assert isinstance(table, Table)
    assert texts(table) == [["指标", "值", "依据"], ["合计", "", ""]]


def test_a_pasted_cell_after_a_row_of_two_is_no_row() -> None:
    assert not list(read_text("甲\t乙\n\t丙\n\t丁\n", "a").tables())


def test_a_pipe_table_drops_its_rule_line() -> None:
    (table,) = read_text("| 指标 | 值 |\n|------|:---:|\n| 户数 |  |\n", "a").blocks
    assert isinstance(table, Table)
    assert texts(table) == [["指标", "值"], ["户数", ""]]
    assert table.rows[1][1].position == "第3行第2列"


def test_cells_with_a_trailing_pipe_are_paragraphs() -> None:
    assert not list(read_text("项目编码 |\n801002 |\n项目名称 |\n", "a").tables())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = saved(tmp_path, "农房抗震改造\n16500户".encode(encoding))
    assert read(path).blocks == [Quote("农房抗震改造", "第1行"), Quote("16500户", "第2行")]


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "gb18030"), ("\t", "utf-16"), (";", "utf-8-sig")])
def test_csv_by_content(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [["指标", "值", "依据"], ['"改造, 户数;\n合计"', "16500", ""], ["", "", ""]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    document = read(saved(tmp_path, text.encode(encoding), "a.txt"))
    assert document.kind == "csv"
    (table,) = document.tables()
    assert texts(table) == [["指标", "值", "依据"], ["改造, 户数;\n合计", "16500", ""]]
    assert table.rows[1][2].position == "第2行第3列"


def test_a_pasted_form_named_csv_is_text(tmp_path: Path) -> None:
    lines = ["\t项目编码", "\t801002", "\t项目名称", "\t补助资金", "", "\t数量指标", "\t1,650户"]
    document = read(saved(tmp_path, "\n".join(lines).encode(), "a.csv"))
    assert document.kind == "txt"
    assert document.blocks == [Quote(line, f"第{number}行") for number, line in enumerate(lines, 1)]


def test_prose_with_some_commas_is_text(tmp_path: Path) -> None:
    prose = "第一季度支付25%,第二季度50%\n第三季度75%\n第四季度支付100%,其中质保金3%,年底结清\n完成\n"
    assert read(saved(tmp_path, prose.encode())).kind == "txt"


def test_lines_with_different_numbers_of_commas_are_text(tmp_path: Path) -> None:
    assert read(saved(tmp_path, "甲,乙\n丙,丁,戊\n己,庚,辛,壬\n子,丑\n".encode())).kind == "txt"


def test_white_space_only_is_refused() -> None:
    with pytest.raises(DocumentError, match="「粘贴」里没有可读取的文字。"):
        read_text(" \n\t\n\u3000", "粘贴")


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample budget file is not on this machine")
def test_the_sample_budget_stays_2386_paragraphs() -> None:
    document = read(SAMPLE)
    assert document.kind == "txt"
    assert len(list(document.paragraphs())) == 2386
    assert not list(document.tables())
