"""The platforms of the sample city: while the demonstration runs they push to its gateway as a company's platform does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import numpy as np
import orjson
from django.conf import settings
from django.utils import timezone

from anju.gateway.http.player import Connection, Sender
from anju.kernel.telemetry import beat, client
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Source
from anju.kernel.telemetry.sample.live import Delivery, due
from anju.kernel.telemetry.snapshot import newest

_PAUSE = 1.0


async def deliver(
    senders: dict[str, Sender], layout: Layout, now: Callable[[], datetime], begun: datetime
) -> None:
    """Push what is due since ``begun``, for ever. A gateway that is away is waited for; what fell due meanwhile is
    pushed then."""
    after = begun
    chance = np.random.default_rng()
    while True:
        await asyncio.sleep(_PAUSE)
        sign = beat.read(layout)
        if sign is None or newest(layout.snapshots) is None:
            continue
        until = now()
        try:
            connection = await Connection.open(sign.http)
            with closing(connection):
                for one in due(after, until, begun, chance):
                    await _push(connection, senders, layout, one)
            after = until
        except (OSError, EOFError, client.GatewayError):
            continue


async def _push(connection: Connection, senders: dict[str, Sender], layout: Layout, one: Delivery) -> None:
    """Over HTTP where the source has a secret, else through the gateway's local socket."""
    at = one.at.isoformat()
    points = [{"tag": tag, "time": at, "value": value} for tag, value in one.values.items()]
    if one.source in senders:
        await connection.push(senders[one.source], orjson.dumps({"points": points}), f"{one.source}-{at}")
    else:
        await asyncio.to_thread(_submit, layout, one.source, f"{one.source}-{at}", points)


def _submit(layout: Layout, source: str, key: str, points: list[dict[str, object]]) -> None:
    with client.Client(layout.socket) as door:
        door.deliver(source, key, points)


def senders() -> dict[str, Sender]:
    """Those of the sample that push, by code."""
    rows = Source.objects.filter(protocol="http", enabled=True).order_by("number")
    return {row.code: Sender(row.code, row.number, row.secret.encode()) for row in rows if row.secret}


def run() -> None:
    """Until the process is ended; Django is set up."""
    asyncio.run(deliver(senders(), Layout.of(settings.DATA), timezone.now, timezone.now()))
