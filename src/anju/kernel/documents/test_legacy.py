"""doc, wps and rtf: without LibreOffice, and with a real one where it is installed."""

import shutil
import subprocess
from pathlib import Path

import docx
import olefile
import pytest

from anju.kernel.documents import DocumentError, Quote, Table, legacy, read
from anju.kernel.documents.legacy import is_locked_doc

RTF = rb"{\rtf1\ansi {\u25351?\u26631?}\par\trowd\cellx2000\cellx4000\intbl A\cell B\cell\row\pard end\par}"
needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.fixture
def rtf(tmp_path: Path) -> Path:
    (tmp_path / "预算.doc").write_bytes(RTF)
    return tmp_path / "预算.doc"


def use_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))


def test_without_libreoffice_the_error_says_so(rtf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(DocumentError) as caught:
        read(rtf)
    assert caught.value.sentence == "「预算.doc」是 rtf 格式，本机没有安装 LibreOffice，无法转换。"
    assert "另存为 docx" in caught.value.next_step
    assert "安装 LibreOffice" in caught.value.next_step


def test_a_conversion_without_a_result(rtf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_program(monkeypatch, tmp_path, "exit 0")
    with pytest.raises(DocumentError, match="转换失败"):
        read(rtf)


def test_a_conversion_that_hangs_is_stopped_with_its_children(
    rtf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_program(monkeypatch, tmp_path, f"sleep 60 &\necho $! > {tmp_path}/child\nwait")
    monkeypatch.setattr(legacy, "_TIMEOUT_SECONDS", 0.5)
    with pytest.raises(DocumentError, match="已停止"):
        read(rtf)
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False
    ).stdout
    assert state.strip()[:1] in ("", "Z")


def test_the_encryption_bit() -> None:
    head = bytearray(
        b"\xec\xa5\xc1\x00" + bytes(28)
    )  # wIdent and nFib of Word 97; the flags stand at offset 10
    assert not is_locked_doc(bytes(head))
    head[11] = 0x01
    assert is_locked_doc(bytes(head))


@needs_libreoffice
def test_a_real_rtf(rtf: Path) -> None:
    document = read(rtf)
    assert (document.name, document.kind) == ("预算.doc", "rtf")
    assert document.blocks == [
        Quote("指标", "第1段"),
        Table([[Quote("A", "表1第1行第1列"), Quote("B", "表1第1行第2列")]]),
        Quote("end", "第2段"),
    ]


@needs_libreoffice
def test_a_real_doc_and_its_password(tmp_path: Path) -> None:
    source = docx.Document()
    source.add_paragraph("总体目标")
    grid = source.add_table(2, 2)
    grid.cell(0, 0).merge(grid.cell(0, 1)).text = "甲"
    grid.cell(1, 0).text = "乙"
    source.add_paragraph("完")
    source.save(str(tmp_path / "a.docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=120)
    document = read(tmp_path / "a.doc")
    assert document.kind == "doc"
    merged = Quote("甲", "表1第1行第1列")
    below = [Quote("乙", "表1第2行第1列"), Quote("", "表1第2行第2列")]
    assert document.blocks == [
        Quote("总体目标", "第1段"),
        Table([[merged, merged], below]),
        Quote("完", "第2段"),
    ]
    with olefile.OleFileIO(str(tmp_path / "a.doc"), write_mode=True) as container:
        stream = bytearray(container.openstream("WordDocument").read())
        stream[11] |= 0x01
        container.write_stream("WordDocument", bytes(stream))
    with pytest.raises(DocumentError, match="设有打开密码"):
        read(tmp_path / "a.doc")
