"""Whether the audit is whole: every row in its place in the chain, and the chain as long as it was signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models

from anju.kernel.secrets import KeyRing

from . import anchors
from .models import Anchor, AuditRow
from .sealer import PURPOSE, chained

# How many rows removed in one piece are still told from a changed row, when the rest was renumbered.
_RENUMBERED = 1000
_SENTENCES = {
    "changed": "第{sequence}条审计记录（{row}）与封存时不一致，已被修改。",
    "deleted": "第{sequence}条审计记录已被删除。",
    "inserted": "第{sequence}条审计记录（{row}）不是系统封存的，是后来插入的。",
    "reordered": "第{sequence}条审计记录（{row}）不在原来的位置，顺序已被改动。",
    "tail_cut": "第{sequence}条起的审计记录已被删除，锚点证明它们存在过。",
    "bad_signature": "第{sequence}条审计记录处的锚点签名无效，锚点是伪造的或已被修改。",
    "anchor_removed": "锚点文件中缺少第{sequence}条审计记录处的锚点。",
    "bad_line": "锚点文件第{sequence}行已损坏。",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong. ``sequence`` counts rows from 1 (lines for ``bad_line``); ``row`` is a key or ""."""

    reason: str
    sequence: int
    row: str = ""

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.reason].format(sequence=self.sequence, row=self.row)


@dataclass(frozen=True, slots=True)
class Report:
    """``unsealed`` rows are not proven yet; they should be younger than a few seconds."""

    sealed: int
    unsealed: int
    oldest_unsealed: datetime | None
    anchors: int
    fault: Fault | None


def verify() -> Report:
    """Check every sealed row and every anchor, in the database and in the file."""
    # Anchors are read before the rows: what is sealed meanwhile cannot make an anchor look too far ahead.
    stored = list(Anchor.objects.order_by("sequence", "id"))
    try:
        outside, fault = anchors.in_file(), None
    except ValueError as error:
        outside, fault = [], Fault("bad_line", error.args[0])
    known = {anchors.key(anchor): anchor for anchor in (*stored, *outside)}
    genuine = [anchor for anchor in known.values() if anchors.is_genuine(anchor)]
    sealed, broken = _walk(genuine)
    waiting = AuditRow.objects.filter(sequence__isnull=True).order_by("recorded_at")
    oldest = waiting.first()
    return Report(
        sealed=sealed,
        unsealed=waiting.count(),
        oldest_unsealed=oldest.recorded_at if oldest else None,
        anchors=len(genuine),
        fault=broken or fault or _anchor_fault(stored, outside, genuine),
    )


def _walk(genuine: list[Anchor]) -> tuple[int, Fault | None]:
    """How many rows stand in their places, and what is wrong with the first that does not."""
    signed: dict[int, set[str]] = {}
    for anchor in genuine:
        signed.setdefault(anchor.sequence, set()).add(anchor.chain)
    previous, place = "", 0
    for row in _sealed_after(None).iterator():
        if row.sequence != place + 1 or not _fits(row, previous, place + 1, [row.chain]):
            return place, _diagnose(row, previous, place + 1)
        place, previous = place + 1, row.chain
        if signed.get(place, {row.chain}) != {row.chain}:
            return place, Fault("changed", place, str(row.id))
    if max(signed, default=0) > place:
        return place, Fault("tail_cut", place + 1)
    return place, None


def _anchor_fault(stored: list[Anchor], outside: list[Anchor], genuine: list[Anchor]) -> Fault | None:
    good, present = set(map(anchors.key, genuine)), set(map(anchors.key, outside))
    for anchor in (*stored, *outside):
        if anchors.key(anchor) not in good:
            return Fault("bad_signature", anchor.sequence)
    missing = [anchor.sequence for anchor in stored if anchors.key(anchor) not in present]
    return Fault("anchor_removed", missing[0]) if missing else None


def _diagnose(row: AuditRow, previous: str, place: int) -> Fault:
    """Why ``row`` does not belong at ``place`` after the chain value ``previous``."""
    if row.sequence > place:
        return Fault("deleted", place)
    if row.sequence < place:
        return Fault("inserted", row.sequence, str(row.id))
    rightful = _rightful(row, previous)
    if rightful:
        reason = "reordered" if _belongs_elsewhere(row, rightful) else "inserted"
        return Fault(reason, place, str(row.id))
    after = _sealed_after(place).first()
    # When the rows after a removed one were renumbered, they still fit each other at their old places.
    if after and any(_fits(after, row.chain, place + 1 + by, [after.chain]) for by in range(1, _RENUMBERED)):
        return Fault("deleted", place)
    return Fault("changed", place, str(row.id))


def _rightful(row: AuditRow, previous: str) -> AuditRow | None:
    """The row further on that was sealed at the place where ``row`` stands now."""
    later = _sealed_after(row.sequence).iterator()
    return next(
        (other for other in later if _fits(other, previous, row.sequence, [other.chain, row.chain])), None
    )


def _belongs_elsewhere(row: AuditRow, rightful: AuditRow) -> bool:
    """Whether ``row`` was sealed too: next after the rightful row, or where that one stands now."""
    tags = [row.chain, rightful.chain]
    before = AuditRow.objects.filter(sequence__lt=rightful.sequence).order_by("-sequence")[0]
    places = [(rightful.chain, row.sequence + 1), (before.chain, rightful.sequence)]
    return any(_fits(row, previous, place, tags) for previous, place in places)


def _fits(row: AuditRow, previous: str, place: int, tags: Iterable[str]) -> bool:
    """Whether one of the chain values was made from ``row`` at ``place`` after ``previous``."""
    ring, data = KeyRing.load(settings.DATA), chained(previous, row, place)
    return any(ring.is_mac(_bytes(tag), data, PURPOSE) for tag in tags)


def _sealed_after(place: int | None) -> models.QuerySet[AuditRow]:
    sealed = AuditRow.objects.filter(sequence__isnull=False).order_by("sequence")
    return sealed if place is None else sealed.filter(sequence__gt=place)


def _bytes(tag: str | None) -> bytes:
    try:
        return bytes.fromhex(tag or "")
    except ValueError:
        return b""
