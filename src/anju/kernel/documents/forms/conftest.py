"""Templates drawn in a line or two, as an official would draw them in Excel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from anju.kernel.documents.forms import Template, read_template

Draw = Callable[..., Template]
_THIN = Side(style="thin")


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """``draw("表头|数值", "{{ a }}|{{ b }}", merges=["A1:B1"], titles="1:1")``: rows of cells, all framed."""

    def make(*rows: str, merges: tuple[str, ...] = (), titles: str = "", bare: int = 0) -> Template:
        book = Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.title = "试表"
        for r, row in enumerate(rows, 1):
            for c, text in enumerate(row.split("|"), 1):
                cell = sheet.cell(r, c, text or None)
                if r > bare:
                    cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
        for merge in merges:
            sheet.merge_cells(merge)
        if titles:
            sheet.print_title_rows = titles
        sheet.page_setup.orientation = "landscape"
        path = tmp_path / "模板.xlsx"
        book.save(path)
        return read_template(path)

    return make
