from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from PIL import Image, PngImagePlugin

from anju.kernel.audit.models import AuditRow

from . import FileRefused, Limits, headers, open_original, open_served, store, storing
from .models import Content, StoredFile
from .scan import _EICAR

pytestmark = pytest.mark.django_db
TEXT = "关于唐山市供热计量改造的说明，内部资料。" * 50


def put(data: bytes, name: str = "说明.txt", actor: str = "李四", **options: Any) -> StoredFile:
    return store(io.BytesIO(data), name, actor=actor, **options)


def refusal(data: bytes, name: str = "说明.txt", **options: Any) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        put(data, name, **options)
    assert refused.value.next_step.startswith("请")
    return refused.value


def files_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def png(comment: str) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", comment)
    out = io.BytesIO()
    Image.new("RGB", (4, 4), (1, 2, 3)).save(out, "PNG", pnginfo=texts)
    return out.getvalue()


def test_what_is_stored_comes_back_byte_for_byte() -> None:
    file = put(TEXT.encode(), "../说明.txt")
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    assert (file.name, file.owner, file.sha256, file.kind) == ("说明.txt", "李四", sha256, "txt")
    assert (file.size, file.media_type) == (len(TEXT.encode()), "application/octet-stream")
    again = StoredFile.objects.get()
    assert open_original(again).read() == TEXT.encode()
    assert open_served(again).read() == TEXT.encode()


def test_the_disk_shows_nothing_of_the_content(data_folder: Path) -> None:
    file = put(TEXT.encode())
    path = data_folder / "files" / file.sha256[:2] / file.sha256[2:]
    assert files_under(data_folder / "files") == [path]
    raw = path.read_bytes()
    assert len(raw) == file.size + 28  # nonce and tag
    encodings = ["utf-8", "utf-16-le", "gb18030"]
    assert not any("供热".encode(encoding) in raw for encoding in encodings)
    assert path.stat().st_mode & 0o077 == 0
    assert not (data_folder / "served").exists(), "a copy that equals the original is not stored twice"


def test_a_re_encoded_copy_lies_apart_and_the_original_keeps_all(data_folder: Path) -> None:
    data = png("拍摄人甲")
    file = put(data, "现场.png")
    assert open_original(file).read() == data
    copy = open_served(file).read()
    assert copy != data
    assert "拍摄人甲".encode() not in copy
    assert hashlib.sha256(copy).hexdigest() == file.content.served_sha256 != file.sha256
    assert len(files_under(data_folder / "served")) == 1
    assert copy not in files_under(data_folder / "served")[0].read_bytes()


def test_two_originals_with_one_copy_both_open() -> None:
    one, other = put(png("甲"), "一.png"), put(png("乙"), "二.png")
    assert one.content.served_sha256 == other.content.served_sha256
    assert open_served(one).read() == open_served(other).read()


def test_one_content_is_stored_once(data_folder: Path) -> None:
    first = put(TEXT.encode(), "一.txt")
    before = files_under(data_folder / "files")[0].read_bytes()
    same, renamed, foreign = (
        put(TEXT.encode(), "一.txt"),
        put(TEXT.encode(), "二.txt"),
        put(TEXT.encode(), "一.txt", "王五"),
    )
    assert same == first
    assert len({first.pk, renamed.pk, foreign.pk}) == 3
    assert Content.objects.count() == 1
    assert [path.read_bytes() for path in files_under(data_folder / "files")] == [before]
    assert open_original(foreign).read() == TEXT.encode()


def test_an_upload_is_audited_once() -> None:
    file = put(TEXT.encode())
    put(TEXT.encode())
    row = AuditRow.objects.get()
    assert (row.action, row.actor, row.object_type, row.object_id) == (
        "files.store",
        "李四",
        "files.storedfile",
        str(file.pk),
    )
    facts = {"name": "说明.txt", "sha256": file.sha256, "size": file.size, "kind": "txt"}
    assert json.loads(row.after) == facts


def test_a_content_left_by_a_failed_transaction_can_be_stored_again() -> None:
    with transaction.atomic():
        put(TEXT.encode())
        transaction.set_rollback(True)
    assert (StoredFile.objects.count(), AuditRow.objects.count()) == (0, 0)
    assert open_original(put(TEXT.encode())).read() == TEXT.encode()


@pytest.mark.parametrize("at", [0, 12, -1])
def test_a_changed_file_is_refused(data_folder: Path, at: int) -> None:
    file = put(TEXT.encode())
    path = files_under(data_folder / "files")[0]
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
    with pytest.raises(FileRefused) as refused:
        open_original(file)
    assert refused.value.sentence == "「说明.txt」在磁盘上的内容已被改动，拒绝打开。"


def test_a_changed_copy_a_cut_file_and_a_swapped_file_are_refused(data_folder: Path) -> None:
    image, one, other = put(png("甲"), "图.png"), put(b"one", "1.txt"), put(b"two", "2.txt")
    copy = files_under(data_folder / "served")[0]
    copy.write_bytes(b"")
    paths = [data_folder / "files" / file.sha256[:2] / file.sha256[2:] for file in (one, other)]
    paths[0].write_bytes(paths[1].read_bytes())
    for file, open_file in ((image, open_served), (one, open_original)):
        with pytest.raises(FileRefused, match="已被改动"):
            open_file(file)
    paths[1].unlink()
    with pytest.raises(FileRefused, match="已不在存储中"):
        open_served(other)


def test_an_original_is_never_given_out_as_the_copy(data_folder: Path) -> None:
    file = put(png("拍摄人甲"), "图.png")
    original, copy = files_under(data_folder / "files")[0], files_under(data_folder / "served")[0]
    copy.write_bytes(original.read_bytes())
    with pytest.raises(FileRefused, match="已被改动"):
        open_served(file)


def test_of_two_uploads_at_once_the_first_keeps_its_key() -> None:
    """The second has seen no content yet, and meets the row of the first when it inserts its own."""
    sha256 = hashlib.sha256(b"same").hexdigest()
    first = storing._keep(b"same", b"same", sha256, "txt")
    second = storing._keep(b"same", b"same", sha256, "txt")
    assert first == second
    assert open_original(put(b"same")).read() == b"same"


def test_a_crash_while_writing_leaves_no_file(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(OSError, match="power cut"), transaction.atomic():
        put(TEXT.encode())
    assert files_under(data_folder / "files") == []
    assert Content.objects.count() == 0


def test_size_and_emptiness_are_refused() -> None:
    assert put(b"12345", limits=Limits(file_bytes=5))
    over = refusal(b"123456", limits=Limits(file_bytes=5))
    assert "「说明.txt」超过" in over.sentence
    assert "空文件" in refusal(b"").sentence


def test_an_oversized_upload_is_not_read_to_its_end() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0
            Endless.asked += size
            return b"x" * size

    with pytest.raises(FileRefused, match="超过64 MB的上限"):
        store(Endless(), "a.txt", actor="李四")  # type: ignore[arg-type]
    assert Endless.asked == 64 * 1024 * 1024 + 1


def test_the_number_of_files_of_one_owner_is_limited() -> None:
    limits = Limits(files_of_owner=2)
    put(b"one", limits=limits)
    put(b"two", limits=limits)
    assert refusal(b"three", limits=limits).sentence == "你已上传2个文件，达到上限。"
    assert put(b"one", limits=limits), "the same upload again takes no room"
    assert put(b"three", actor="王五", limits=limits)


def test_the_standard_test_virus_is_refused(data_folder: Path) -> None:
    refused = refusal(b"text " + _EICAR)
    assert refused.sentence == "「说明.txt」含有恶意代码（EICAR），已拒绝。"
    assert not (data_folder / "files").exists()
    assert (
        hashlib.sha256(_EICAR).hexdigest()
        == "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"
    )


def find_nothing_twice(path: Path) -> str | None:
    assert path.read_bytes() == b"plain"
    raise TimeoutError


def test_an_engine_is_plugged_in_by_settings_and_its_failure_refuses(settings: Any) -> None:
    settings.FILE_SCAN = f"{__name__}.find_nothing_twice"
    assert "未能完成恶意代码检查" in refusal(b"plain").sentence


def test_a_wrong_type_is_refused_and_a_wrong_extension_mended() -> None:
    assert "不在允许上传的类型之内" in refusal(b"MZ\x90\0\x03", "照片.jpg").sentence
    assert put(png("甲"), "照片.jpg").name == "照片.png"
    assert StoredFile.objects.count() == 1


def test_copies_go_out_as_downloads_that_nobody_guesses_at() -> None:
    page = headers(put(b"<html><script>x</script>", "页面.html"))
    assert page["Content-Type"] == "application/octet-stream"
    assert page["Content-Disposition"] == "attachment; filename*=utf-8''%E9%A1%B5%E9%9D%A2.html"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Content-Security-Policy"].startswith("sandbox")
    image = headers(put(png("甲"), "图.png"))
    assert image["Content-Type"] == "image/png"
    assert image["Content-Disposition"].startswith("inline")
