"""Taking items in: each is kept before anything is made of it, once however often it is sent, and receipted."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.field.kinds import KINDS
from anju.kernel.field.models import Attachment, Device, Photo, Receipt, Status
from anju.kernel.field.receiving.durable import durable
from anju.kernel.field.receiving.items import Item
from anju.kernel.field.refusals import Beside, Conflict
from anju.kernel.field.sender import Sender
from anju.kernel.values.refusal import Refusal

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Taken:
    """The receipts of what was sent, in that order, and the photos that are not there yet."""

    receipts: list[Receipt] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def take(sender: Sender, items: list[Item]) -> Taken:
    """Keep and handle the items of one sync; what is returned is on the disk."""
    # Receipts are records, and records are Chinese; ``told`` translates what it can.
    with translation.override(settings.LANGUAGE_CODE), durable():
        # Two windows of one phone send one after the other.
        Device.objects.select_for_update().get(pk=sender.device.pk)
        Device.objects.filter(pk=sender.device.pk).update(
            last_seen=sender.now, skew_seconds=sender.skew_seconds
        )
        known = _known(items)
        taken = Taken([known.get((i.id, i.digest)) or _keep(sender, i, known) for i in items])
        _look_for_photos(sender, [r for r in taken.receipts if r.status == Status.WAITING])
        handle_complete(sender, (r for r in taken.receipts if r.status == Status.WAITING))
        waiting = [r.pk for r in taken.receipts if r.status == Status.WAITING]
        absent = Attachment.objects.filter(receipt__in=waiting, photo=None).order_by("receipt_id", "order")
        taken.missing = list(dict.fromkeys(absent.values_list("sha256", flat=True)))
        if items:
            facts = {"items": len(items), "skew_seconds": sender.skew_seconds}
            who = sender.user.username
            audit.record("field.sync", sender.device, actor=who, after=facts, context=sender.context)
    return taken


def handle_complete(sender: Sender, waiting: Iterable[Receipt]) -> list[Receipt]:
    """Make of each waiting item what it stands for, if all its photos are there; those that were handled."""
    waiting = list(waiting)
    absent = set(
        Attachment.objects.filter(receipt__in=waiting, photo=None).values_list("receipt_id", flat=True)
    )
    return [_handle(sender, receipt) for receipt in waiting if receipt.pk not in absent]


def _known(items: list[Item]) -> dict[tuple[Any, str], Receipt]:
    """What is kept already under these ids, by id and digest; by id and "" the one that came first."""
    rows = Receipt.objects.filter(item__in=[item.id for item in items]).select_related("device")
    known = {(row.item, row.digest): row for row in rows}
    return known | {(row.item, ""): row for row in rows if row.status != Status.CONFLICT}


def _keep(sender: Sender, item: Item, known: dict[tuple[Any, str], Receipt]) -> Receipt:
    receipt = Receipt(
        device=sender.device,
        organisation=sender.user.organisation,
        item=item.id,
        kind=item.kind,
        digest=item.digest,
        sent=item.sent,
        made_at=item.made_at,
        skew_seconds=sender.skew_seconds,
        status=Status.WAITING,
        recorded_at=sender.now,
    )
    if (item.id, "") in known:
        _settle(
            receipt,
            Status.CONFLICT,
            Refusal(
                gettext("同一编号先前已收到另一份内容，两份都已留存。"),
                gettext("请核对两份内容；要以这一份为准，请另存为新记录再上报。"),
            ),
        )
    elif item.fault:
        _settle(receipt, Status.REFUSED, item.fault)
    known[item.id, item.digest] = receipt
    known.setdefault((item.id, ""), receipt)
    receipt.save(force_insert=True)
    Attachment.objects.bulk_create(
        Attachment(
            receipt=receipt,
            order=order,
            sha256=shot.sha256,
            taken_at=shot.taken_at,
            lon=shot.lon,
            lat=shot.lat,
            accuracy=shot.accuracy,
        )
        for order, shot in enumerate(item.shots)
    )
    return receipt


def _look_for_photos(sender: Sender, waiting: list[Receipt]) -> None:
    """Photos may come before the item that names them. Only the own ones: a hash proves nothing."""
    wanted = Attachment.objects.filter(receipt__in=waiting, photo=None)
    names = set(wanted.values_list("sha256", flat=True))
    for photo in Photo.objects.filter(device=sender.device, sha256__in=names):
        wanted.filter(sha256=photo.sha256).update(photo=photo)


def _handle(sender: Sender, receipt: Receipt) -> Receipt:
    try:
        with transaction.atomic():
            made = _make(replace(sender, receipt=receipt))
        receipt.became = made.key if isinstance(made, Beside) else made
        if isinstance(made, Beside):
            _settle(receipt, Status.CONFLICT, made.why)
        else:
            _settle(receipt, Status.ACCEPTED)
    except Conflict as conflict:
        _settle(receipt, Status.CONFLICT, conflict)
    except Refusal as refusal:
        _settle(receipt, Status.REFUSED, refusal)
    except Exception:
        # One item that breaks its handler must not hold up the others for ever.
        _log.exception("field item %s", receipt.item)
        broken = Refusal(gettext("服务器处理这一条时出错，内容已留存。"), gettext("请联系系统管理员处理。"))
        _settle(receipt, Status.REFUSED, broken)
    receipt.save(update_fields=["status", "sentence", "next_step", "became"])
    audit.record(
        "field.item",
        receipt,
        actor=sender.user.username,
        result="ok" if receipt.status == Status.ACCEPTED else "refused",
        reason=receipt.sentence,
        after={"kind": receipt.kind, "digest": receipt.digest, "became": receipt.became},
        context=sender.context,
    )
    return receipt


def _make(sender: Sender) -> str | Beside:
    """What the item stands for is written by the function of its kind, with the user's rights of this moment."""
    assert sender.receipt is not None
    kind = KINDS.get(sender.receipt.kind)
    if kind is None:
        raise Refusal(gettext("服务器不认识这种记录。"), gettext("请更新页面；仍不行时联系系统管理员。"))
    if kind.permission not in sender.permissions:
        raise Refusal(
            gettext("您现在没有上报这种记录的权限。"), gettext("请向本单位管理员申请，再另存为新记录上报。")
        )
    made: str | Beside = import_string(kind.take)(sender.receipt.body, sender)
    return made


def _settle(receipt: Receipt, status: Status, why: Refusal | None = None) -> None:
    receipt.status = status
    if why:
        receipt.sentence, receipt.next_step = str(why.sentence)[:300], str(why.next_step)[:300]


def told(receipt: Receipt, sender: Sender) -> dict[str, Any]:
    """A receipt for the phone; a conflict with what was kept first, if that came from the same person."""
    answer: dict[str, Any] = {
        "id": str(receipt.item),
        "kind": receipt.kind,
        "digest": receipt.digest,
        "status": receipt.status,
        "sentence": gettext(receipt.sentence) if receipt.sentence else "",
        "next_step": gettext(receipt.next_step) if receipt.next_step else "",
        "key": receipt.became,
        "received_at": receipt.recorded_at.isoformat(),
        "skew_seconds": receipt.skew_seconds,
    }
    if receipt.status == Status.CONFLICT:
        first = Receipt.objects.filter(item=receipt.item, device__user=sender.user).exclude(pk=receipt.pk)
        kept = first.exclude(status=Status.CONFLICT).first()
        if kept:
            answer["kept"] = {"sent": kept.sent, "received_at": kept.recorded_at.isoformat()}
    return answer
