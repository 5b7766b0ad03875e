"""A csv of any reasonable make: its coding, its separator, its heads, and its cells as numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anju.kernel.values.refusal import Refusal

Floats = NDArray[np.float64]

_CODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = ",;\t|"
_NOTHING = {"", "-", "--", "na", "n/a", "nan", "null", "none", "#n/a", "-999", "-9999", "-999.0", "-9999.0"}
# More cells than this share that are no numbers, and the column is a wrong one.
_DAMAGED = 0.05


class TableError(Refusal):
    """A file that cannot be read as hourly figures."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal length under their heads; ``comma`` when 3,5 is three and a half."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[Sequence[str], ...]
    comma: bool

    def column(self, head: str) -> list[str]:
        """The cells under a head; ``date+hour`` joins two with a space. Raises ``TableError`` for an unknown one."""
        places = []
        for part in head.split("+") if head not in self.heads else [head]:
            if part not in self.heads:
                raise TableError(
                    f"{self.name}没有“{part}”这一列。",
                    f"请在--columns里改用其中一列：{'、'.join(self.heads)}。",
                )
            places.append(self.heads.index(part))
        return [" ".join(row[place].strip() for place in places) for row in self.rows]

    def numbers(self, head: str) -> Floats:
        """The cells as numbers, NaN where nothing stands. Raises ``TableError`` for a column of something else."""
        cells = self.column(head)
        found, bad = np.full(len(cells), np.nan), []
        for row, cell in enumerate(cells):
            if cell.lower() in _NOTHING:
                continue
            try:
                found[row] = float(cell.replace(".", "").replace(",", ".") if self.comma else cell)
            except ValueError:
                bad.append(row)
        if len(bad) > _DAMAGED * len(cells):
            raise TableError(
                f"{self.name}的“{head}”列第{bad[0] + 2}行是“{cells[bad[0]]}”，不是数。",
                "请改正，或用--columns指定别的列。",
            )
        found[~np.isfinite(found)] = np.nan
        return found


def read(path: Path) -> Table:
    """Raises ``TableError`` for a file that is missing, is no text, or has no rows."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"打不开{path.name}。", "请核对路径和权限。") from error
    text = _decoded(path.name, data)
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    if "\0" in text or separator not in first:
        raise TableError(f"{path.name}不是csv表格。", "请另存为带表头的csv再试。")
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if any(map(str.strip, row))]
    except csv.Error as error:
        raise TableError(f"{path.name}的csv格式有误：{error}。", "请另存为带表头的csv再试。") from error
    heads = tuple(head.strip() for head in rows[0])
    body = tuple(row for row in rows[1:] if len(row) == len(heads))
    if len(set(heads)) < len(heads) or not body or len(body) < 0.95 * (len(rows) - 1):
        raise TableError(f"{path.name}的表头或行不完整。", "第一行应是不重复的列名，每行列数与它相同。")
    return Table(path.name, heads, body, _comma(body, separator))


def _decoded(name: str, data: bytes) -> str:
    for coding in _CODINGS:
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise TableError(f"{name}的文字编码不认识。", "请另存为UTF-8编码的csv。")


def _comma(rows: Sequence[Sequence[str]], separator: str) -> bool:
    """Whether figures have a decimal comma: only where commas do not part the cells, and no figure has a point alone."""
    if separator == ",":
        return False
    sample = [cell.strip() for row in rows[:200] for cell in row]
    return any(re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+", cell) for cell in sample)
