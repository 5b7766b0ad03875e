"""The records of an xls workbook stream that calamine does not report: protection, reach, number formats.

Source: MS-XLS 2.4 (record layouts). The text of cells stays calamine's work.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from anju.kernel.documents import guard
from anju.kernel.documents.spreadsheets.scan import Scan, is_percent

_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _FORMAT, _XF = 0x809, 0x0A, 0x85, 0x2F, 0x41E, 0xE0
_RK, _MULRK = 0x27E, 0xBD
# FORMULA, LABELSST, LABEL, NUMBER, BOOLERR, RK, RSTRING: row, column and format index, two bytes each.
_CELLS = {0x06, 0xFD, 0x204, 0x203, 0x205, _RK, 0xD6}


def scan_xls(stream: bytes, name: str) -> list[Scan]:
    """The scans of all sheets in workbook order.

    Raises ``DocumentError`` for a password; ``struct.error`` for a stream that is no workbook.
    """
    codes: dict[int, str] = {}
    percents: list[bool] = []
    scans: dict[int, Scan] = {}  # by the place where the sheet's records begin
    current, depth = Scan(), 0
    for at, kind, body in _records(stream):
        if kind == _FILEPASS:
            raise guard.locked(name)
        if kind == _BOUNDSHEET:
            scans[struct.unpack_from("<I", body)[0]] = Scan()
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = body[5:].decode(
                "utf-16-le" if body[4] & 1 else "latin-1"
            )
        elif kind == _XF:
            format_id = struct.unpack_from("<H", body, 2)[0]
            percents.append(is_percent(format_id, codes.get(format_id, "")))
        elif kind == _BOF:
            depth += 1
            current = scans.get(at, current)
        elif kind == _EOF:
            depth -= 1
        elif depth == 1 and (kind in _CELLS or kind == _MULRK):  # a chart inside a sheet is one deeper
            _count_cell(kind, body, current, percents)
    return list(scans.values())


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _count_cell(kind: int, body: bytes, scan: Scan, percents: list[bool]) -> None:
    row, column = struct.unpack_from("<HH", body)
    # MULRK: format index and number (6 bytes) for each column from the first to the last.
    indices = [body[at : at + 2] for at in range(4, len(body) - 2, 6)] if kind == _MULRK else [body[4:6]]
    for offset, index in enumerate(int.from_bytes(raw, "little") for raw in indices):
        scan.reach(row, column + offset)
        if index < len(percents) and percents[index]:
            scan.percents.add((row, column + offset))
