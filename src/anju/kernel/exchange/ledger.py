"""The steps of a delivery. Each runs in one transaction with its audit row; a step out of order is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.exchange.models import Delivery, Direction, Interface, State, Step
from anju.kernel.files.models import StoredFile
from anju.kernel.values.refusal import Refusal


class ExchangeError(Refusal):
    """A step that cannot be taken: one sentence and a next step."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes or came: SHA-256 of its bytes in hex, how many rows, and the file where one is kept."""

    digest: str
    rows: int | None = None
    file: StoredFile | None = None


def expect(interface: Interface, part: str, due_at: datetime | None = None) -> Delivery:
    """The delivery of a part, created when there is none; its deadline is that of the first call."""
    found, _ = Delivery.objects.get_or_create(interface=interface, part=part, defaults={"due_at": due_at})
    return found


@transaction.atomic
def send(delivery: Delivery, parcel: Parcel, *, actor: str, now: datetime, note: str = "") -> Delivery:
    """A part went out. After a rejection only something else than what was rejected goes again."""
    row = _locked(delivery, Direction.OUT)
    if row.state not in (State.EXPECTED, State.REJECTED):
        raise ExchangeError(gettext("这一份已经发出。"), gettext("请等待对方回执；被退回后才能重发。"))
    if row.state == State.REJECTED and row.digest == parcel.digest:
        raise ExchangeError(gettext("内容与被退回的那一份相同。"), gettext("请按退回原因改正后再发。"))
    return _moved(row, State.SENT, parcel, actor=actor, now=now, note=note)


@transaction.atomic
def receive(delivery: Delivery, parcel: Parcel, *, actor: str, now: datetime, note: str = "") -> Delivery:
    """A part came in. The same content again is counted as a repeat and changes nothing."""
    row = _locked(delivery, Direction.IN)
    if row.digest == parcel.digest:
        row.repeats += 1
        row.save(update_fields=["repeats"])
        return row
    return _moved(row, State.RECEIVED, parcel, actor=actor, now=now, note=note)


@transaction.atomic
def acknowledge(delivery: Delivery, receipt: str, *, actor: str) -> Delivery:
    """The receiver took it: ``receipt`` is its number, from the other platform or from us."""
    row = _locked(delivery)
    _must_wait(row)
    if not receipt.strip():
        raise ExchangeError(gettext("没有填回执号。"), gettext("请填对方给出的回执号或受理号。"))
    row.state, row.receipt = State.ACKNOWLEDGED, receipt.strip()[:200]
    row.save(update_fields=["state", "receipt"])
    return _noted(row, actor, row.receipt)


@transaction.atomic
def reject(delivery: Delivery, reason: str, *, actor: str) -> Delivery:
    """The receiver refused it, with a reason that says what to mend."""
    row = _locked(delivery)
    _must_wait(row)
    if len(reason.strip()) < 2:
        raise ExchangeError(gettext("没有写退回原因。"), gettext("请照对方的话写明哪里不行。"))
    row.state = State.REJECTED
    row.save(update_fields=["state"])
    return _noted(row, actor, reason.strip()[:500])


def _locked(delivery: Delivery, direction: str = "") -> Delivery:
    row = Delivery.objects.select_for_update().select_related("interface").get(pk=delivery.pk)
    if direction and row.interface.direction != direction:
        word = row.interface.get_direction_display()
        raise ExchangeError(
            gettext("接口“{name}”是{direction}的，不能这样记。").format(name=row.interface, direction=word),
            gettext("请核对接口的方向。"),
        )
    return row


def _must_wait(row: Delivery) -> None:
    if row.state not in (State.SENT, State.RECEIVED):
        raise ExchangeError(
            gettext("这一份现在是“{state}”，没有等待回执。").format(state=row.get_state_display()),
            gettext("请先记录发出或收到。"),
        )


def _moved(row: Delivery, state: str, parcel: Parcel, *, actor: str, now: datetime, note: str) -> Delivery:
    row.state, row.digest, row.rows, row.file = state, parcel.digest, parcel.rows, parcel.file
    row.attempts, row.done_at, row.receipt = row.attempts + 1, now, ""
    row.save()
    return _noted(row, actor, note)


def _noted(row: Delivery, actor: str, note: str) -> Delivery:
    Step.objects.create(
        delivery=row, state=row.state, actor=actor, note=note, digest=row.digest, file=row.file
    )
    after = {"part": row.part, "digest": row.digest, "rows": row.rows, "attempts": row.attempts}
    audit.record(f"exchange.{row.state}", row, actor=actor, after=after, reason=note)
    return row
