"""The Prometheus exposition, read by the parser of prometheus_client and compared with what was sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from anju.gateway import stage
from anju.kernel.access.testing import person
from anju.kernel.telemetry.client import Client as Gateway
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.publishing import writer
from anju.kernel.telemetry.sample.testing import delivered, ms, raised, refused, site, tell
from anju.kernel.watching import intake
from conformance.sensorthings_set import token_of

pytestmark = pytest.mark.django_db
Scrape = Callable[[], dict[tuple[str, ...], float]]


@pytest.fixture
def scrape() -> Scrape:
    """All samples by name and the values of their labels, which stand in the order of their names."""
    secret = token_of(person("system_admin"), "metrics")
    client = Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})

    def read() -> dict[tuple[str, ...], float]:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        families = list(text_string_to_metric_families(answer.content.decode()))
        assert all(family.documentation for family in families)
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def test_what_a_gateway_was_sent_is_what_is_counted(scrape: Scrape, settings: Any) -> None:
    """Three frames: one with three values, of which one is 20 minutes old; the same again; one that is none."""
    where = site()
    code, now = where.source.code, timezone.now()
    writer.tick(now)
    values = [
        {"tag": "T2S", "time": ms(now - timedelta(minutes=1)), "value": 55.5},
        {"tag": "T2R", "time": ms(now - timedelta(minutes=1)), "value": 40.5},
        {"tag": "T2S", "time": ms(now - timedelta(minutes=20)), "value": 55.0},
    ]
    with stage.running(settings.DATA):
        with Gateway(Layout.of(settings.DATA).socket) as gateway:
            gateway.deliver(code, "one", values)
            gateway.deliver(code, "one", values)
            gateway.replay(code, "two", "http", b"nonsense")
        alive = scrape()
    assert alive["anju_gateway_up",] == 1
    assert alive["anju_gateway_snapshot_version",] == 1
    assert (alive["anju_gateway_queue_points",], alive["anju_gateway_queue_bytes",]) == (0, 0)
    assert ms(now) / 1000 - 60 < alive["anju_gateway_heartbeat_timestamp_seconds",] < ms(now) / 1000 + 60
    waiting = scrape()
    assert waiting["anju_gateway_up",] == 0
    assert waiting["anju_gateway_events_waiting_bytes",] > 0
    intake.take_in(timezone.now())
    found = scrape()
    assert found["anju_gateway_events_waiting_bytes",] == 0
    frames = {one: found["anju_telemetry_frames_total", one, code] for one in _OUTCOMES}
    assert frames == {"seen": 3, "accepted": 1, "repeated": 1, "rejected": 1}
    points = {one: found["anju_telemetry_points_total", one, code] for one in ("received", "late", "refused")}
    assert points == {"received": 3, "late": 1, "refused": 0}
    assert found["anju_quarantine_waiting",] == 1
    assert ms(now) / 1000 - 60 < found["anju_store_last_commit_timestamp_seconds",] < ms(now) / 1000 + 60


_OUTCOMES = ("seen", "accepted", "repeated", "rejected")


def test_delays_skew_and_alarms_are_those_that_were_told(scrape: Scrape, settings: Any) -> None:
    """95 of a hundred values within 2 s, the clock 40 ms behind; two alarms of which one cleared."""
    where, now = site(), timezone.now().replace(second=0, microsecond=0)
    cleared = raised(where, now - timedelta(hours=1))
    tell(
        settings.DATA,
        delivered(where, now),
        raised(where, now, grade="crit"),
        cleared,
        cleared | {"state": "cleared", "value": 33.0},
        refused(where),
    )
    intake.take_in(now)
    found = scrape()
    code = where.source.code
    assert found["anju_telemetry_delay_seconds", code] == 2.0
    assert found["anju_telemetry_clock_skew_seconds", code] == -0.04
    assert found["anju_telemetry_frames_total", "seen", code] == 4
    grades = {one: found["anju_alarms_open", one] for one in ("crit", "high", "warn", "info")}
    assert grades == {"crit": 1, "high": 0, "warn": 0, "info": 0}
    assert found["anju_worker_requests", "failed"] == 0


def test_a_scrape_costs_few_queries(
    scrape: Scrape, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("甲", "乙", "丙"):
        site(name)
    with django_assert_max_num_queries(20):
        scrape()
