"""Through the gateway's local socket: answered when it is on the disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from uuid6 import uuid7

from anju.api.sensorthings.creating.items import Item
from anju.api.sensorthings.problems import Refused, Unavailable
from anju.kernel import audit
from anju.kernel.telemetry.client import Client, GatewayError, Result
from anju.kernel.telemetry.frames import REASON_WORDS, Reason, Status
from anju.kernel.telemetry.layout import Layout

ACTION = "telemetry.observation.create"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who creates, and the name under which a second try is a repeat (``Idempotency-Key``)."""

    actor: str
    key: str = ""
    context: audit.Context | None = None


def deliver(items: Sequence[Item], sender: Sender) -> list[Reason]:
    """Give them to the gateway and tell why each was refused (``Reason.NONE``: it is on the disk), audited.

    Raises ``Unavailable`` where the gateway takes nothing now.
    """
    reasons = [Reason.NONE] * len(items)
    by_source: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(items):
        assert one.series.source is not None
        by_source[one.series.source.code].append(at)
    key = sender.key or uuid7().hex
    try:
        with Client(Layout.of(settings.DATA).socket) as client:
            for source, places in by_source.items():
                result = client.deliver(source, f"sensorthings/{key}", [items[at].told() for at in places])
                for at, reason in zip(places, _reasons(result, len(places)), strict=True):
                    reasons[at] = reason
                _record(source, [items[at] for at in places], result, sender)
    except GatewayError as error:
        raise Unavailable(error.sentence, error.next_step) from error
    return reasons


def _reasons(result: Result, count: int) -> list[Reason]:
    if result.status is Status.REPEAT:
        return [Reason.NONE] * count
    told = result.reasons()
    return told if len(told) == count else [result.reason or Reason.MALFORMED] * count


def refusal(reason: Reason) -> Refused:
    """Why the gateway did not keep an observation, as a problem."""
    next_step = {
        Reason.UNKNOWN_TAG: "测点刚登记的，请等一分钟再提交。",
        Reason.FUTURE: "请核对时钟和时区。",
    }
    return Refused(f"观测值没有收下：{REASON_WORDS[reason]}。", next_step.get(reason, "请改正后再提交。"))


def _record(source: str, items: list[Item], result: Result, sender: Sender) -> None:
    facts = {
        "source": source,
        "series": sorted({one.series.number for one in items})[:50],
        "values": len(items),
        "kept": result.kept,
        "frame": result.frame,
    }
    audit.record(
        ACTION,
        items[0].series if len({one.series.pk for one in items}) == 1 else "telemetry.Series",
        actor=sender.actor,
        result="refused" if result.status is Status.REJECTED else "ok",
        after=facts,
        context=sender.context,
    )
