"""Who sends: the device's key says it, whether or not anybody is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from anju.kernel import audit
from anju.kernel.access.login import UNKNOWN
from anju.kernel.access.models import User
from anju.kernel.access.permissions import permissions_of
from anju.kernel.access.scope import scope_of
from anju.kernel.field import rates, refusals, signing
from anju.kernel.field.models import Attachment, Device, Receipt
from anju.kernel.field.receiving.together import READING, Together
from anju.kernel.values import memory
from anju.kernel.values.scope import Scope

DEVICE, SENT_AT, SIGNATURE = "Anju-Device", "Anju-Sent-At", "Anju-Signature"


@dataclass(frozen=True, slots=True)
class Asked:
    """A signed request: what the signature covers, and where it came from."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    context: audit.Context


@dataclass(frozen=True, slots=True)
class Sender:
    """A device heard at ``now`` whose clock said ``sent_at``; ``receipt`` is the item being handled."""

    device: Device
    now: datetime
    sent_at: datetime
    context: audit.Context
    receipt: Receipt | None = None

    @property
    def user(self) -> User:
        return self.device.user

    @property
    def skew_seconds(self) -> int:
        """How far the phone's clock is ahead; negative when it is behind."""
        return round((self.sent_at - self.now).total_seconds())

    @property
    def permissions(self) -> frozenset[str]:
        """What the user may do at this moment."""
        return permissions_of(self.user)

    @property
    def scope(self) -> Scope:
        return scope_of(self.user)

    @property
    def attachments(self) -> list[Attachment]:
        """The photos of the item being handled, in their order, each with its stored file."""
        if self.receipt is None:
            return []
        return list(self.receipt.attachments.select_related("photo__file"))


def identify(asked: Asked, now: datetime) -> Sender:
    """The device that signed a request, if it and its user are live; else ``TurnedAway``."""
    device = _device(asked.headers.get(DEVICE, ""))
    share = rates.DEVICE_A_MINUTE if device else rates.STRANGER_A_MINUTE
    # A stranger who uses a device's id takes nothing from the device itself, which sends from elsewhere.
    if not rates.is_allowed((asked.context.address, device.pk if device else None), share):
        raise refusals.too_often()
    sent_at = asked.headers.get(SENT_AT, "")
    signed = signing.message(asked.method, asked.path, sent_at, asked.body)
    if device is None or not signing.is_signed(device.public_key, asked.headers.get(SIGNATURE, ""), signed):
        _record(asked, device, "unknown")
        raise refusals.unknown()
    if not device.is_live:
        _record(asked, device, "revoked")
        raise refusals.revoked()
    if not device.user.is_active:
        _record(asked, device, "disabled")
        raise refusals.disabled()
    at = moment(sent_at)
    if at is None:
        raise refusals.malformed()
    memory.begin(device.user)
    return Sender(device, now, at, asked.context)


def moment(text: object) -> datetime | None:
    """A time with its zone, as the phone wrote it; None for anything else."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        at = None
    # A day's distance from the ends, or no other zone could show it.
    return at if at and at.tzinfo and 2 <= at.year <= 9998 else None


def is_near(sender: Sender) -> bool:
    """Whether the clocks agree within a day: asked before anything is told that an old copy must not open."""
    return abs(sender.sent_at - sender.now) <= timedelta(days=1)


def _device(text: str) -> Device | None:
    try:
        key = UUID(text)
    except ValueError:
        return None
    return _look_up(key)


def _devices(keys: list[UUID]) -> list[Device | None]:
    rows = Device.objects.select_related("user__organisation").in_bulk(set(keys))
    return [rows.get(key) for key in keys]


_look_up = Together(_devices, READING)


def _record(asked: Asked, device: Device | None, why: str) -> None:
    audit.record(
        "field.request",
        device or "field.Device",
        actor=device.user.username if device else UNKNOWN,
        result="refused",
        reason=why,
        context=asked.context,
    )
