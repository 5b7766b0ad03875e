from __future__ import annotations

import io
import zipfile

import olefile
import openpyxl
import pytest
import xlwt
from docx import Document

from .errors import FileRefused
from .kinds import KINDS, detect


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def xls() -> bytes:
    out = io.BytesIO()
    book = xlwt.Workbook()
    book.add_sheet("表")
    book.save(out)
    return out.getvalue()


def ole(*streams: str) -> bytes:
    """A compound file (MS-CFB) of empty streams: header, one sector of allocation table, the directory."""
    names = ["Root Entry", *streams]
    entries = b""
    for number, name in enumerate(names):
        text = (name + "\0").encode("utf-16-le")
        right = number + 1 if 0 < number < len(names) - 1 else 0xFFFFFFFF
        child = 1 if number == 0 else 0xFFFFFFFF
        entry = text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes([5 if number == 0 else 2, 1])
        entry += (
            (0xFFFFFFFF).to_bytes(4, "little") + right.to_bytes(4, "little") + child.to_bytes(4, "little")
        )
        entries += entry + bytes(36) + (0xFFFFFFFE).to_bytes(4, "little") + bytes(8)
    assert len(names) <= 4
    directory = entries.ljust(512, b"\0")
    table = b"".join(mark.to_bytes(4, "little") for mark in (0xFFFFFFFD, 0xFFFFFFFE)).ljust(512, b"\xff")
    head = olefile.MAGIC + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(10)
    head += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little")
    head += (0xFFFFFFFE).to_bytes(4, "little") + bytes(4) + (0xFFFFFFFE).to_bytes(4, "little") + bytes(4)
    head += bytes(4)
    return head.ljust(512, b"\xff") + table + directory


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (docx(), "docx"),
        (xlsx(), "xlsx"),
        (xls(), "xls"),
        (ole("WordDocument"), "doc"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"<!DOCTYPE html><p>x", "html"),
        ("项目,金额\n供热,12\n燃气,8\n".encode("gb18030"), "csv"),
        ("关于供热的说明。".encode(), "txt"),
        (b"<svg onload='x'>", "txt"),
    ],
)
def test_the_content_decides(data: bytes, kind: str) -> None:
    assert detect(data, "随便.exe") == kind


def refusal(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        detect(data, "报表.xlsx")
    assert refused.value.next_step.startswith("请")
    assert refused.value.sentence.startswith("「报表.xlsx」")
    return refused.value


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\0program",
        b"MZ echo",
        b"\x7fELF\x02\x01\0",
        b"#!/bin/sh\n",
        b"Rar!\x1a\x07\0",
        b"GIF89a",
        b"{\\rtf1 text}",
        b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n",
        b"\x00\x01\x02\x03",
        zipped(readme=b"x"),
        zipped(word__document=b"x"),
        zipped(**{"word/document.xml": b"<x/>"}),
        ole("PowerPoint Document"),
    ],
)
def test_everything_else_is_refused(data: bytes) -> None:
    assert refusal(data).sentence == "「报表.xlsx」的内容不在允许上传的类型之内。"


def test_macros_are_refused() -> None:
    whole = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
    assert detect(zipped(**whole), "x") == "xlsx"
    assert "含有宏" in refusal(zipped(**whole, **{"xl/vbaProject.bin": b"x"})).sentence
    assert "含有宏" in refusal(ole("WordDocument", "Macros")).sentence


def test_locked_and_broken_files_are_refused() -> None:
    assert "设有打开密码" in refusal(ole("EncryptedPackage")).sentence
    assert "已损坏" in refusal(docx()[:-30]).sentence
    assert "已损坏" in refusal(olefile.MAGIC + b"\xff" * 600).sentence


def test_zip_bombs_are_refused() -> None:
    many_zeros = {
        "[Content_Types].xml": b"<x/>",
        "xl/workbook.xml": b"<x/>",
        "xl/media/a.bin": bytes(17 * 1024**2),
    }
    assert "压缩比异常" in refusal(zipped(**many_zeros)).sentence
    entities = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><x/>'}
    assert "XML 实体" in refusal(zipped(**entities)).sentence


def test_only_images_may_show_in_a_page() -> None:
    assert {name for name, kind in KINDS.items() if kind.inline} == {"jpg", "png"}
    assert not any("html" in kind.media_type for kind in KINDS.values())
