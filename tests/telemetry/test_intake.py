"""From the gateway's log to rows, findings and cases: once each, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from anju.kernel.cases import flow
from anju.kernel.cases.flow import CaseError
from anju.kernel.cases.models import Case, CaseStep
from anju.kernel.findings.models import Finding, State
from anju.kernel.telemetry import events
from anju.kernel.telemetry.events import Position
from anju.kernel.telemetry.intake import deliveries
from anju.kernel.telemetry.intake.deliveries import Heard
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Alarm, Applied, DeliveryHour, MaintenanceWindow, Quarantined, Source
from anju.kernel.telemetry.sample.testing import NOW, Site, delivered, ms, raised, refused, site, tell
from anju.kernel.watching import alarms, intake

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def where(data_folder: Path) -> Site:
    return site()


def told(*given: events.Event) -> None:
    tell(settings.DATA, *given)
    intake.take_in(NOW)


def cleared(event: events.Event) -> events.Event:
    return event | {"state": "cleared", "at": ms(LATER), "value": 33.0, "frame": 18}


def test_an_alarm_becomes_a_row_a_finding_and_a_case_with_its_term(where: Site) -> None:
    told(raised(where))
    alarm = Alarm.objects.get()
    assert alarm.message == "二次回水温度28.4°C，低于限值30°C"
    assert (alarm.series, alarm.asset, alarm.frame, alarm.limit) == (where.back, where.station, 17, 30.0)
    assert (alarm.raised_at, alarm.name, alarm.kind) == (NOW, "回水温度低", "below")
    finding = Finding.objects.get()
    assert (finding.pk, finding.rule, finding.state) == (
        alarm.finding,
        "telemetry.heating.cold_return",
        State.IN_CASE,
    )
    assert finding.organisation == where.company
    case = Case.objects.get()
    # figures.toml: 480 minutes for the second grade
    assert (case.owner, case.deadline) == (where.company, NOW + timedelta(minutes=480))
    assert case.title == "甲换热站：二次回水温度28.4°C，低于限值30°C"


def test_what_recovers_is_told_to_the_case_which_waits_for_its_acceptance(where: Site) -> None:
    told(raised(where))
    case = Case.objects.get()
    flow.submit(case, "corrected", "已调高循环泵频率", actor="企业")
    with pytest.raises(CaseError, match="仍然发现这个问题"):
        alarms.accept(case, actor="调度", now=NOW)
    told(cleared(raised(where)))
    assert "告警于2026-11-28 08:40恢复，测值33°C。" in [step.note for step in CaseStep.objects.all()]
    assert Finding.objects.get().state == State.IN_CASE
    alarms.accept(case, actor="调度", now=LATER)
    assert Finding.objects.get().state == State.CORRECTED


def test_a_low_grade_opens_no_case_and_its_finding_is_settled_by_recovery(where: Site) -> None:
    told(raised(where, grade="info"))
    assert (Finding.objects.get().state, Case.objects.count()) == (State.OPEN, 0)
    told(cleared(raised(where, grade="info")))
    assert Finding.objects.get().state == State.CORRECTED


def test_what_is_over_before_it_is_heard_of_leaves_a_settled_finding(where: Site) -> None:
    told(raised(where), cleared(raised(where)))
    assert (Finding.objects.get().state, Case.objects.count()) == (State.CORRECTED, 0)


def test_the_same_trouble_again_is_told_to_the_case_that_is_still_open(where: Site) -> None:
    told(raised(where), cleared(raised(where)))
    told(raised(where, LATER), cleared(raised(where, LATER)))
    assert Finding.objects.count() == 2
    evening = NOW + timedelta(hours=10)
    told(raised(where, evening))
    told(cleared(raised(where, evening)))
    told(raised(where, evening + timedelta(hours=1)))
    assert (Alarm.objects.count(), Finding.objects.count(), Case.objects.count()) == (4, 3, 1)
    assert CaseStep.objects.filter(note__contains="2026-11-28 19:30再次告警").count() == 1
    assert alarms.standing_of(Finding.objects.get(pk=Case.objects.get().finding_id).subject)


def test_what_a_wider_alarm_covers_is_heard_of_through_it(where: Site) -> None:
    wide = raised(
        where,
        id=f"heating.offline/a1/{ms(NOW)}",
        rule="heating.offline",
        series=None,
        value=None,
        frame=None,
        members=[where.supply.number, where.back.number],
    )
    told(raised(where), wide, raised(where, state="masked", cause=wide["id"]))
    narrow, cause = Alarm.objects.order_by("key")
    assert (narrow.cause, cause.message, len(cause.members)) == (cause, "heating.offline，涉及2个测点", 2)
    assert [finding.pk for finding in Finding.objects.all()] == [cause.finding]
    told(wide | {"state": "cleared", "at": ms(LATER)}, raised(where))
    narrow.refresh_from_db()
    assert narrow.stands
    assert narrow.finding is not None


def test_planned_work_calls_nobody(where: Site) -> None:
    told(raised(where, state="masked"))
    assert (Alarm.objects.get().masked, Finding.objects.count()) == (True, 0)
    told(raised(where))
    assert (Alarm.objects.get().masked, Finding.objects.count()) == (False, 1)


def test_a_refused_frame_is_one_row_however_often_it_is_told(where: Site) -> None:
    told(refused(where), refused(where), refused(where, 22, source=0, reason="credentials", tags=[]))
    told(refused(where))
    known, stranger = Quarantined.objects.order_by("frame")
    assert (known.source, known.reason, known.tags) == (where.source, "unknown_tag", ["T9"])
    assert (stranger.source, stranger.reason) == (None, "credentials")


def test_minutes_told_again_replace_the_earlier_and_sum_to_their_hour(where: Site) -> None:
    Source.objects.update(recorded_at=NOW - timedelta(days=1))
    told(delivered(where), delivered(where, NOW + timedelta(minutes=1), delay_p95=9000, skew_p50=70))
    told(delivered(where, points=60, rejected={"malformed": 2}, frames=5))
    hour = DeliveryHour.objects.get()
    assert (hour.received, hour.frames, hour.rejected) == (66, 9, 3)
    assert hour.frames == hour.accepted + hour.repeated + hour.rejected + 0
    assert hour.reasons == {"malformed": 3}
    # two series every 60 s; 60 of 66 values came within 2 s, and 95 of a hundred within 9 s
    assert (hour.expected, hour.due, hour.delay, hour.late) == (120, 2, 9000, 4)


def test_a_full_disk_is_an_alarm_until_there_is_room(where: Site) -> None:
    full = {"kind": "gateway", "what": "full", "at": ms(NOW)}
    told(full, full)
    alarm = Alarm.objects.get()
    assert (alarm.grade, alarm.stands, alarm.organisation) == ("crit", True, None)
    assert Finding.objects.get().state == State.OPEN
    told({"kind": "gateway", "what": "room", "at": ms(LATER)}, full)
    alarm.refresh_from_db()
    assert alarm.cleared_at == LATER
    assert (Finding.objects.get().state, Alarm.objects.count()) == (State.CORRECTED, 1)


def test_an_event_that_is_not_understood_stops_nobody(where: Site) -> None:
    told({"kind": "alarm", "id": 7}, {"kind": "new"}, raised(where))
    assert Alarm.objects.count() == 1
    folder = Layout.of(settings.DATA).events
    row = Applied.objects.get()
    assert Position(row.file, row.byte) == events.end(folder)


def test_a_source_owes_only_the_hours_since_it_was_registered(where: Site) -> None:
    # registered at 08:15; the hour of 08:30 is three quarters due
    Source.objects.update(recorded_at=NOW - timedelta(minutes=15))
    told(delivered(where))
    assert DeliveryHour.objects.get().expected == 90
    assert deliveries.close(NOW + timedelta(hours=2), lambda source, hour: Heard(80, 2)) == 2
    first, second = DeliveryHour.objects.order_by("hour")
    assert (first.good, first.heard, second.expected, second.received) == (80, 2, 120, 0)
    assert deliveries.close(NOW + timedelta(hours=2), lambda source, hour: Heard(0, 0)) == 0


def test_what_is_told_of_a_closed_hour_supersedes_its_row(where: Site) -> None:
    Source.objects.update(recorded_at=NOW - timedelta(days=1))
    told(delivered(where))
    deliveries.close(NOW + timedelta(hours=2), lambda source, hour: Heard(6, 2))
    told(delivered(where, NOW + timedelta(minutes=3), points=10))
    hour = NOW.replace(minute=0)
    now, before = DeliveryHour.objects.filter(hour=hour).order_by("-recorded_at")
    assert (now.received, before.received, before.superseded_at) == (16, 6, now.recorded_at)
    assert now.closed_at is not None


STEPS = (
    "anju.kernel.telemetry.intake.quarantine.apply",
    "anju.kernel.telemetry.intake.deliveries.apply",
    "anju.kernel.watching.alarms.follow",
    "anju.kernel.cases.flow.open_case",
    "anju.kernel.telemetry.models.Applied.save",
    "anju.kernel.telemetry.events.forget",
)


class Killed(BaseException):
    """The end of the process."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_a_worker_killed_at_any_step_loses_and_doubles_nothing(
    where: Site, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    module, _, name = step.rpartition(".")
    home = __import__("pkgutil").resolve_name(module)
    real = getattr(home, name)

    def dying(*args: Any, **named: Any) -> Any:
        if after:
            real(*args, **named)
        raise Killed

    tell(settings.DATA, raised(where), refused(where), delivered(where), raised(where, LATER, grade="info"))
    monkeypatch.setattr(home, name, dying)
    with pytest.raises(Killed):
        intake.take_in(NOW)
    monkeypatch.setattr(home, name, real)
    assert Alarm.objects.count() in (0, 2)
    intake.take_in(NOW)
    intake.take_in(NOW)
    counts = [model.objects.count() for model in (Alarm, Quarantined, DeliveryHour, Finding, Case)]
    assert counts == [2, 1, 1, 1, 1]
    assert DeliveryHour.objects.get().received == 6


def test_what_nobody_signs_in_time_goes_up_step_by_step(where: Site) -> None:
    told(raised(where))
    alarm = Alarm.objects.get()
    # second grade: ten minutes to sign, three steps at most
    assert intake.escalate(alarm.told_at + timedelta(minutes=9)) == 0
    first = alarm.told_at + timedelta(minutes=10)
    assert intake.escalate(first) == 1
    assert intake.escalate(first + timedelta(minutes=9)) == 0
    for step in range(1, 6):
        intake.escalate(first + timedelta(minutes=10 * step))
    alarm.refresh_from_db()
    assert alarm.escalated == 3
    assert CaseStep.objects.filter(note__contains="升级").count() == 3


def test_a_window_is_no_window_once_it_is_over(where: Site) -> None:
    from anju.kernel.telemetry.publishing import writer

    MaintenanceWindow.objects.create(asset=where.station, since=NOW, until=LATER, reason="换泵")
    assert len(writer.build(NOW).windows) == 1
    assert writer.build(LATER).windows == ()
