"""Files that cannot be read: each gets one sentence and a next step, and never costs memory."""

import contextlib
import io
import os
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import msoffcrypto.format.ooxml  # type: ignore[import-untyped]
import openpyxl
import pytest
import xlwt  # type: ignore[import-untyped]

from anju.kernel.documents import DocumentError, guard, read

MB = 1024 * 1024


def refusal(path: Path, data: bytes | None = None) -> DocumentError:
    """The error for the file, after writing ``data`` to it; its shape is checked here for all tests."""
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        read(path)
    error = caught.value
    assert error.sentence.endswith("。")
    assert error.next_step.startswith("请")
    assert error.next_step.endswith("。")
    assert path.name in error.sentence
    return error


def docx_bytes() -> bytes:
    document = docx.Document()
    document.add_paragraph("正文")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def xlsx_bytes() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "甲"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls_bytes() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "甲" * 5000)  # over 4096 bytes: a stream of whole sectors
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_a_missing_file(tmp_path: Path) -> None:
    assert "找不到文件" in refusal(tmp_path / "无.docx").sentence


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "预算").mkdir()
    assert refusal(tmp_path / "预算").sentence == "「预算」是文件夹，不是文件。"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道")
    assert "不是普通文件" in refusal(tmp_path / "管道").sentence


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read everything, so the mode proves nothing
    (tmp_path / "a.docx").write_text("甲")
    error = refusal(tmp_path / "a.docx")
    assert "没有权限读取" in error.sentence
    assert isinstance(error.__cause__, PermissionError)


def test_an_empty_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.docx", b"").sentence == "「a.docx」是空文件（0 字节）。"


def test_a_document_without_text(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(2, 2)
    document.save(str(tmp_path / "a.docx"))
    assert refusal(tmp_path / "a.docx").sentence == "「a.docx」里没有可读取的文字。"


def test_a_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    with (tmp_path / "a.docx").open("wb") as file:
        file.truncate(200 * MB)
    tracemalloc.start()
    error = refusal(tmp_path / "a.docx")
    assert tracemalloc.get_traced_memory()[1] < MB
    tracemalloc.stop()
    assert error.sentence == "「a.docx」大小为 200 MB，超过 64 MB 的上限。"


@pytest.mark.parametrize(
    ("data", "what", "step"),
    [
        (b"%PDF-1.7\n", "PDF 文件", "导出它的 docx 或 xlsx 源文件"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPG 图片", "文字版"),
        (b"\x89PNG\r\n\x1a\n", "PNG 图片", "文字版"),
        (b"BM\x36\x10\x0e\0\0\0", "BMP 图片", "文字版"),
        (b"Rar!\x1a\x07\x01\0", "RAR 压缩包", "解压后"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7z 压缩包", "解压后"),
        (b"MZ\x90\0\x03\0\0\0", "可执行程序", "docx"),
        (b"\x7fELF\x02\x01\x01\0", "可执行程序", "docx"),
        (bytes(range(256)), "无法识别的二进制数据", "docx"),
        (zipped({"照片/1.jpg": b"1"}), "ZIP 压缩包", "解压后"),
        (zipped({}), "ZIP 压缩包", "解压后"),
        (zipped({"ppt/presentation.xml": b"<p/>"}), "PPT 演示文稿", "另存为"),
        (zipped({"OFD.xml": b"<OFD/>"}), "OFD 版式文件", "源文件"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "ODT 文档", "另存为"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "Excel 2003 XML 表格",
            "另存为",
        ),
    ],
)
def test_a_wrong_type_is_named(tmp_path: Path, data: bytes, what: str, step: str) -> None:
    error = refusal(tmp_path / "a.docx", data)
    assert error.sentence == f"「a.docx」的内容是{what}，不能直接读取。"
    assert step in error.next_step


def test_a_text_that_begins_like_a_program_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("MZ 区建设项目", encoding="utf-8")
    assert read(tmp_path / "a.txt").kind == "txt"


@pytest.mark.parametrize("build", [docx_bytes, xlsx_bytes, xls_bytes])
@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.9])
def test_a_truncated_file_is_damaged(tmp_path: Path, build: Callable[[], bytes], share: float) -> None:
    data = build()
    error = refusal(tmp_path / "a.docx", data[: max(40, int(len(data) * share))])
    assert "已损坏" in error.sentence
    assert error.__cause__ is not None


@pytest.mark.parametrize("build", [docx_bytes, xlsx_bytes, xls_bytes])
def test_no_flipped_byte_lets_another_error_escape(tmp_path: Path, build: Callable[[], bytes]) -> None:
    data = bytearray(build())
    refused = 0
    for at in range(0, len(data), max(1, len(data) // 150)):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        (tmp_path / "a").write_bytes(broken)
        try:
            read(tmp_path / "a")
        except DocumentError:
            refused += 1
    assert refused


def test_an_xml_part_that_ends_early_is_damaged(tmp_path: Path) -> None:
    parts = {"_rels/.rels": b"<Relationships/>", "word/document.xml": b"<w:document"}
    assert "已损坏" in refusal(tmp_path / "a.docx", zipped(parts)).sentence


@pytest.mark.parametrize("build", [docx_bytes, xlsx_bytes])
def test_a_password_on_a_new_office_file(tmp_path: Path, build: Callable[[], bytes]) -> None:
    encrypted = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(build())).encrypt("1234", encrypted)
    error = refusal(tmp_path / "a.docx", encrypted.getvalue())
    assert error.sentence == "「a.docx」设有打开密码，无法读取。"
    assert "取消密码" in error.next_step


def test_a_password_on_an_xls(tmp_path: Path) -> None:
    data = bytearray(xls_bytes())
    # BOF of BIFF8 (16 bytes) comes first; Excel puts FILEPASS after it.
    at = data.index(struct.pack("<HHH", 0x809, 16, 0x600)) + 20
    data[at : at + 2] = struct.pack("<H", 0x2F)
    assert "设有打开密码" in refusal(tmp_path / "a.xls", bytes(data)).sentence


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    data = bytearray(zipped({"word/document.xml": b"<w/>"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "设有打开密码" in refusal(tmp_path / "a.zip", bytes(data)).sentence


def test_a_bomb_by_ratio(tmp_path: Path) -> None:
    data = zipped({"word/document.xml": bytes(17 * MB)})
    assert "压缩比异常" in refusal(tmp_path / "a.docx", data).sentence


def test_a_high_ratio_of_a_small_part_is_no_bomb(tmp_path: Path) -> None:
    assert guard.open_zip(zipped({"a.xml": bytes(MB)}), "a").namelist() == ["a.xml"]


def declaring(data: bytes, size: int) -> bytes:
    """The zip of one member with another uncompressed size in its two headers."""
    central = data.index(b"PK\x01\x02")
    patched = bytearray(data)
    patched[22:26] = patched[central + 24 : central + 28] = struct.pack("<I", size)
    return bytes(patched)


def test_a_bomb_by_declared_size_is_refused_before_expanding(tmp_path: Path) -> None:
    data = declaring(zipped({"word/document.xml": os.urandom(1000)}), 513 * MB)
    assert "解压后超过 512 MB" in refusal(tmp_path / "a.docx", data).sentence


def test_a_bomb_that_declares_less_than_it_holds(tmp_path: Path) -> None:
    data = bytearray(declaring(zipped({"word/document.xml": bytes(40 * MB)}), 1000))
    crc = struct.pack(
        "<I", zlib.crc32(bytes(1000))
    )  # right for the declared part, as a careful attacker makes it
    central = data.index(b"PK\x01\x02")
    data[14:18] = data[central + 16 : central + 20] = crc
    assert "与声明不符" in refusal(tmp_path / "a.docx", bytes(data)).sentence


def test_too_many_members(tmp_path: Path) -> None:
    data = zipped({f"word/{number}": b"" for number in range(10_001)})
    assert "内含 10001 个部件" in refusal(tmp_path / "a.docx", data).sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declaration", ['<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/hostname">'])
def test_xml_entities(tmp_path: Path, declaration: str, encoding: str) -> None:
    text = f"<!DOCTYPE x [{declaration}]><x>&a;</x>"
    parts = {"_rels/.rels": b"<Relationships/>", "word/document.xml": text.encode(encoding)}
    assert "自定义 XML 实体" in refusal(tmp_path / "a.docx", zipped(parts)).sentence


@pytest.mark.parametrize("data", [b"<p>" * 5_000_001, b"a\n" * 2_000_001, b"a,b\n" * 2_000_001])
def test_text_that_would_become_millions_of_objects(tmp_path: Path, data: bytes) -> None:
    assert "上限" in refusal(tmp_path / "a.csv", data).sentence


@pytest.mark.parametrize(
    "data", [b"<!-- -->" * 10_000 + b"x", b" " * 1_000_000 + b"|", b"<p>" + b" " * 1_000_000]
)
def test_no_text_takes_quadratic_time(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    started = time.monotonic()
    with contextlib.suppress(DocumentError):
        read(tmp_path / "a")
    assert time.monotonic() - started < 5


def test_a_docx_table_that_spans_too_far(tmp_path: Path) -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc>'
    body = f"<w:body><w:tbl><w:tr>{cell * 2001}</w:tr></w:tbl></w:body>"
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<w:document xmlns:w="{namespace}">{body}</w:document>'.encode()
    data = zipped({"_rels/.rels": b"<Relationships/>", "word/document.xml": document})
    assert "超过 2000000 格的上限" in refusal(tmp_path / "a.docx", data).sentence
