"""Web pages and web archives under office names."""

from pathlib import Path

import pytest

from anju.kernel.documents import Document, DocumentError, Quote, Table, read


def read_page(tmp_path: Path, body: str, name: str = "a.xls") -> Document:
    (tmp_path / name).write_bytes(
        f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()
    )
    return read(tmp_path / name)


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_blocks_come_in_reading_order(tmp_path: Path) -> None:
    table = "<table><tr><td>格</td></tr></table>"
    body = f"<h1>一、 总体\n目标</h1>散文<div>甲<br>乙<p>丙</p>丁</div>{table}<ul><li>末</li></ul>"
    document = read_page(tmp_path, body)
    assert document.kind == "html"
    assert document.blocks == [
        Quote("一、 总体 目标", "第1段"),
        Quote("散文", "第2段"),
        Quote("甲", "第3段"),
        Quote("乙", "第4段"),
        Quote("丙", "第5段"),
        Quote("丁", "第6段"),
        Table([[Quote("格", "表1第1行第1列")]]),
        Quote("末", "第7段"),
    ]


def test_what_a_reader_does_not_see_is_left_out(tmp_path: Path) -> None:
    body = "<p>前<script>let a = '<p>坏</p>'</script><style>p{}</style><!-- 注 -->后</p><nav>菜单</nav>尾"
    assert [quote.text for quote in read_page(tmp_path, body).paragraphs()] == ["前后", "尾"]


def test_spans_repeat_the_same_object(tmp_path: Path) -> None:
    body = """<table>
        <tr><td rowspan=2 colspan=2>合</td><td>丙</td></tr>
        <tr><td rowspan="9">丁</td></tr>
        <tr><td>戊</td><td>己</td></tr></table>"""
    rows = next(read_page(tmp_path, body).tables()).rows
    assert texts(Table(rows)) == [["合", "合", "丙"], ["合", "合", "丁"], ["戊", "己", "丁"]]
    assert rows[0][0] is rows[0][1] is rows[1][0] is rows[1][1]
    assert rows[1][2] is rows[2][2]
    assert rows[1][2].position == "表1第2行第3列"


def test_cells_keep_lines_and_lose_blanks(tmp_path: Path) -> None:
    cells = "<td>&nbsp;\n</td><td>一&nbsp;二<br>三<p>四</p></td><td><b>五</b> 六</td>"
    (table,) = read_page(tmp_path, f"<table><caption>表名</caption><tr>{cells}</tr></table>").tables()
    assert texts(table) == [["", "一 二\n三\n四", "五 六"]]
    assert table.name == "表名"


def test_only_innermost_tables_are_tables(tmp_path: Path) -> None:
    inner = "<table><tr><td>{}</td></tr></table>"
    body = f"<table><tr><td>页眉{inner.format('甲')}</td><td>{inner.format('乙')}页脚</td></tr></table>"
    assert read_page(tmp_path, body).blocks == [
        Quote("页眉", "第1段"),
        Table([[Quote("甲", "表1第1行第1列")]]),
        Table([[Quote("乙", "表2第1行第1列")]]),
        Quote("页脚", "第2段"),
    ]


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gb18030"),  # 镕 is in gbk, not in gb2312
        ("utf-8", "gb18030"),  # a label that is wrong
        ("", "gb18030"),
        ("utf-8", "utf-16"),  # a byte order mark is stronger than the label
    ],
)
def test_charsets(tmp_path: Path, label: str, encoding: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    (tmp_path / "a.doc").write_bytes(f"<html>{meta}<p>户主镕，低保户数</p></html>".encode(encoding))
    assert read(tmp_path / "a.doc").blocks == [Quote("户主镕，低保户数", "第1段")]


def test_a_web_archive_is_read_page_by_page(tmp_path: Path) -> None:
    def page(text: str) -> bytes:
        head = "--=-b\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        return head.encode() + f"<table><tr><td>{text}</td></tr></table>\r\n".encode("gb18030")

    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=-b"\r\n\r\n'
    picture = b"--=-b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    (tmp_path / "a.doc").write_bytes(head + page("甲") + picture + page("乙") + b"--=-b--\r\n")
    document = read(tmp_path / "a.doc")
    assert document.kind == "html"
    assert document.blocks == [
        Table([[Quote("甲", "表1第1行第1列")]]),
        Table([[Quote("乙", "表2第1行第1列")]]),
    ]


def test_nesting_so_deep_that_text_is_lost_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="嵌套超过 256 层"):
        read_page(tmp_path, "<p>前</p>" + "<div>" * 100_000 + "深")


def test_deep_nesting_within_the_limit_is_read(tmp_path: Path) -> None:
    assert read_page(tmp_path, "<div>" * 240 + "深").blocks == [Quote("深", "第1段")]


def test_spans_cannot_fill_memory(tmp_path: Path) -> None:
    rows = "<tr>" + "<td colspan=999999 rowspan=999999>甲" * 3
    with pytest.raises(DocumentError, match="超过 2000000 格的上限"):
        read_page(tmp_path, f"<table>{rows * 1000}</table>")
