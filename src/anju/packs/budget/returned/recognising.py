"""Which form a file is, and which line of which kept file it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Exists, OuterRef, QuerySet

from anju.kernel.documents import Document, Quote, read
from anju.kernel.documents.forms import FormError, Template, Tree, read_form
from anju.kernel.documents.forms.notation import fixed
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.models import BudgetFile, Line, Version
from anju.packs.budget.printing import forms
from anju.packs.budget.year.evaluations import APPROVED
from anju.packs.budget.year.printing import is_of_line, templates

_DAY = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})")
_TITLE_ROWS = 3


class ReturnedError(Refusal):
    """A form that cannot be taken in: one sentence and a next step."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came: which one, and what stands in it by the names of its template."""

    form: str
    tree: Tree

    @property
    def name(self) -> str:
        return forms.FORMS[self.form].name

    @property
    def year(self) -> int | None:
        text = self.text("year")
        return int(text) if text.isdecimal() and len(text) == 4 else None

    def text(self, name: str) -> str:
        """What stands under a name such as ``line.code``; nothing where the template has no such place."""
        found: object = self.tree
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found.strip() if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """What a form is compared with: a kept file, a line of it unless the form is of the whole file, and a day."""

    file: BudgetFile
    line: Line | None
    day: date
    others: tuple[BudgetFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Mine:
    """The files and current lines that the person may see."""

    files: QuerySet[BudgetFile]
    lines: QuerySet[Line]


def recognise(path: Path) -> Filled:
    """The form at ``path``. Raises ``DocumentError`` for a file that cannot be read, ``Refusal`` for another one."""
    document = read(path)
    refusal: Refusal = ReturnedError(
        f"「{document.name}」不是平台的七种表。", "请用“导出表格”导出的docx或xlsx，填好后再上传。"
    )
    for code in forms.FORMS:
        for template in forms.templates_of(code, templates()):
            try:
                return Filled(code, read_form(document, template))
            except FormError as error:
                if _titled(document, template):
                    refusal = error
    raise refusal


def _titled(document: Document, template: Template) -> bool:
    """Whether the file bears the title of the template: then it says where the two part."""
    rows = [block for block in document.blocks if isinstance(block, Quote)][:_TITLE_ROWS]
    rows += [cell for table in document.tables() for row in table.rows[:1] for cell in row[:1]]
    title = fixed(template.boxes[0].parts)
    return any(title in "".join(row.text.split()) for row in rows)


def locate(filled: Filled, mine: Mine, today: date, asked: str = "") -> Place:
    """The file and line that a form is about; of several files the one ``asked`` for, else the approved or newest.

    Raises ``ReturnedError`` for another year, an unknown line, and a name that several lines bear.
    """
    if filled.year is None:
        raise ReturnedError("表名里没有年度。", "请把表名写完整，例如“2026年度……”。")
    approved = Version.objects.filter(file=OuterRef("pk"), stage__in=APPROVED)
    known = mine.files.filter(year=filled.year).annotate(approved=Exists(approved))
    files = {file.pk: file for file in known.order_by("-approved", "-recorded_at")}
    if not files:
        raise ReturnedError(
            f"这是{filled.year}年度的表，平台里没有您能看的{filled.year}年度目标文件。",
            "请核对表名里的年度；年度没有错的，请先导入那一年的目标文件。",
        )
    lines = _lines(filled, mine, list(files)) if is_of_line(filled.form) else {}
    fitting = [file for file in files.values() if not lines or file.pk in lines]
    fitting = [file for file in fitting if lines or _is_whole(filled, file)]
    if not fitting:
        raise ReturnedError(
            f"{filled.year}年度的目标文件里没有这张表的单位或项目。", "请核对单位编码和项目编码。"
        )
    file = next((file for file in fitting if str(file.pk) == asked), fitting[0])
    others = tuple(other for other in fitting if other != file)
    return Place(file, lines.get(file.pk), _day(filled, today), others)


def _lines(filled: Filled, mine: Mine, files: list[object]) -> dict[object, Line]:
    """The line of the form in each of the files."""
    code = filled.text("line.code") or filled.text("code")
    name = filled.text("line.name") or filled.text("name")
    wanted = {"code": code} if code else {"name": name}
    found = list(
        mine.lines.filter(**wanted, file__in=files).select_related("file__organisation", "department")
    )
    if not found:
        raise ReturnedError(
            f"{filled.year}年度的目标文件里没有项目“{code or name}”，或者不在您的管理范围内。",
            "请核对表里的项目编码和年度。",
        )
    lines: dict[object, Line] = {}
    for line in found:
        if line.file_id in lines:
            raise ReturnedError(f"有几个项目都叫“{code or name}”。", "请在表里写明项目编码，再上传。")
        lines[line.file_id] = line
    return lines


def _is_whole(filled: Filled, file: BudgetFile) -> bool:
    """Whether a form of a whole file may be about this file: its department's, or one that holds its lines."""
    code = filled.text("department.code")
    if code:
        return file.organisation.budget_code == code
    rows = filled.tree.get("lines")
    codes = [row.get("code") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return file.lines.filter(superseded_at__isnull=True, code__in=codes).exists()


def _day(filled: Filled, today: date) -> date:
    """The day that a monitoring form bears; for the others the last day of the year that has come."""
    last = min(max(today, date(filled.year or 0, 1, 1)), date(filled.year or 0, 12, 31))
    return _written(filled.text("date"), last) if filled.form == "monitoring" else last


def _written(text: str, last: date) -> date:
    if told := _DAY.search(text):
        try:
            return min(date(*(int(part) for part in told.groups())), last)
        except ValueError:
            return last
    return last
