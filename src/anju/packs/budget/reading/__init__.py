"""From a document to a target file: ``read_target_file``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from anju.kernel.documents import Document, DocumentError, Quote, Table
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.cells import distinct
from anju.packs.budget.forms.figures import CODE
from anju.packs.budget.narrative.chapters import read_narrative
from anju.packs.budget.narrative.commitments import commitments
from anju.packs.budget.pasted.stream import Stream, tokens
from anju.packs.budget.prose.quantities import years
from anju.packs.budget.reading.budgets import settle_budget
from anju.packs.budget.reading.columns import is_header
from anju.packs.budget.reading.sheet import SheetReader
from anju.packs.budget.targetfile import TargetFile

_TITLE_YEAR = re.compile(
    r"(20\d{2})\s*年(?:\s*度\s*[)）]|\s*(?:度|部门|单位|项目|预算|市|县|区)\S{0,16}(?:目标|自评|绩效|预算|监控|表))"
    r"|^\s*[(（]?(20\d{2})\s*年?度?[)）]?\s*$"
)

_CHINESE_YEAR = re.compile(r"二[〇零○ＯO0][〇零○一二三四五六七八九]{2}(?=年)")
_DIGITS = str.maketrans("〇零○ＯO一二三四五六七八九", "00000123456789")
_CODED_YEAR = re.compile(r"\d{6}[A-Z]?(\d{2})")


def read_target_file(document: Document) -> TargetFile:
    """All budget lines, goals and commitments of a document.

    Raises ``DocumentError`` when the document holds no budget line.
    """
    file = TargetFile(document.name, document.kind)
    reader = SheetReader()
    for block in _form_blocks(_without_prose(document, file)):
        if isinstance(block, Table):
            reader.table(block)
        else:
            reader.paragraph(block)
    file.lines, file.notes = reader.finish(), reader.notes
    if not file.lines:
        raise DocumentError(
            f"{document.name}里没有找到预算项目。",
            "请确认文件含有绩效目标表（项目名称、三级指标、指标值等栏目）。",
        )
    file.commitments = commitments(file.measures)
    file.year = _year(document, file)
    for line in file.lines:
        settle_budget(line, file.year)
    _note_gaps(file)
    return file


def _without_prose(document: Document, file: TargetFile) -> list[Quote | Table]:
    """The document's blocks without goals and measures, which go into the file; a sheet may hold them in its rows."""
    prose: list[Quote] = []
    for block in document.blocks:
        if isinstance(block, Quote):
            prose.append(block)
        else:
            prose += [cell for row in block.rows if (cell := _only_cell(row)) is not None]
    used = {id(prose[i]) for i in read_narrative(prose, file, _is_form)}
    left: list[Quote | Table] = []
    for block in document.blocks if used else ():
        if isinstance(block, Table):
            left.append(Table([row for row in block.rows if id(_only_cell(row)) not in used], block.name))
        elif id(block) not in used:
            left.append(block)
    return left or document.blocks


def _is_form(text: str) -> bool:
    return vocabulary.is_label(text) or vocabulary.is_title(text)


def _only_cell(row: list[Quote]) -> Quote | None:
    """The cell of a row in which nothing else is written."""
    filled = [cell for _, cell in distinct(row) if cell.text.strip()]
    return filled[0] if len(filled) == 1 else None


def _form_blocks(blocks: list[Quote | Table]) -> Iterable[Quote | Table]:
    """Text without an indicator table in a grid is read as a stream of cells."""
    if any(is_header(row) for b in blocks if isinstance(b, Table) for row in b.rows):
        return blocks
    return Stream(tokens(list(_cells(blocks)))).blocks()


def _cells(blocks: Iterable[Quote | Table]) -> Iterable[Quote]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield from (cell for i, cell in enumerate(row) if i == 0 or cell is not row[i - 1])
        else:
            yield block


def _year(document: Document, file: TargetFile) -> int | None:
    """The year that the title names; else the year most often written in the lines; else that of the codes."""
    head = [b for b in document.blocks[:12] if isinstance(b, Quote)]
    head += [cell for b in document.blocks[:3] if isinstance(b, Table) for row in b.rows[:3] for cell in row]
    for quote in head:
        if title := _TITLE_YEAR.search(
            _CHINESE_YEAR.sub(lambda m: m[0].translate(_DIGITS), quote.text[:160])
        ):
            return int(title[1] or title[2])
    said: Counter[int] = Counter()
    for line in file.lines:
        said.update(year for t in line.targets for year, _ in years(t.value.text))
        said.update(year for year, _ in years(line.purpose.text + line.goal.text))
    if said:
        return said.most_common(1)[0][0]
    codes = [line.code.text for line in file.lines if CODE.fullmatch(line.code.text)]
    coded = [2000 + int(found[1]) for code in codes if (found := _CODED_YEAR.match(code))]
    return max(coded, default=None)


def _note_gaps(file: TargetFile) -> None:
    for line in file.lines:
        if line.budget is None:
            file.notes.append(f"{line.label()}：没有读到预算金额。")
        if not line.targets:
            file.notes.append(f"{line.label()}：没有读到绩效指标。")
