"""Taking files in and giving them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Self

from django.conf import settings
from django.db import transaction
from django.utils.http import content_disposition_header

from anju.kernel.audit import Context, Told, record, record_all
from anju.kernel.documents import DocumentError, guard
from anju.kernel.secrets import DataKey, KeyRing

from . import reencoding, scan, vault
from .errors import FileRefused
from .kinds import KINDS, detect
from .limits import DEFAULT, Limits
from .models import Content, StoredFile
from .names import fitting, sanitised

PURPOSE = "files.key"


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
            record("files.store", file, actor=actor, after=_facts(file), context=context)
    return file


@dataclass(slots=True)
class Prepared:
    """An image that was checked and lies encrypted on the disk; to be used ``with`` it, so that nothing is left over."""

    name: str
    sha256: str
    size: int
    kind: str
    key: DataKey
    draft: vault.Draft

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.draft.__exit__()


def prepare(upload: BinaryIO, name: str, *, limits: Limits = DEFAULT) -> Prepared:
    """The slow half of storing an image whose copy is made later, outside of any transaction. Raises ``FileRefused``.

    The database is not asked: that a content is known already is seldom, and found when it is kept.
    """
    name = sanitised(name)
    data = _read(upload, name, limits)
    scan.check(data, name)
    sha256 = hashlib.sha256(data).hexdigest()
    kind = detect(data, name)
    reencoding.check(data, kind, name, limits)
    key = KeyRing.load(settings.DATA).new_data_key(PURPOSE)
    draft = vault.Draft(vault.ORIGINALS, sha256, data, key)
    return Prepared(fitting(name, kind), sha256, len(data), kind, key, draft)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What was prepared, and for whom it is kept."""

    prepared: Prepared
    actor: str
    context: Context | None = None


def keep(many: list[Keeping]) -> list[StoredFile]:
    """The quick half, in the transaction of the caller: each can be opened once ``copies.make`` has been there.

    No limit of an owner is asked; the caller has its own. Raises ``IntegrityError`` where another process keeps
    the same content at the same moment: the caller tries again.
    """
    known = {c.sha256: c for c in Content.objects.filter(sha256__in=[k.prepared.sha256 for k in many])}
    fresh = {k.prepared.sha256: k.prepared for k in many if k.prepared.sha256 not in known}
    contents = Content.objects.bulk_create(_content(prepared) for prepared in fresh.values())
    vault.place(prepared.draft for prepared in fresh.values())
    files = _files_of(known.values(), {keeping.actor for keeping in many}) if known else {}
    known |= {content.sha256: content for content in contents}
    new: dict[tuple[str, str, str], tuple[StoredFile, Keeping]] = {}
    for keeping in many:
        name = (keeping.prepared.sha256, keeping.actor, keeping.prepared.name)
        if name not in files and name not in new:
            file = StoredFile(content=known[name[0]], owner=keeping.actor, name=keeping.prepared.name)
            new[name] = (file, keeping)
    StoredFile.objects.bulk_create(file for file, _ in new.values())
    record_all(
        Told("files.store", file, k.actor, {"after": _facts(file), "context": k.context})
        for file, k in new.values()
    )
    files |= {name: file for name, (file, _) in new.items()}
    return [files[k.prepared.sha256, k.actor, k.prepared.name] for k in many]


def _files_of(contents: Iterable[Content], owners: set[str]) -> dict[tuple[str, str, str], StoredFile]:
    """What the owners have of contents that were there before, by digest, owner and name."""
    rows = StoredFile.objects.filter(content__in=contents, owner__in=owners).select_related("content")
    return {(row.content.sha256, row.owner, row.name): row for row in rows}


def _content(prepared: Prepared) -> Content:
    facts = {"size": prepared.size, "kind": prepared.kind, "sealed_key": prepared.key.token}
    return Content(sha256=prepared.sha256, served_sha256="", **facts)


def _facts(file: StoredFile) -> dict[str, object]:
    return {"name": file.name, "sha256": file.sha256, "size": file.size, "kind": file.kind}


def open_original(file: StoredFile) -> BinaryIO:
    """The bytes as they were uploaded, for evidence: they may hold what the served copy leaves out."""
    content = file.content
    return BytesIO(vault.read(vault.ORIGINALS, content.sha256, _key(content), file.name))


def open_served(file: StoredFile) -> BinaryIO:
    """The bytes for readers; a response carries ``headers(file)`` with them."""
    content = file.content
    if content.fault:
        raise FileRefused(content.fault, "可请系统管理员取出原件查看。")
    if not content.served_sha256:
        raise FileRefused(f"「{file.name}」的安全副本还在生成。", "请过一两分钟再打开。")
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
    key = KeyRing.load(settings.DATA).new_data_key(PURPOSE)
    served = hashlib.sha256(copy).hexdigest()
    facts = {"size": len(data), "kind": kind, "sealed_key": key.token, "served_sha256": served}
    content, is_new = Content.objects.get_or_create(sha256=sha256, defaults=facts)
    if is_new:
        vault.write(vault.ORIGINALS, sha256, data, key)
        if served != sha256:
            vault.write(vault.SERVED, sha256, copy, key)
    return content


def _key(content: Content) -> DataKey:
    return KeyRing.load(settings.DATA).open_data_key(content.sealed_key, PURPOSE)
