"""Taking photos in: the bytes must be those that their address names; each is kept once and receipted."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import translation
from django.utils.translation import gettext

from anju.kernel import files
from anju.kernel.field.models import Attachment, Photo, Receipt, Status
from anju.kernel.field.receiving import intake
from anju.kernel.field.receiving.durable import durable
from anju.kernel.field.receiving.together import Together
from anju.kernel.field.refusals import TurnedAway
from anju.kernel.field.sender import Sender
from anju.kernel.files.storing import Prepared

PHOTO_BYTES = 20 * 1024 * 1024
_LIMITS = files.Limits(file_bytes=PHOTO_BYTES)
_MARKS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


@dataclass(frozen=True, slots=True)
class _Given:
    sender: Sender
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Kept:
    """The receipt of a photo, and the items that were complete by it."""

    photo: Photo
    completed: list[Receipt]


def receive(sender: Sender, sha256: str, data: bytes) -> Kept:
    """Keep a photo, the same one again once; what is returned is on the disk. ``TurnedAway`` if it is none."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise TurnedAway(
            422, "wrong_hash", gettext("照片在传输中损坏。"), gettext("本机会重新上传；多次不成时请重拍。")
        )
    kind = next((kind for mark, kind in _MARKS.items() if data.startswith(mark)), None)
    if kind is None:
        raise TurnedAway(
            422, "not_a_photo", gettext("这个文件不是照片。"), gettext("请用相机拍摄，或选择jpg、png照片。")
        )
    try:
        prepared = files.prepare(BytesIO(data), f"{sha256[:12]}.{kind}", limits=_LIMITS)
    except files.FileRefused as refused:
        raise TurnedAway(422, "photo_refused", refused.sentence, refused.next_step) from refused
    with prepared:
        return _keep_together(_Given(sender, prepared))


def _keep(many: list[_Given]) -> list[Kept]:
    """All in one transaction: its wait for the disk is the same for one photo and for thirty."""
    try:
        return _keep_once(many)
    except IntegrityError:
        # Another process kept one of them at the same moment; now it is there to be found.
        return _keep_once(many)


def _keep_once(many: list[_Given]) -> list[Kept]:
    with translation.override(settings.LANGUAGE_CODE), durable():
        stored = files.keep(
            [files.Keeping(g.prepared, g.sender.user.username, g.sender.context) for g in many]
        )
        devices = {given.sender.device.pk for given in many}
        names = {given.prepared.sha256 for given in many}
        rows = Photo.objects.filter(device__in=devices, sha256__in=names)
        photos = {(row.device_id, row.sha256): row for row in rows}
        new = {}
        for given, file in zip(many, stored, strict=True):
            place = (given.sender.device.pk, given.prepared.sha256)
            if place not in photos and place not in new:
                new[place] = Photo(
                    device=given.sender.device, sha256=place[1], file=file, recorded_at=given.sender.now
                )
        Photo.objects.bulk_create(new.values())
        photos |= new
        kept = [photos[given.sender.device.pk, given.prepared.sha256] for given in many]
        return _complete(many, kept)


def _complete(many: list[_Given], photos: list[Photo]) -> list[Kept]:
    """Give the photos to the items that wait for them, and handle those that wait for nothing else."""
    by_place = {(photo.device_id, photo.sha256): photo for photo in photos}
    wanted = (
        Attachment.objects.filter(
            photo=None,
            sha256__in={photo.sha256 for photo in photos},
            receipt__device__in={photo.device_id for photo in photos},
            receipt__status=Status.WAITING,
        )
        .select_for_update(of=("self", "receipt"))
        .select_related("receipt")
    )
    filled: dict[Photo, list[Attachment]] = defaultdict(list)
    for attachment in wanted:
        photo = by_place.get((attachment.receipt.device_id, attachment.sha256))
        if photo:
            filled[photo].append(attachment)
    _fill(filled)
    absent = intake.incomplete({a.receipt_id for attachments in filled.values() for a in attachments})
    answers, seen = [], set(absent)
    for given, photo in zip(many, photos, strict=True):
        receipts = {a.receipt_id: a.receipt for a in filled.get(photo, [])}
        # Two photos of one item in one batch: the item is handled once.
        complete = [receipt for key, receipt in receipts.items() if key not in seen]
        seen |= {receipt.pk for receipt in complete}
        answers.append(Kept(photo, [intake.handle(given.sender, receipt) for receipt in complete]))
    return answers


def _fill(filled: dict[Photo, list[Attachment]]) -> None:
    """One prepared statement for all: building an update anew for each photo costs more than running it."""
    photo, key = (Attachment._meta.get_field(name) for name in ("photo", "id"))
    rows = [
        (photo.get_db_prep_value(one.pk, connection), key.get_db_prep_value(attachment.pk, connection))
        for one, attachments in filled.items()
        for attachment in attachments
    ]
    table = connection.ops.quote_name(Attachment._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET photo_id = %s WHERE id = %s", rows)


_keep_together = Together(_keep)
