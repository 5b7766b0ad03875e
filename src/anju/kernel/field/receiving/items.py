"""One item as a phone sends it: read strictly, kept as it came."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.utils.translation import gettext

from anju.kernel.audit.canonical import to_canonical
from anju.kernel.field import refusals
from anju.kernel.field.sender import moment
from anju.kernel.values.refusal import Refusal

SYNC_BYTES = 2 * 1024 * 1024
MOST_ITEMS, MOST_PHOTOS = 200, 60
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo that an item names; position in degrees, accuracy in metres, None where the phone knew none."""

    sha256: str
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Item:
    """``sent`` is the whole item; ``fault`` says what about it cannot be read, if anything."""

    id: UUID
    kind: str
    digest: str
    sent: dict[str, Any]
    made_at: datetime | None = None
    shots: tuple[Shot, ...] = ()
    fault: Refusal | None = None


def envelope(body: bytes) -> dict[str, Any]:
    """The JSON object of a request; ``TurnedAway`` for what is none."""
    try:
        # NaN and Infinity are no JSON, and one of the databases refuses them.
        read = json.loads(body, parse_constant=_refuse_constant)
        to_canonical({"": read}).encode()  # a lone surrogate cannot be written down
    except (ValueError, RecursionError) as error:
        raise refusals.malformed() from error
    if not isinstance(read, dict):
        raise refusals.malformed()
    return read


def items_of(read: dict[str, Any]) -> list[Item]:
    """The items of a sync, each with its fault if it has one; ``TurnedAway`` where one has not even an id."""
    items = read.get("items")
    if not isinstance(items, list):
        raise refusals.malformed()
    if len(items) > MOST_ITEMS:
        raise refusals.too_large()
    return [_item(sent) for sent in items]


def _item(sent: Any) -> Item:
    try:
        key = UUID(sent["id"])
        whole = to_canonical(sent)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise refusals.malformed() from error
    if key.version != 7:
        raise refusals.malformed()
    kind = sent.get("kind")
    read = Item(key, kind if isinstance(kind, str) else "", hashlib.sha256(whole.encode()).hexdigest(), sent)
    try:
        return _checked(read, whole)
    except Refusal as fault:
        # The kind stands in a column of its own, as far as it is one.
        return Item(read.id, read.kind[:60].replace("\0", ""), read.digest, _storable(sent), fault=fault)


def _checked(item: Item, whole: str) -> Item:
    sent = item.sent
    if "\\u0000" in whole or not isinstance(sent.get("body"), dict) or len(item.kind) > 60:
        raise _faulty()
    photos = sent.get("photos") or []
    if not isinstance(photos, list) or len(photos) > MOST_PHOTOS:
        raise _faulty()
    shots = tuple(_shot(photo) for photo in photos)
    if len({shot.sha256 for shot in shots}) < len(shots):
        raise _faulty()
    return Item(item.id, item.kind, item.digest, sent, _moment(sent.get("made_at")), shots)


def _shot(photo: Any) -> Shot:
    if not isinstance(photo, dict) or not _SHA256.fullmatch(str(photo.get("sha256"))):
        raise _faulty()
    taken = photo.get("taken_at")
    return Shot(
        photo["sha256"],
        _moment(taken) if taken else None,
        number(photo.get("lon"), 180),
        number(photo.get("lat"), 90),
        number(photo.get("accuracy"), 1e7),
    )


def _moment(text: Any) -> datetime:
    at = moment(text)
    if at is None:
        raise _faulty()
    return at


def number(value: Any, most: float) -> float | None:
    """A number between −most and most, or None; ``Refusal`` for anything else."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise _faulty()
    return float(value)


def _storable(sent: dict[str, Any]) -> dict[str, Any]:
    """A faulty item as it came, as text, with an empty body: what is not JSON of a database is readable still."""
    text = json.dumps(sent, ensure_ascii=False).replace("\\u0000", "\N{REPLACEMENT CHARACTER}")
    return {"body": {}, "raw": text}


def _faulty() -> Refusal:
    return Refusal(gettext("这一条的格式不对，服务器读不懂。"), gettext("请更新页面后重新填报；原文已留存。"))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
