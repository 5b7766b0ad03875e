"""The sample's day: each planted fault shows where it was planted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from anju.gateway.adapters import Setting, decode
from anju.kernel.indicators import computing, definitions, kernel
from anju.kernel.indicators.models import Request
from anju.kernel.parties import sample as parties
from anju.kernel.secrets import KeyRing
from anju.kernel.telemetry import sample
from anju.kernel.telemetry import snapshot as snapshots
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Alarm, DeliveryHour, Quarantined, Series
from anju.kernel.telemetry.store.reading import History
from anju.kernel.watching import deliveries, intake


@pytest.fixture(scope="module")
def day(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The sample city's organisations and its day of telemetry, taken in; rolled back at the end."""
    data = tmp_path_factory.mktemp("day")
    with override_settings(DATA=data), django_db_blocker.unblock():
        KeyRing.create(data)
        with transaction.atomic():
            parties.build()
            definitions.register(kernel.INDICATORS)
            now = timezone.now()
            sample.build(now)
            sample.build(now)
            intake.take_in(now)
            deliveries.close_hours(now)
            yield data
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def here(day: Path, db: None, settings: Any) -> None:
    settings.DATA = day


def test_each_fault_is_an_alarm_at_its_station_and_nowhere_else() -> None:
    found = {
        (alarm.rule, alarm.asset.name[-5:-3]) for alarm in Alarm.objects.filter(cleared_at=None, cause=None)
    }
    assert found == {
        ("telemetry.offline", "3号"),
        ("telemetry.offline", "1号"),  # the gas station of the source that never spoke
        ("heating.cold_return", "5号"),
        ("heating.stuck_flow", "6号"),
    }


def test_one_station_offline_is_one_alarm_for_its_four_series() -> None:
    alarm = Alarm.objects.get(rule="telemetry.offline", asset__code="HRZ003")
    assert len(alarm.members) == 4


def test_the_unknown_tag_the_broken_frame_and_the_stranger_are_in_quarantine() -> None:
    assert set(Quarantined.objects.values_list("reason", flat=True)) == {
        "unknown_tag",
        "malformed",
        "credentials",
    }
    assert Quarantined.objects.filter(reason="unknown_tag").first().tags == ["S8.T2X"]  # type: ignore[union-attr]
    assert Quarantined.objects.get(reason="credentials").source is None


def test_the_ledger_knows_what_was_due_and_what_came() -> None:
    hours = DeliveryHour.objects.filter(source__code="nuanyang", closed_at__isnull=False).order_by("hour")
    # 8 stations with 4 series every 300 s
    assert {hour.expected for hour in list(hours)[1:]} == {384}
    whole = hours[5]
    assert (whole.received, whole.good, whole.heard, whole.due) == (384, 384, 32, 32)
    late = hours.order_by("-hour")[0]
    # four series are offline, and the values of the one that is stuck are not good
    assert late.heard == 27
    silent = DeliveryHour.objects.filter(source__code="qingyan", closed_at__isnull=False)
    assert silent.count() >= 23
    assert {hour.received for hour in silent} == {0}


def test_delivery_is_a_figure_with_numerator_and_denominator() -> None:
    source = DeliveryHour.objects.filter(source__code="nuanyang")[0].source
    gas = DeliveryHour.objects.filter(source__code="qingyan")[0].source
    subjects = [f"telemetry.source:{one.pk}" for one in (source, gas)]
    now = timezone.now()
    year = str(timezone.localdate().year)
    rate = computing.definition("telemetry.delivery_rate", "1")
    mine, silent = computing.compute(rate, subjects, year, now)
    closed = DeliveryHour.objects.filter(source=source, closed_at__isnull=False)
    assert mine.denominator == sum(hour.expected for hour in closed)
    assert mine.numerator == sum(min(hour.good, hour.expected) for hour in closed)
    assert (silent.numerator, silent.number) == (0, 0)
    coverage = computing.definition("telemetry.coverage", "1")
    (covered,) = computing.compute(coverage, subjects[:1], year, now)
    assert covered.denominator == sum(hour.due for hour in closed)
    assert covered.numerator == sum(hour.heard for hour in closed)
    assert Request.objects.filter(code="telemetry.delivery_rate").count() >= 6


def test_the_store_has_the_day() -> None:
    from anju.kernel.telemetry import history

    now = timezone.now()
    series = Series.objects.get(tag="S5.T2R")
    line = history.lines([series.number], now - timedelta(hours=30), now)[series.number]
    assert 286 <= len(line) <= 289
    assert line.value[-1] < 30
    newest = history.latest([series.number])[series.number]
    raw = history.frame(newest.frame)
    assert raw is not None
    assert b'"S5.T2R"' in raw.raw
    assert len(history.points_of(raw)) == raw.points == 28


def test_the_bytes_of_the_day_are_those_that_a_replay_reads(settings: Any) -> None:
    path = snapshots.newest(Layout.of(settings.DATA).snapshots)
    assert path is not None
    known = snapshots.read(path)
    held = Quarantined.objects.filter(reason="unknown_tag").first()
    assert held is not None
    frame = History(Layout.of(settings.DATA)).frame(held.frame)
    assert frame is not None
    values = decode(frame.raw, frame.protocol, Setting.of(known, known.by_number[frame.source]))
    # Seven stations with four values each, for the third is silent, and the tag that nobody registered.
    assert (len(values), values.unknown) == (29, ("S8.T2X",))
