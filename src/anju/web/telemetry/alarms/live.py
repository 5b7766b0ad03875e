"""The live end of the board: the gateway's event log, tailed and sent as server-sent events.

An event stands on the page before the worker has written its row: the stream makes the row from the event itself. Its
id is the position behind it in the log, so that a browser that was cut off goes on where it stopped. A stream ends
after five minutes and is opened again, so that a login that has ended, or a role that was taken, ends it too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.telemetry import events, history
from anju.kernel.telemetry.events import Event, Position
from anju.kernel.telemetry.intake.alarms import Known
from anju.kernel.telemetry.intake.told import RAISED, AlarmTold, read
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Applied
from anju.kernel.values.scope import Scope
from anju.web.telemetry.alarms.rows import row_of, visible

_LOOK, _BEAT, _LIFE = 0.2, 5.0, 300.0
_MOST = 200


@requires("telemetry.view")
@require_http_methods(["GET"])
def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Alarms of the person's scope from ``Last-Event-ID`` (or ``?after=``) on; a sign of life every five seconds."""
    asked = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    after = position_of(asked) or _applied()
    body = _told(after, scope_of(request.user), translation.get_language() or "zh-hans")
    response = StreamingHttpResponse(body, content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def position_of(text: str) -> Position | None:
    """The position that an id names; None for anything else."""
    file, _, byte = text.partition(":")
    if not (file.isascii() and file.isdecimal() and byte.isascii() and byte.isdecimal() and len(text) < 40):
        return None
    return Position(int(file), int(byte))


def _applied() -> Position:
    row = Applied.objects.filter(log="gateway").first()
    return Position(row.file, row.byte) if row else Position()


async def _told(after: Position, scope: Scope, language: str) -> AsyncIterator[bytes]:
    folder = Layout.of(settings.DATA).events
    begun = beaten = monotonic()
    yield b"retry: 1000\n\n"
    yield await _beat()
    while monotonic() - begun < _LIFE:
        batch = await asyncio.to_thread(_read, folder, after)
        if batch:
            after = batch[-1][1]
            for text in await sync_to_async(render)(batch, scope, language):
                yield text
        elif monotonic() - beaten >= _BEAT:
            beaten = monotonic()
            yield await _beat()
        if len(batch) < _MOST:
            await asyncio.sleep(_LOOK)


def _read(folder: Path, after: Position) -> list[tuple[Event, Position]]:
    return list(events.read(folder, after, most=_MOST))


async def _beat() -> bytes:
    last = await asyncio.to_thread(history.last_commit)
    return message("beat", {"last": f"{timezone.localtime(last):%H:%M:%S}" if last else ""})


def message(kind: str, data: dict[str, Any], at: Position | None = None) -> bytes:
    """One event of the stream."""
    name = f"id: {at.file}:{at.byte}\n".encode() if at else b""
    return b"event: " + kind.encode() + b"\n" + name + b"data: " + orjson.dumps(data) + b"\n\n"


def render(batch: list[tuple[Event, Position]], scope: Scope, language: str) -> list[bytes]:
    """The alarms of a batch that the scope shows, each as a row in the language of the page."""
    told = [(_alarm(event), at) for event, at in batch]
    known = Known([one for one, _ in told if one], lock=False)
    found = []
    with translation.override(language):
        for one, at in told:
            if one is None:
                continue
            alarm = known.alarms.get(one.key) or known.new(one)
            if visible(alarm, scope):
                found.append(message("alarm", _shown(one, alarm), at))
    # The request is long over for the database: nothing else gives its connection back.
    if not connection.in_atomic_block:
        close_old_connections()
    return found


def _alarm(event: Event) -> AlarmTold | None:
    try:
        told = read(event)
    except (KeyError, TypeError, ValueError):
        return None
    return told if isinstance(told, AlarmTold) else None


def _shown(one: AlarmTold, alarm: Any) -> dict[str, Any]:
    stands = one.state == RAISED
    row = row_of(alarm, timezone.now())
    html = render_to_string("web/telemetry/alarm_row.html", {"row": row, "fresh": True}) if stands else ""
    return {
        "key": one.key,
        "state": one.state,
        "rank": row.rank,
        "grade": alarm.grade,
        "words": f"{row.about}{alarm.message}",
        "html": html,
    }
