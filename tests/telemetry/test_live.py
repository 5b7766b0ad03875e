"""The stream of the board: what the gateway tells stands on it before the worker has written a row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import translation

from anju.kernel.telemetry import events, history
from anju.kernel.telemetry.events import Position
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Alarm
from anju.kernel.telemetry.sample.testing import NOW, Site, ms, raised, refused, site, tell
from anju.kernel.values.scope import Scope
from anju.kernel.watching import intake
from anju.web.telemetry.alarms import live

pytestmark = pytest.mark.django_db
BEGIN = Position()


@pytest.fixture
def where(data_folder: Path) -> Site:
    return site()


def told(scope: Scope, after: Position = BEGIN) -> list[tuple[str, dict[str, Any]]]:
    """(id, data) of the alarms that a stream with this scope sends."""
    batch = list(events.read(Layout.of(settings.DATA).events, after))
    found = []
    for text in live.render(batch, scope, "zh-hans"):
        lines = dict(line.split(": ", 1) for line in text.decode().strip().splitlines())
        assert lines["event"] == "alarm"
        found.append((lines["id"], orjson.loads(lines["data"])))
    return found


def test_a_row_is_there_before_the_worker_wrote_it(where: Site) -> None:
    tell(settings.DATA, refused(where), raised(where))
    ((name, alarm),) = told(Scope.whole())
    assert Alarm.objects.count() == 0
    assert (alarm["state"], alarm["rank"]) == ("raised", 1)
    assert "甲换热站" in alarm["html"]
    assert "二次回水温度28.4°C，低于限值30°C" in alarm["html"]
    end = events.end(Layout.of(settings.DATA).events)
    assert name == f"{end.file}:{end.byte}"
    assert live.position_of(name) == end
    assert told(Scope.whole(), end) == []


def test_a_scope_sees_its_own_and_what_is_over_is_told(where: Site) -> None:
    other = site("乙")
    tell(settings.DATA, raised(where), raised(other))
    mine = Scope(organisations=frozenset({where.company.pk}))
    assert ["甲" in one["html"] for _, one in told(mine)] == [True]
    area = Scope(areas=frozenset({other.area.pk}))
    assert ["乙" in one["html"] for _, one in told(area)] == [True]
    assert told(Scope.none()) == []
    intake.take_in(NOW)
    after = events.end(Layout.of(settings.DATA).events)
    tell(settings.DATA, raised(where) | {"state": "cleared", "at": ms(NOW + timedelta(minutes=5))})
    ((_, over),) = told(mine, after)
    assert (over["state"], over["html"]) == ("cleared", "")


def test_the_row_speaks_the_language_of_the_page(where: Site) -> None:
    tell(settings.DATA, raised(where))
    batch = list(events.read(Layout.of(settings.DATA).events, Position()))
    with translation.override("zh-hans"):
        (text,) = live.render(batch, Scope.whole(), "en")
    assert "To sign" in text.decode()


@pytest.mark.parametrize("name", ["", "1", "a:b", "1:-2", "²:1", "1:2:3", "9" * 50 + ":1"])
def test_an_id_that_is_none_is_no_position(name: str) -> None:
    assert live.position_of(name) is None


def test_the_stream_begins_with_a_sign_of_life_and_goes_on_from_its_place(
    where: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK", 0.001)
    begun = Position()

    async def first() -> list[bytes]:
        stream = live._told(begun, Scope.whole(), "zh-hans")
        found = [await anext(stream) for _ in range(2)]
        tell_now()
        found.append(await anext(stream))
        await stream.aclose()  # type: ignore[attr-defined]
        return found

    def tell_now() -> None:
        tell(settings.DATA, {"kind": "gateway"}, {"kind": "alarm", "id": "unreadable"})

    monkeypatch.setattr(live, "render", lambda batch, scope, language: [b"%d" % len(batch)])
    retry, beat, batch = async_to_sync(first)()
    assert retry == b"retry: 1000\n\n"
    assert beat.startswith(b"event: beat\ndata: ")
    assert batch == b"2"


def test_the_address_is_a_stream_for_those_who_see_alarms(sign_in: Any) -> None:
    answer = sign_in("dispatcher").get("/telemetry/live/", HTTP_LAST_EVENT_ID="1:2")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.streaming
    assert sign_in("system_admin").get("/telemetry/live/").status_code == 403


def test_a_segment_that_is_removed_meanwhile_does_not_hold_up_the_sign_of_life(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = history.layout().segments
    kept, gone = folder / "points-1.arrow", folder / "points-0.arrow"
    kept.touch()
    # What was listed is not there any more when it is looked at.
    monkeypatch.setattr(type(folder), "iterdir", lambda _: iter([gone, kept]))
    assert history.last_commit() is not None
    kept.unlink()
    assert history.last_commit() is None
