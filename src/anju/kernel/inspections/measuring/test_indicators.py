"""The five figures on a plan of small size, worked by hand, and replayed as of a moment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from anju.kernel.indicators import requests
from anju.kernel.indicators.computing import compute, definition, replay
from anju.kernel.indicators.models import Request, Value
from anju.kernel.inspections import publishing
from anju.kernel.inspections.figures import figures
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.measuring import indicators, quality
from anju.kernel.inspections.measuring.indicators import CODES, VERSION, subject_of
from anju.kernel.inspections.models import Cell, Plan, PlanObject, Visit
from anju.kernel.inspections.testing import ACTOR, NOW, photo, told
from anju.kernel.inspections.visiting.taking import take_visit
from anju.kernel.values import periods
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
JULY = periods.parse("2021-07")


def take(site: PlanObject, hours: float = 0, /, **changes: object) -> Visit:
    return take_visit(
        told(site, **changes), actor=ACTOR, now=NOW + timedelta(hours=hours), scope=Scope.whole()
    )


def figure(code: str, subject: str, moment: object = None, period: str = "2021-07") -> tuple[object, object]:
    compute_ = getattr(indicators, code)
    found = compute_([subject], periods.parse(period), moment)[subject]
    return found.numerator, found.denominator


def others(made: Plan, site: PlanObject) -> PlanObject:
    return PlanObject.objects.filter(cell__plan=made, drawn=True).exclude(pk=site.pk)[0]


def test_one_of_two_cells_is_half(made: Plan, site: PlanObject) -> None:
    subject = subject_of(made)
    assert figure("completion", subject) == (0, 2)
    assert figure("pass_rate", subject) == (None, None)  # no visit yet: not assessable, never nought
    take(site)
    assert figure("completion", subject) == (1, 2)
    assert figure("counties_covered", subject) == (1, 1)
    take(site, fails={"fence": "围挡破损。"})
    # A second form in the same cell fills no other one; of two visits one passed
    assert figure("completion", subject) == (1, 2)
    assert figure("pass_rate", subject) == (1, 2)
    take(others(made, site))
    assert figure("counties_covered", subject) == (2, 1)
    found = indicators.counties_covered([subject], JULY, None)[subject]
    assert (found.coverage, found.organisation) == (Decimal("1"), made.owner_id)


def test_areas_and_organisations_see_their_own_cells(made: Plan, site: PlanObject) -> None:
    take(site)
    away = others(made, site)
    assert figure("completion", f"area:{site.cell.area_id}") == (1, 1)
    assert figure("completion", f"area:{away.cell.area_id}") == (0, 1)
    assert figure("completion", f"organisation:{made.owner_id}") == (1, 2)
    assert figure("completion", f"organisation:{site.organisation_id}") == (1, 2)
    assert figure("completion", f"area:{site.cell.area_id}", period="2021Q3") == (1, 1)
    assert figure("completion", f"area:{site.cell.area_id}", period="2021-08") == (None, None)


def test_on_time_is_asked_of_cells_whose_day_has_come(made: Plan, site: PlanObject) -> None:
    subject, away = subject_of(made), others(made, site)
    Cell.objects.filter(pk=site.cell_id).update(day="2021-07-05")
    Cell.objects.filter(pk=away.cell_id).update(day="2021-07-06")
    assert figure("on_time", subject, NOW - timedelta(days=2)) == (None, None)  # before the draw
    take(site)
    assert figure("on_time", subject, NOW + timedelta(hours=1)) == (1, 1)
    assert figure("on_time", subject, NOW + timedelta(days=1)) == (1, 2)
    # The phone says the 6th, but its clock is a day behind: finished on the 7th
    late = NOW + timedelta(days=2)
    day = "2021-07-06T{}:00+08:00"
    times = {"started_at": "09:00", "finished_at": "09:30", "sent_at": "10:00"}
    take(away, 48, **{name: day.format(hour) for name, hour in times.items()})
    assert figure("on_time", subject, late + timedelta(hours=1)) == (1, 2)


def test_results_are_published_once_and_counted(made: Plan, site: PlanObject) -> None:
    subject = subject_of(made)
    with pytest.raises(InspectionError, match="没有未公布的"):
        publishing.publish(made, "门户网站", actor="领导", now=NOW)
    take(site)
    with pytest.raises(InspectionError, match="没有写公布渠道"):
        publishing.publish(made, "", actor="领导", now=NOW)
    publishing.publish(made, "门户网站", actor="领导", now=NOW + timedelta(hours=1))
    take(others(made, site), 2)
    assert figure("publication_rate", subject) == (1, 2)
    assert figure("publication_rate", subject, NOW) == (0, 1)  # as of before the publication
    publishing.publish(made, "门户网站", actor="领导", now=NOW + timedelta(hours=3))
    assert figure("publication_rate", subject) == (2, 2)


def test_values_are_computed_when_asked_and_replay_as_of_their_moment(made: Plan, site: PlanObject) -> None:
    first = take(site)
    subject = subject_of(made)
    assert set(Request.objects.filter(subject=subject).values_list("code", flat=True)) == set(CODES)
    requests.drain(NOW + timedelta(minutes=1))
    value = Value.objects.current().get(code="inspection.completion", subject=subject)
    assert (value.numerator, value.denominator) == (1, 2)
    # A correction and another visit later, the value of that moment still comes out the same
    take(site, 1, replaces=str(first.key), reason="看错了")
    take(others(made, site), 1)
    for row in Value.objects.filter(code__in=CODES):
        assert replay(row)[0], row.code
    now = NOW + timedelta(hours=2)
    (later,) = compute(definition("inspection.completion", VERSION), [subject], "2021-07", now)
    assert (later.numerator, later.denominator) == (2, 2)


def found(visit: Visit) -> list[str]:
    return [mark.rule for mark in quality.marks(visit, figures(NOW.date()))]


def test_what_is_odd_about_a_visit(made: Plan, site: PlanObject) -> None:
    shot = photo(77)
    clean = take(site, photo=shot)
    assert found(clean) == []
    assert found(take(others(made, site), 1, photo=shot, sent_at="2021-07-05T11:00:00+08:00")) == [
        quality.REUSED
    ]
    assert found(clean) == []  # who used it first is not blamed
    far = {"position": {"lon": 118.0025, "lat": 39.0}, "position_reason": "正门封闭"}
    assert found(take(site, **far)) == [quality.FAR]
    assert found(take(site, sent_at="2021-07-05T10:02:00+08:00")) == []  # two minutes are allowed
    assert found(take(site, sent_at="2021-07-05T10:02:01+08:00")) == [quality.CLOCK]
    twice = photo(78)
    assert found(take(site, photos={"cover": [twice], "fence": [twice]})) == [quality.REUSED] * 2
    # A correction shows the same photos again, which is no second use
    again = take(
        site, 2, photo=shot, replaces=str(clean.key), reason="写错了", sent_at="2021-07-05T12:00:00+08:00"
    )
    assert found(again) == []
