"""A batch of events as rows, in the transaction of the caller."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.intake import alarms, deliveries, gateway, quarantine
from anju.kernel.telemetry.intake.told import AlarmTold, DeliveryTold, QuarantineTold, read
from anju.kernel.telemetry.models import Alarm

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """What a batch changed: the alarms that stand differently now, and the events that could not be read."""

    alarms: list[Alarm] = field(default_factory=list)
    unreadable: int = 0


def apply(batch: Iterable[Event]) -> Outcome:
    """Write the rows of a batch; the same event again finds its row and changes nothing."""
    events = list(batch)
    result, told = Outcome(), []
    for event in events:
        try:
            told.append(read(event))
        except (KeyError, TypeError, ValueError):
            # It stays in the log; one event that is not understood must not stop those behind it.
            result.unreadable += 1
            _log.exception("网关事件读不懂，已跳过：%.300r", event)
    result.alarms = alarms.apply([one for one in told if isinstance(one, AlarmTold)])
    result.alarms += gateway.apply(events)
    quarantine.apply([one for one in told if isinstance(one, QuarantineTold)])
    deliveries.apply([one for one in told if isinstance(one, DeliveryTold)])
    return result
