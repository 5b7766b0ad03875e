"""What a file is, by its content alone; what is not on the list is refused whatever its name says."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import olefile

from anju.kernel.documents import DocumentError, guard
from anju.kernel.documents.html import decode_html, is_html, is_mht
from anju.kernel.documents.text import read_csv

from .errors import FileRefused


@dataclass(frozen=True, slots=True)
class Kind:
    """``extensions`` are allowed in a name, the first is given to all others. ``inline`` may show in a page."""

    media_type: str
    extensions: tuple[str, ...]
    inline: bool = False


_OPENXML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "docx": Kind(f"{_OPENXML}.wordprocessingml.document", ("docx",)),
    "xlsx": Kind(f"{_OPENXML}.spreadsheetml.sheet", ("xlsx",)),
    "doc": Kind("application/msword", ("doc", "wps")),
    "xls": Kind("application/vnd.ms-excel", ("xls", "et")),
    "pdf": Kind("application/pdf", ("pdf",)),
    "jpg": Kind("image/jpeg", ("jpg", "jpeg"), inline=True),
    "png": Kind("image/png", ("png",), inline=True),
    # Never as text/html: a page from a stranger must not run as one of ours.
    "html": Kind("application/octet-stream", ("html", "htm")),
    "csv": Kind("text/csv; charset=utf-8", ("csv",)),
    "txt": Kind("application/octet-stream", ("txt",)),
    "geojson": Kind("application/geo+json", ("geojson", "json")),
    "shp": Kind("application/zip", ("zip",)),
}
_MARKS = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))
_NO_TEXT = (b"{\\rtf", b"MZ", b"Rar!", b"GIF8", b"#!")
_MACRO_STORAGES = {"macros", "vba", "_vba_project_cur"}
# What a zipped shapefile may hold; nothing else is taken as a zip.
_SHAPEFILE = {"shp", "shx", "dbf", "prj", "cpg", "sbn", "sbx", "qix", "qpj", "xml"}
_LIST = "请提交docx、xlsx、doc、xls、wps、et、pdf、jpg、png、html、csv、txt、geojson文件或shapefile的zip。"
_NO_MACROS = "请在办公软件中另存为不含宏的文件后再提交。"


def detect(data: bytes, name: str) -> str:
    """The key in ``KINDS`` of a whole file. Raises ``FileRefused`` for everything else, bombs and locks too."""
    try:
        if data.startswith(b"PK"):
            return _in_zip(data, name)
        if data.startswith(olefile.MAGIC):
            return _in_ole(data, name)
        return next((kind for mark, kind in _MARKS if data.startswith(mark)), None) or _in_text(data, name)
    except DocumentError as error:
        raise FileRefused(error.sentence, error.next_step) from error


def _unknown(name: str) -> FileRefused:
    return FileRefused(f"「{name}」的内容不在允许上传的类型之内。", _LIST)


def _with_macros(name: str) -> FileRefused:
    return FileRefused(f"「{name}」含有宏，已拒绝。", _NO_MACROS)


def _in_zip(data: bytes, name: str) -> str:
    parts = set(guard.open_zip(data, name).namelist())
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise _with_macros(name)
    for main, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if {main, "[Content_Types].xml"} <= parts:
            return kind
    extensions = {part.rpartition(".")[2].lower() for part in parts if not part.endswith("/")}
    if {"shp", "shx", "dbf"} <= extensions <= _SHAPEFILE:
        return "shp"
    raise _unknown(name)


def _in_ole(data: bytes, name: str) -> str:
    """An OLE2 container (MS-CFB): doc and xls, which older WPS versions also write as wps and et."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as container:
            entries = [[part.lower() for part in entry] for entry in container.listdir(storages=True)]
    except Exception as error:  # olefile raises whatever a broken table leads it to
        raise guard.damaged(name) from error
    streams = {entry[0] for entry in entries if len(entry) == 1}
    if "encryptedpackage" in streams:
        raise guard.locked(name)
    if any(part in _MACRO_STORAGES for entry in entries for part in entry):
        raise _with_macros(name)
    for stream, kind in (("worddocument", "doc"), ("workbook", "xls"), ("book", "xls")):
        if stream in streams:
            return kind
    raise _unknown(name)


def _in_text(data: bytes, name: str) -> str:
    text = None if data.startswith(_NO_TEXT) or is_mht(data) else decode_html(data)
    if text is None:
        raise _unknown(name)
    if is_html(text):
        return "html"
    if text.lstrip("\ufeff \r\n\t").startswith("{") and '"FeatureCollection"' in text:
        return "geojson"
    return "csv" if read_csv(text, name) else "txt"
