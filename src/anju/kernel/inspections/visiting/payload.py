"""What a phone or desk sends of a visit, read into values or refused at the first thing that is wrong. No database."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from anju.kernel.inspections.items import LONGEST_TEXT, InspectionError

LONGEST, LONGEST_NAME, MOST_INSPECTORS, MOST_PICTURES = 1_000, 80, 9, 200
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KNOWN = {
    "id", "form", "version", "object", "unplanned", "inspectors", "started_at", "finished_at", "sent_at", "device",
    "position", "position_reason", "answers", "remarks", "photos", "pictures", "signatures", "refused", "replaces",
    "reason",
}  # fmt: skip


class PayloadRefused(InspectionError):
    """What was sent cannot be a visit: ``field`` is where."""

    def __init__(self, field: str, sentence: str, next_step: str) -> None:
        super().__init__(sentence, next_step)
        self.field = field


@dataclass(frozen=True, slots=True)
class Fix:
    """A position in degrees (CGCS2000), its accuracy in metres, and when it was taken."""

    longitude: float
    latitude: float
    accuracy: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What the device says of a photo, by its SHA-256."""

    sha256: str
    taken_at: datetime | None = None
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: who, in which role, and the SHA-256 of the drawing as PNG."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Unplanned:
    """An object that no plan names: its subject as text, its name, and the keys of its area and body."""

    subject: str
    name: str
    area: UUID
    organisation: UUID


@dataclass(frozen=True, slots=True)
class Submission:
    """All that was sent, checked for its shape."""

    id: UUID
    digest: str
    version: UUID
    object: UUID | None
    unplanned: Unplanned | None
    inspectors: tuple[str, ...]
    started_at: datetime
    finished_at: datetime
    sent_at: datetime | None
    device: str
    position: Fix | None
    position_reason: str
    answers: Mapping[str, str]
    remarks: Mapping[str, str]
    photos: Mapping[str, tuple[str, ...]]
    pictures: Mapping[str, Picture]
    signatures: tuple[Signed, ...]
    refused: str
    replaces: UUID | None
    reason: str


def digest_of(told: Mapping[str, Any]) -> str:
    """SHA-256 of what was sent, as canonical JSON without ``sent_at``, which is new with every try."""
    content = {name: value for name, value in told.items() if name != "sent_at"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(text.encode()).hexdigest()


def read(told: object) -> Submission:
    """The submission, or ``PayloadRefused`` naming the field that is wrong."""
    if not isinstance(told, dict) or not all(isinstance(name, str) for name in told):
        raise _bad("", gettext("提交的内容不是一份表单。"))
    strange = sorted(set(told) - _KNOWN)
    if strange:
        raise _bad(strange[0], gettext("不认识的内容“{field}”。").format(field=strange[0][:40]))
    if told.get("form", "inspection.visit") != "inspection.visit":
        raise _bad("form", gettext("这不是现场检查表。"))
    id_ = _uuid(told, "id")
    if id_ is None or id_.version != 7:
        raise _bad("id", gettext("提交号不是UUIDv7。"))
    started, finished = _moment(told, "started_at"), _moment(told, "finished_at")
    if started is None or finished is None or started > finished:
        raise _bad("finished_at", gettext("开始或完成时间缺少，或者开始晚于完成。"))
    version = _uuid(told, "version")
    if version is None:
        raise _bad("version", gettext("没有写清单版本。"))
    object_, unplanned = _uuid(told, "object"), _unplanned(told.get("unplanned"))
    if (object_ is None) == (unplanned is None):
        raise _bad("object", gettext("检查对象应写一个：计划里的，或临时的。"))
    photos = _photos(told)
    return Submission(
        id_,
        digest_of(told),
        version,
        object_,
        unplanned,
        _names(told),
        started,
        finished,
        _moment(told, "sent_at"),
        _text(told, "device", 60),
        _fix(told.get("position"), "position"),
        _text(told, "position_reason", 300),
        _texts(told, "answers"),
        _texts(told, "remarks"),
        photos,
        _pictures(told),
        _signatures(told),
        _text(told, "refused", LONGEST_NAME),
        _uuid(told, "replaces"),
        _text(told, "reason", 300),
    )


def _bad(field: str, sentence: str) -> PayloadRefused:
    return PayloadRefused(field, sentence, gettext("请在表单里补正后再提交。"))


def _text(told: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise _bad(name, gettext("“{field}”不是文字，或者太长。").format(field=name))
    return value.strip()


def _uuid(told: Mapping[str, Any], name: str) -> UUID | None:
    value = told.get(name)
    if value in (None, ""):
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise _bad(name, gettext("“{field}”不是编号。").format(field=name)) from None


def _moment(told: Mapping[str, Any], name: str) -> datetime | None:
    value = told.get(name)
    if value in (None, ""):
        return None
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year < 2200:
        raise _bad(name, gettext("“{field}”不是带时区的时间。").format(field=name))
    return found


def _texts(told: Mapping[str, Any], name: str) -> dict[str, str]:
    """A mapping of item codes to short texts; a number is taken as it is written."""
    given = told.get(name, {})
    if not isinstance(given, dict):
        raise _bad(name, gettext("“{field}”的写法不对。").format(field=name))
    found = {}
    for code, value in given.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        text = str(value) if number else value
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            raise _bad(name, gettext("“{code}”不是文字，或者太长。").format(code=str(code)[:40]))
        if text.strip():
            found[code] = text.strip()
    return found


def _names(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Inspectors by name, each once."""
    given = told.get("inspectors")
    names = given if isinstance(given, list) else []
    if not all(isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME for name in names):
        raise _bad("inspectors", gettext("检查人的写法不对。"))
    unique = tuple(dict.fromkeys(name.strip() for name in names))
    if not 1 <= len(unique) <= MOST_INSPECTORS:
        raise _bad("inspectors", gettext("没有写检查人。"))
    return unique


def _fix(value: object, name: str) -> Fix | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _bad(name, gettext("位置的写法不对。"))
    longitude, latitude = _number(value.get("lon")), _number(value.get("lat"))
    if longitude is None or latitude is None or not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _bad(name, gettext("位置不是经纬度。"))
    return Fix(longitude, latitude, _number(value.get("accuracy")), _moment(value, "at"))


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None  # type: ignore[arg-type]


def _unplanned(value: object) -> Unplanned | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _bad("unplanned", gettext("临时对象的写法不对。"))
    name, subject = _text(value, "name", 200), _text(value, "subject", 75)
    area, organisation = _uuid(value, "area"), _uuid(value, "organisation")
    if not name or area is None or organisation is None:
        raise _bad("unplanned", gettext("临时对象要有名称、区县和责任单位。"))
    # Without a number of its own it is known by its body, as in the lists of objects.
    return Unplanned(subject or f"organisation:{organisation}#{name}"[:75], name, area, organisation)


def _photos(told: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    given = told.get("photos", {})
    if not isinstance(given, dict):
        raise _bad("photos", gettext("照片的写法不对。"))
    found = {}
    for code, hashes in given.items():
        if not isinstance(hashes, list) or not all(_is_hash(one) for one in hashes):
            raise _bad("photos", gettext("照片应写文件的SHA-256摘要。"))
        if hashes:
            found[code] = tuple(dict.fromkeys(hashes))
    if sum(map(len, found.values())) > MOST_PICTURES:
        raise _bad("photos", gettext("照片超过{n}张。").format(n=MOST_PICTURES))
    return found


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _pictures(told: Mapping[str, Any]) -> dict[str, Picture]:
    given = told.get("pictures", [])
    if not isinstance(given, list) or len(given) > MOST_PICTURES:
        raise _bad("pictures", gettext("照片说明的写法不对。"))
    found = {}
    for one in given:
        if not isinstance(one, dict) or not _is_hash(one.get("sha256")):
            raise _bad("pictures", gettext("照片应写文件的SHA-256摘要。"))
        fix = None if one.get("lon") is None else _fix(one, "pictures")
        found[one["sha256"]] = Picture(one["sha256"], _moment(one, "taken_at"), fix)
    return found


def _signatures(told: Mapping[str, Any]) -> tuple[Signed, ...]:
    given = told.get("signatures", [])
    if not isinstance(given, list) or len(given) > 2 * MOST_INSPECTORS:
        raise _bad("signatures", gettext("签字的写法不对。"))
    found = []
    for one in given:
        fits = isinstance(one, dict) and one.get("role") in ("inspector", "party", "witness")
        if not fits or not _is_hash(one.get("sha256")) or not _text(one, "name", LONGEST_NAME):
            raise _bad("signatures", gettext("签字要有身份、姓名和图片的SHA-256摘要。"))
        found.append(Signed(one["role"], one["name"].strip(), one["sha256"]))
    return tuple(found)
