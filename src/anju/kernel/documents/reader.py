"""What a file is, by its content alone, and which reader takes it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import olefile

from . import guard
from .docx import read_docx
from .html import decode_html, is_html, is_mht, read_html, read_mht
from .legacy import is_locked_doc, read_legacy
from .model import Document, DocumentError
from .spreadsheets.reading import read_xls, read_zipped
from .text import decode, read_csv, read_text

_SAVE_AS = "请另存为 docx 或 xlsx 后再提交。"
_EXPORT = "请提交导出它的 docx 或 xlsx 源文件。"
_UNPACK = "请解压后提交其中的 docx 或 xlsx 文件。"
_PICTURE = "请提交文字版的 docx 或 xlsx 文件。"
_FORMS = "请提交 docx、xlsx、xls、html、csv 或 txt 文件。"
# First bytes of what is common in offices and not readable here: what it is, and what to do.
_REFUSED = [
    (b"%PDF-", "PDF 文件", _EXPORT),
    (b"\xff\xd8\xff", "JPG 图片", _PICTURE),
    (b"\x89PNG", "PNG 图片", _PICTURE),
    (b"GIF8", "GIF 图片", _PICTURE),
    (b"BM", "BMP 图片", _PICTURE),
    (b"II*\0", "TIFF 图片", _PICTURE),
    (b"MM\0*", "TIFF 图片", _PICTURE),
    (b"Rar!", "RAR 压缩包", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", _UNPACK),
    (b"\x1f\x8b", "GZ 压缩包", _UNPACK),
    (b"MZ", "可执行程序", _FORMS),
    (b"\x7fELF", "可执行程序", _FORMS),
]
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
# The part that tells what a zip is; the first three are read here.
_ZIP_PARTS = [
    ("word/", "docx", ""),
    ("xl/workbook.bin", "xlsb", ""),
    ("xl/", "xlsx", ""),
    ("ppt/", "PPT 演示文稿", _SAVE_AS),
    ("OFD.xml", "OFD 版式文件", _EXPORT),
]
_ODF_KINDS = {"text": "ODT 文档", "presentation": "ODP 演示文稿"}


def read(path: Path) -> Document:
    """The text and tables of the file at ``path``, whatever its name claims it to be.

    Raises ``DocumentError`` for everything that cannot be read, and nothing else.
    """
    name = path.name
    try:
        document = _read(_bytes(path), name)
        guard.check_content(document)
    except DocumentError:
        raise
    except BaseException as error:
        # calamine's panics are no Exception; they mean a broken file like any other error of a library.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise guard.damaged(name) from error
        raise
    return document


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DocumentError(f"「{path.name}」是文件夹，不是文件。", "请指定其中的一个文件。")
        size = path.stat().st_size
        if not path.is_file():
            raise DocumentError(f"「{path.name}」不是普通文件。", _FORMS)
        guard.check_size(size, path.name)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError(f"找不到文件「{path}」。", "请核对路径和文件名。") from error
    except PermissionError as error:
        raise DocumentError(
            f"没有权限读取文件「{path}」。", "请修改文件的读取权限，或复制一份后再提交。"
        ) from error
    except OSError as error:
        raise DocumentError(
            f"文件「{path}」读取失败。", "请检查磁盘或网络位置，复制到本机后再提交。"
        ) from error


def _read(data: bytes, name: str) -> Document:
    for mark, what, next_step in _REFUSED:
        if data.startswith(mark) and _is_binary(mark, data):
            raise _wrong_kind(name, what, next_step)
    if data.startswith(_ZIP_MARKS):
        return _read_zip(data, name)
    if data.startswith(olefile.MAGIC):
        return _read_ole(data, name)
    if data.startswith(b"{\\rtf"):
        return read_legacy(data, "rtf", name)
    return read_mht(data, name) if is_mht(data) else _read_characters(data, name)


def _is_binary(mark: bytes, data: bytes) -> bool:
    """Two letters may also begin a text."""
    return len(mark) > 2 or decode(data) is None


def _wrong_kind(name: str, what: str, next_step: str) -> DocumentError:
    return DocumentError(f"「{name}」的内容是{what}，不能直接读取。", next_step)


def _read_characters(data: bytes, name: str) -> Document:
    text = decode_html(data)
    if text is None:
        raise _wrong_kind(name, "无法识别的二进制数据", _FORMS)
    if is_html(text):
        return read_html(text, name)
    if "schemas-microsoft-com:office:spreadsheet" in text[:2000]:
        raise _wrong_kind(name, "Excel 2003 XML 表格", _SAVE_AS)
    if "schemas.microsoft.com/office/word" in text[:2000]:
        raise _wrong_kind(name, "Word 2003 XML 文档", _SAVE_AS)
    return read_csv(text, name) or read_text(text, name)


def _read_zip(data: bytes, name: str) -> Document:
    archive = guard.open_zip(data, name)
    parts = archive.namelist()
    if "mimetype" in parts:
        kind = archive.read("mimetype").decode("ascii", "replace").strip().rpartition(".")[2]
        if kind == "spreadsheet":
            return read_zipped(data, archive, "ods", name)
        raise _wrong_kind(name, _ODF_KINDS.get(kind, "压缩包"), _SAVE_AS)
    for prefix, kind, next_step in _ZIP_PARTS:
        if any(part.startswith(prefix) for part in parts):
            if next_step:
                raise _wrong_kind(name, kind, next_step)
            return read_docx(archive, name) if kind == "docx" else read_zipped(data, archive, kind, name)
    raise _wrong_kind(name, "ZIP 压缩包", _UNPACK)


def _read_ole(data: bytes, name: str) -> Document:
    """An OLE2 container (MS-CFB): Office 97 to 2003, WPS, or anything newer that is encrypted."""
    with olefile.OleFileIO(BytesIO(data)) as container:
        streams = {stream[0].lower(): stream for stream in container.listdir() if len(stream) == 1}
        if "encryptedpackage" in streams:
            raise guard.locked(name)
        if "worddocument" in streams:
            if is_locked_doc(container.openstream(streams["worddocument"]).read(12)):
                raise guard.locked(name)
            return read_legacy(data, "doc", name)
        for workbook in ("workbook", "book"):
            if workbook in streams:
                return read_xls(data, container.openstream(streams[workbook]).read(), name)
    what = "PPT 演示文稿" if "powerpoint document" in streams else "其他程序的文件"
    raise _wrong_kind(name, what, _FORMS)
