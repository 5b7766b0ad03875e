"""What protects the readers from files that are too large, or made to be.

All limits stand here. They are far above any form that people fill in, and far below what would stop a
machine with 2 GB of memory.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import chain

from .model import Document, DocumentError

MB = 1024 * 1024

# A form with photos stays under 20 MB; the file is held in memory, so its size is asked before it is read.
MAX_FILE_BYTES = 64 * MB
# Office files hold some dozens of parts, a deck of pictures a few hundred.
MAX_ZIP_MEMBERS = 10_000
# Text in xml shrinks to a tenth or a thirtieth; deflate cannot do better than 1032.
MAX_UNZIPPED_BYTES = 512 * MB
MAX_RATIO = 200
# Below this a high ratio is harmless, and common: an empty sheet with 60,000 formatted rows has it.
RATIO_COUNTS_FROM_BYTES = 16 * MB
# A cell costs about 150 bytes here: 2 million are 300 MB, or 100,000 rows of 20 columns.
MAX_CELLS = 2_000_000
# A tag costs about 200 bytes in a parsed tree; a form of 100 cells has about 1,500.
MAX_TAGS = 5_000_000
# HTML's own limit for colspan.
MAX_SPAN = 1000
# The limit that libxml2 has for xml, held for html too: browsers' own is 512.
MAX_DEPTH = 256

_INPUT_SLICE = 64 * 1024  # inflates to 66 MB at the very most
_DEFLATED_OR_STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTITY = "<!ENTITY"
_ENTITY_BYTES = tuple(_ENTITY.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


def damaged(name: str) -> DocumentError:
    """The error for a file of a known kind whose inside is broken."""
    return DocumentError(
        f"「{name}」已损坏，无法读取。", "请用办公软件打开并另存一份；打不开的，请向提供人重新索取。"
    )


def locked(name: str) -> DocumentError:
    """The error for a file that opens only with a password."""
    return DocumentError(f"「{name}」设有打开密码，无法读取。", "请在办公软件中取消密码，另存后再提交。")


def _bomb(name: str, reason: str) -> DocumentError:
    return DocumentError(
        f"「{name}」{reason}，可能是恶意文件，已拒绝读取。", "请核对文件来源，用办公软件另存后再提交。"
    )


def check_size(size: int, name: str) -> None:
    """Refuse a file of ``size`` bytes that is empty or over the limit."""
    if size == 0:
        raise DocumentError(f"「{name}」是空文件（0 字节）。", "请确认文件已完整保存或传输，再重新提交。")
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // MB
        raise DocumentError(
            f"「{name}」大小为 {size // MB} MB，超过 {limit} MB 的上限。",
            "请压缩图片或拆成几个文件后再提交。",
        )


def check_cells(count: int, name: str, where: str = "") -> None:
    """Refuse a grid of ``count`` cells over the limit, before anything allocates it."""
    if count > MAX_CELLS:
        raise DocumentError(
            f"「{name}」的表格{where}共占 {count} 格，超过 {MAX_CELLS} 格的上限。",
            "请删除表格之外多余的行、列和单元格，或拆分后再提交。",
        )


def check_tags(count: int, name: str) -> None:
    """Refuse xml or html with ``count`` opening brackets over the limit, before it becomes a tree."""
    if count > MAX_TAGS:
        raise DocumentError(
            f"「{name}」的内容过多，超过 {MAX_TAGS} 个标签的上限。", "请拆成几个文件后再提交。"
        )


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """The zip in ``data``, once every member is known to be what it declares and no bomb.

    Readers may expand its members freely afterwards. Raises ``DocumentError``.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        members = archive.infolist()
        _check_declared(members, name)
        for member in members:
            _check_real(data, member, name)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise damaged(name) from error
    return archive


def _check_declared(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MAX_ZIP_MEMBERS:
        raise _bomb(name, f"内含 {len(members)} 个部件")
    if sum(member.file_size for member in members) > MAX_UNZIPPED_BYTES:
        raise _bomb(name, f"解压后超过 {MAX_UNZIPPED_BYTES // MB} MB")
    for member in members:
        if member.flag_bits & 0x1:
            raise locked(name)
        if member.compress_type not in _DEFLATED_OR_STORED:
            raise damaged(name)
        large = member.file_size > RATIO_COUNTS_FROM_BYTES
        if large and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise _bomb(name, "的压缩比异常")


def _check_real(data: bytes, member: zipfile.ZipInfo, name: str) -> None:
    """Inflate in slices and count: zipfile stops at the declared size, other libraries go on."""
    size, tail = 0, b""
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    for piece in _inflated(data, member):
        size += len(piece)
        if size > member.file_size:
            raise _bomb(name, "解压后的大小与声明不符")
        # An office file has no use for entities; a parser that expands them can be made to fill memory.
        if is_xml and any(mark in tail + piece for mark in _ENTITY_BYTES):
            raise _bomb(name, "含有自定义 XML 实体")
        tail = piece[-2 * len(_ENTITY) :]


def _inflated(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    header = data[member.header_offset : member.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(member.filename)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = member.header_offset + 30 + names
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(start, start + member.compress_size, _INPUT_SLICE):
        piece = data[at : min(at + _INPUT_SLICE, start + member.compress_size)]
        yield stream.decompress(piece) if member.compress_type == zipfile.ZIP_DEFLATED else piece


def check_content(document: Document) -> None:
    """Refuse a file in which there is no text at all: it is a picture, a blank form or a failed export."""
    cells = (cell for table in document.tables() for row in table.rows for cell in row)
    if not any(quote.text.strip() for quote in chain(document.paragraphs(), cells)):
        raise DocumentError(
            f"「{document.name}」里没有可读取的文字。", "请确认文件不是空白表或图片，填写内容后再提交。"
        )
