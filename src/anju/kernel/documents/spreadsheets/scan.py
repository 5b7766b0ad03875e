"""What calamine does not tell about a workbook: how far its cells reach, and which are per cent.

calamine allocates the whole rectangle from A1 to the last filled cell, so one stray cell at the sheet's
end costs gigabytes: the reach is taken from the cells themselves (a declared dimension may lie) before
calamine is let near. Sources: ECMA-376 part 1 (xlsx), MS-XLSB, ODF 1.3 part 3. For xls see ``biff``.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from xml.parsers import expat

from lxml import etree

from anju.kernel.documents import guard

Place = tuple[int, int]  # row and column, from 0


@dataclass(slots=True)
class Scan:
    """One sheet: the rectangle of its filled cells, the percentages among them, and merges (ods)."""

    rows: int = 0
    columns: int = 0
    percents: set[Place] = field(default_factory=set)
    merges: list[tuple[Place, Place]] = field(default_factory=list)

    def reach(self, row: int, column: int) -> None:
        """Count in a filled cell, indices from 0."""
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)


_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.')
_BUILT_IN_PERCENTS = {9, 10}  # 0% and 0.00% (ECMA-376 part 1, 18.8.30)


def is_percent(format_id: int, code: str) -> bool:
    """Whether a number format multiplies by 100; ``code`` is "" for a built-in format."""
    return format_id in _BUILT_IN_PERCENTS or "%" in _QUOTED.sub("", code)


@cache
def column_index(letters: str) -> int:
    """Column A is 0, Z is 25, AA is 26."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


@cache
def column_letters(index: int) -> str:
    """The inverse of ``column_index``."""
    before, last = divmod(index, 26)
    return (column_letters(before - 1) if before else "") + chr(65 + last)


def scan_xlsx(archive: zipfile.ZipFile, file_name: str) -> dict[str, Scan]:
    """Each sheet's scan by name. Raises ``DocumentError`` when one reaches too far."""
    percents = _xlsx_percents(archive)
    present = set(archive.namelist())
    scans = {}
    for name, part in _xlsx_sheets(archive):
        scan = Scan()
        if part in present:
            _parse(archive, part, _XlsxSheet(scan, percents, file_name))
        scans[name] = scan
    return scans


def _xml(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _xlsx_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    found = _xml(archive.read("xl/_rels/workbook.xml.rels")).iter("{*}Relationship")
    targets = {str(relation.get("Id")): str(relation.get("Target")) for relation in found}
    for sheet in _xml(archive.read("xl/workbook.xml")).iter("{*}sheet"):
        identity = next((value for key, value in sheet.items() if str(key).endswith("}id")), "")
        yield (
            sheet.get("name", ""),
            posixpath.normpath(posixpath.join("/xl", targets.get(str(identity), "")))[1:],
        )


def _xlsx_percents(archive: zipfile.ZipFile) -> set[str]:
    """The cell styles, by their index as text, that show per cent."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    root = _xml(archive.read("xl/styles.xml"))
    codes = {item.get("numFmtId"): item.get("formatCode", "") for item in root.iter("{*}numFmt")}
    identities = [style.get("numFmtId", "0") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return {
        str(i) for i, identity in enumerate(identities) if is_percent(int(identity), codes.get(identity, ""))
    }


class _XlsxSheet:
    """Reads the place and style of each filled cell of a sheet part."""

    def __init__(self, scan: Scan, percents: set[str], file_name: str) -> None:
        self.scan, self.percents, self.file_name = scan, percents, file_name
        self.row, self.column, self.style = -1, -1, ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes)
        elif tag in ("v", "is"):
            self.scan.reach(self.row, self.column)
            if self.style in self.percents:
                self.scan.percents.add((self.row, self.column))
        elif tag == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            guard.check_cells(self.scan.rows * self.scan.columns, self.file_name)

    def _cell(self, attributes: dict[str, str]) -> None:
        place = _CELL.fullmatch(attributes.get("r", ""))
        if place:
            self.row, self.column = int(place[2]) - 1, column_index(place[1])
        else:
            self.column += 1
        self.style = attributes.get("s", "")

    def end(self, tag: str) -> None:
        """Nothing to do: a cell is known by its start."""


class _OdsContent:
    """Reads all sheets of an ods content part; repeated rows and cells count as often as they stand."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.scans: dict[str, Scan] = {}
        self.scan = Scan()
        self.row = self.row_repeat = self.column = self.repeat = 0
        self.filled: list[tuple[int, int, bool]] = []  # first column, count, is it a percentage

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.scan = self.scans.setdefault(attributes.get("table:name", ""), Scan())
            self.row = 0
        elif tag == "table:table-row":
            self.row_repeat = int(attributes.get("table:number-rows-repeated", 1))
            self.column, self.filled = 0, []
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)
        elif (
            tag == "text:p"
            and self.column
            and (not self.filled or self.filled[-1][0] != self.column - self.repeat)
        ):
            self.filled.append((self.column - self.repeat, self.repeat, False))

    def _cell(self, attributes: dict[str, str]) -> None:
        self.repeat = int(attributes.get("table:number-columns-repeated", 1))
        kind = attributes.get("office:value-type")
        if kind:
            self.filled.append((self.column, self.repeat, kind == "percentage"))
        down = int(attributes.get("table:number-rows-spanned", 1))
        across = int(attributes.get("table:number-columns-spanned", 1))
        if down * across > 1:
            self.scan.merges.append(
                ((self.row, self.column), (self.row + down - 1, self.column + across - 1))
            )
        self.column += self.repeat

    def end(self, tag: str) -> None:
        if tag != "table:table-row":
            return
        if self.filled:
            first, count, _ = self.filled[-1]
            self.scan.reach(self.row + self.row_repeat - 1, first + count - 1)
            guard.check_cells(self.scan.rows * self.scan.columns, self.name)
        for first, count, percent in self.filled:
            if percent:
                places = ((r, c) for r in range(self.row_repeat) for c in range(first, first + count))
                self.scan.percents.update((self.row + r, c) for r, c in places)
        self.row += self.row_repeat


def scan_ods(archive: zipfile.ZipFile, name: str) -> dict[str, Scan]:
    """Each sheet's scan by name, with its merges. Raises ``DocumentError`` when one reaches too far."""
    content = _OdsContent(name)
    _parse(archive, "content.xml", content)
    return content.scans


def _parse(archive: zipfile.ZipFile, part: str, handler: _XlsxSheet | _OdsContent) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def scan_xlsb(archive: zipfile.ZipFile) -> Scan:
    """The largest reach over all sheets (MS-XLSB 2.1.4: record type and size in 7-bit groups, then data)."""
    scan = Scan()
    for part in archive.namelist():
        if part.startswith("xl/worksheets/") and part.endswith(".bin"):
            row = 0
            for kind, body in _xlsb_records(archive.read(part)):
                if kind == 0:  # BrtRowHdr
                    row = int.from_bytes(body[:4], "little")
                elif 2 <= kind <= 11:  # BrtCellRk to BrtFmlaError; 1 is BrtCellBlank
                    scan.reach(row, int.from_bytes(body[:4], "little"))
    return scan


def _xlsb_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _group(data, at, 2)
        size, at = _group(data, at, 4)
        yield kind, data[at : at + min(size, 8)]
        at += size


def _group(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return value, at
