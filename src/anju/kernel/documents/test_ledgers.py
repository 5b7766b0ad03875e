from __future__ import annotations

import pytest

from anju.kernel.documents import Document, Quote, Table
from anju.kernel.documents.ledgers import Head, ImportRefused, read_ledger

HEADS = (
    Head("code", "项目编码", required=True),
    Head("amount", "金额", ("支付金额",), required=True),
    Head("source", "资金来源"),
)


def document(*rows: str) -> Document:
    cells = [[Quote(text, f"{r}{c}") for c, text in enumerate(row.split("|"))] for r, row in enumerate(rows)]
    return Document("台账.csv", "csv", [Table(cells, "表1")])


def test_the_head_line_is_found_below_a_title_and_synonyms_and_units_are_understood() -> None:
    read = read_ledger(
        document("2021年支付台账||", "项目编码|支付金额（万元）|备注", "A|1.5|x", "||", "合计|1.5|"), HEADS
    )
    assert [(row.place, row.values, row.units) for row in read.rows] == [
        ("表1第3行", {"code": "A", "amount": "1.5"}, {"amount": "万元"})
    ]
    assert read.ignored == ["备注"]
    assert read.columns == (("项目编码", "code"), ("支付金额（万元）", "amount"), ("备注", ""))


def test_a_unit_above_the_table_holds_for_its_columns() -> None:
    read = read_ledger(document("单位：元||", "项目编码|金额", "A|1"), HEADS)
    assert read.rows[0].units["amount"] == "元"


def test_an_empty_required_cell_is_an_error_of_its_row() -> None:
    row = read_ledger(document("项目编码|金额", "A|"), HEADS).rows[0]
    assert [(e.place, e.column) for e in row.errors] == [("表1第2行", "金额")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("甲|乙", "1|2"), "没有找到表头"),
        (("项目编码|资金来源", "A|x"), "缺少列：金额"),
        (("项目编码|金额|支付金额", "A|1|2"), "重复的列：金额"),
    ],
)
def test_a_ledger_without_its_columns_is_refused_with_what_is_wanted(
    rows: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ImportRefused, match=words) as refused:
        read_ledger(document(*rows), HEADS)
    assert refused.value.next_step


def test_a_file_without_a_table_is_refused() -> None:
    with pytest.raises(ImportRefused, match="没有表格"):
        read_ledger(Document("a.txt", "txt", [Quote("x", "1")]), HEADS)
