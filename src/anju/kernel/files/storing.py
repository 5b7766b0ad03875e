"""Taking files in and giving them out."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.http import content_disposition_header

from anju.kernel.audit import Context, record
from anju.kernel.documents import DocumentError, guard
from anju.kernel.secrets import DataKey, KeyRing

from . import reencoding, scan, vault
from .errors import FileRefused
from .kinds import KINDS, detect
from .limits import DEFAULT, Limits
from .models import Content, StoredFile
from .names import fitting, sanitised

_PURPOSE = "files.key"


def store(
    upload: BinaryIO, name: str, *, actor: str, limits: Limits = DEFAULT, context: Context | None = None
) -> StoredFile:
    """Check, encrypt and keep an upload; the same upload again gives the same record.

    Raises ``FileRefused``. Joins the transaction of the caller; bytes of a transaction that fails stay on disk
    unreadable, and are replaced when the content comes again.
    """
    name = sanitised(name)
    data = _read(upload, name, limits)
    scan.check(data, name)
    sha256 = hashlib.sha256(data).hexdigest()
    content = Content.objects.filter(sha256=sha256).first()
    kind = content.kind if content else detect(data, name)
    name = fitting(name, kind)
    known = StoredFile.objects.filter(content__sha256=sha256, owner=actor, name=name).first()
    if known:
        return known
    _check_count(actor, limits)
    copy = None if content else reencoding.served(data, kind, name, limits)
    with transaction.atomic():
        content = content or _keep(data, copy or data, sha256, kind)
        file, is_new = StoredFile.objects.get_or_create(content=content, owner=actor, name=name)
        if is_new:
            facts = {"name": name, "sha256": sha256, "size": len(data), "kind": kind}
            record("files.store", file, actor=actor, after=facts, context=context)
    return file


def open_original(file: StoredFile) -> BinaryIO:
    """The bytes as they were uploaded, for evidence: they may hold what the served copy leaves out."""
    content = file.content
    return BytesIO(vault.read(vault.ORIGINALS, content.sha256, _key(content), file.name))


def open_served(file: StoredFile) -> BinaryIO:
    """The bytes for readers; a response carries ``headers(file)`` with them."""
    content = file.content
    if content.served_sha256 == content.sha256:
        return open_original(file)
    return BytesIO(vault.read(vault.SERVED, content.sha256, _key(content), file.name))


def headers(file: StoredFile) -> dict[str, str]:
    """How a served copy goes out: a download, or an image in a page; never guessed at, never run."""
    kind = KINDS[file.kind]
    return {
        "Content-Type": kind.media_type,
        "Content-Disposition": content_disposition_header(not kind.inline, file.name) or "inline",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


def _read(upload: BinaryIO, name: str, limits: Limits) -> bytes:
    data = upload.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise FileRefused(
            f"「{name}」超过{limits.file_bytes // guard.MB} MB的上限。", "请压缩图片或拆成几个文件后再提交。"
        )
    try:
        guard.check_size(len(data), name)
    except DocumentError as error:
        raise FileRefused(error.sentence, error.next_step) from error
    return data


def _check_count(actor: str, limits: Limits) -> None:
    if StoredFile.objects.filter(owner=actor).count() >= limits.files_of_owner:
        raise FileRefused(f"你已上传{limits.files_of_owner}个文件，达到上限。", "请联系系统管理员提高上限。")


def _keep(data: bytes, copy: bytes, sha256: str, kind: str) -> Content:
    """The content's row first: of two uploads at once the second waits for it, and writes nothing."""
    key = KeyRing.load(settings.DATA).new_data_key(_PURPOSE)
    served = hashlib.sha256(copy).hexdigest()
    facts = {"size": len(data), "kind": kind, "sealed_key": key.token, "served_sha256": served}
    content, is_new = Content.objects.get_or_create(sha256=sha256, defaults=facts)
    if is_new:
        vault.write(vault.ORIGINALS, sha256, data, key)
        if served != sha256:
            vault.write(vault.SERVED, sha256, copy, key)
    return content


def _key(content: Content) -> DataKey:
    return KeyRing.load(settings.DATA).open_data_key(content.sealed_key, _PURPOSE)
