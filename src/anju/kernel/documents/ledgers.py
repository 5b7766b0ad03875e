"""Ledgers as offices keep them: a table with a head line, checked column by column and row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from anju.kernel.values.refusal import Refusal

from .model import Document, Quote, Table

_HEAD_WITHIN = 10  # above the head line stand a title, a unit, a date
_UNIT = re.compile(r"单位[:：]\s*([^\s；;，,）)]+)")
_BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]")


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its field, its name, other names that offices use, and whether a row must fill it."""

    field: str
    name: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one row, and what to do; ``column`` is the head of the column, or empty."""

    place: str
    column: str
    message: str


class ImportRefused(Refusal):
    """Nothing was imported: one sentence, what to do next, and the errors by row."""

    def __init__(self, sentence: str, next_step: str, errors: tuple[RowError, ...] = ()) -> None:
        super().__init__(sentence, next_step)
        self.errors = errors


def refuse(errors: Sequence[RowError]) -> None:
    """``ImportRefused`` when there are errors."""
    if errors:
        first = errors[0]
        raise ImportRefused(
            f"有{len(errors)}处错误，没有导入任何一行；第一处在{first.place}：{first.message}",
            "请按所列的行改正后重新导入。",
            tuple(errors),
        )


@dataclass(slots=True)
class Row:
    """One row by field; ``place`` says where it stands (``表1第3行``), ``errors`` collects its faults.

    ``names`` are the heads of the fields, ``units`` what stands in brackets behind a head, or above the table
    as ``单位：万元``.
    """

    place: str
    values: dict[str, str]
    names: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def fault(self, name: str, message: str) -> None:
        """Note a fault of the field ``name``, or of anything else that has a name."""
        self.errors.append(RowError(self.place, self.names.get(name, name), message))

    def chosen(self, name: str, choices: Mapping[str, str]) -> str:
        """The code of a choice given as code or label; "" with a fault for anything else."""
        given = self.values[name]
        for code, label in choices.items():
            if given in (code, label):
                return code
        self.fault(name, f"“{given}”不可选，请填{'、'.join(map(str, choices.values()))}之一。")
        return ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of a file, and the columns that were not understood.

    ``columns`` are the heads as the file writes them, each with its field, or "" where it was not understood.
    """

    rows: list[Row]
    ignored: list[str]
    columns: tuple[tuple[str, str], ...] = ()


def read_ledger(document: Document, heads: Sequence[Head]) -> Ledger:
    """The rows of every table whose head line is found; rows that are empty or only a total are left out.

    Raises ``ImportRefused`` where a required column is missing or one stands twice.
    """
    rows: list[Row] = []
    ignored: list[str] = []
    written: dict[tuple[str, str], None] = {}
    tables = [table for table in document.tables() if table.rows]
    if not tables:
        raise ImportRefused(f"「{document.name}」里没有表格。", f"请提交有表头的表格，{_wanted(heads)}")
    for table in tables:
        columns, at = _columns(table, heads)
        ignored += [name for name in columns.values() if name not in {head.field for head in heads}]
        for i, name in columns.items():
            written[table.rows[at][i].text.strip(), "" if name in ignored else name] = None
        units = _units(table, at, columns)
        rows += _rows(table, at, {i: f for i, f in columns.items() if f not in ignored}, heads, units)
    for row in rows:
        for head in heads:
            if head.required and not row.values.get(head.field):
                row.fault(head.field, "没有填写，请补上。")
    return Ledger(rows, ignored, tuple(written))


def _wanted(heads: Sequence[Head]) -> str:
    needed = [head.name for head in heads if head.required]
    others = [head.name for head in heads if not head.required]
    return f"必须有{'、'.join(needed)}" + (f"，可以有{'、'.join(others)}。" if others else "。")


def _columns(table: Table, heads: Sequence[Head]) -> tuple[dict[int, str], int]:
    """Column → field (or its own words where it is unknown), and the number of the head line."""
    known = {_plain(name): head.field for head in heads for name in (head.field, head.name, *head.synonyms)}
    best, at = max(
        ((_matches(row, known), -i) for i, row in enumerate(table.rows[:_HEAD_WITHIN])), default=(0, 0)
    )
    if not best:
        raise ImportRefused(f"「{table.name}」里没有找到表头。", f"请在数据上方写表头，{_wanted(heads)}")
    line = table.rows[-at]
    columns = {
        i: known.get(_plain(cell.text), cell.text.strip())
        for i, cell in enumerate(line)
        if cell.text.strip() and (i == 0 or cell is not line[i - 1])
    }
    given = list(columns.values())
    repeated = [head.name for head in heads if given.count(head.field) > 1]
    if repeated:
        raise ImportRefused(f"「{table.name}」里有重复的列：{'、'.join(repeated)}。", "请每列只留一个。")
    missing = [head.name for head in heads if head.required and head.field not in given]
    if missing:
        raise ImportRefused(f"「{table.name}」缺少列：{'、'.join(missing)}。", f"请补上，{_wanted(heads)}")
    return columns, -at


def _matches(row: Sequence[Quote], known: Mapping[str, str]) -> int:
    return len({known[_plain(cell.text)] for cell in row if _plain(cell.text) in known})


def _plain(text: str) -> str:
    """A head without blanks and without its bracketed unit: 金额（元） → 金额."""
    bare = "".join(text.split()).replace("(", "（")
    return bare.partition("（")[0] or bare


def _units(table: Table, head: int, columns: Mapping[int, str]) -> dict[str, str]:
    above = " ".join(cell.text for row in table.rows[: head + 1] for cell in row)
    common = _UNIT.search(above)
    told = {name: _BRACKETS.search(table.rows[head][i].text) for i, name in columns.items()}
    return {
        name: (match or common)[1].strip()  # type: ignore[index]
        for name, match in told.items()
        if match or common
    }


def _rows(
    table: Table,
    head: int,
    columns: Mapping[int, str],
    heads: Sequence[Head],
    units: Mapping[str, str],
) -> Iterator[Row]:
    names = {one.field: one.name for one in heads}
    for number, cells in enumerate(table.rows[head + 1 :], head + 2):
        values = {columns[i]: cell.text.strip() for i, cell in enumerate(cells) if i in columns}
        words = [value for value in values.values() if value]
        if words and words[0] not in ("合计", "总计", "小计"):
            yield Row(f"{table.name}第{number}行".strip(), values, names, units)
