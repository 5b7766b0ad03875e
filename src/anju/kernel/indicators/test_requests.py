from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from anju.kernel.indicators import requests
from anju.kernel.indicators.models import Request, Value
from anju.kernel.indicators.testing import define, observe

pytestmark = pytest.mark.django_db


def test_asking_twice_is_asking_once_and_the_request_goes_with_its_value() -> None:
    what, now = define(), timezone.now()
    requests.ask(what, ["test:a", "test:a"], "2021", now)
    requests.ask(what, ["test:a"], "2021", now)
    assert Request.objects.count() == 1
    assert requests.drain(now) == 1
    assert (Request.objects.count(), Value.objects.get().subject) == (0, "test:a")


def test_inputs_are_computed_before_the_formulas_that_read_them() -> None:
    ratio = define("test.ratio", formula="a * 2", inputs={"a": "test.a"})
    now = timezone.now()
    observe("x", "1")
    requests.ask(ratio, ["test:x"], "2021", now)
    requests.ask(define("test.a"), ["test:x"], "2021", now)
    later = timezone.now()
    assert requests.drain(later) == 2
    assert str(Value.objects.get(code="test.ratio").number.normalize()) == "0.2"


def test_one_bad_subject_hurts_no_other_and_is_tried_again_then_shown() -> None:
    what, now = define(), timezone.now()
    requests.ask(what, ["test:a", "test:bad", "test:b"], "2021", now)
    assert requests.drain(now) == 2
    bad = Request.objects.get()
    assert (bad.subject, bad.attempts, bad.not_before) == ("test:bad", 1, now + timedelta(seconds=30))
    assert "坏数据" in bad.error
    assert requests.drain(now) == 0  # not before its time
    for _ in range(4):
        now += timedelta(hours=1)
        requests.drain(now)
    assert requests.dead() == 1
    assert requests.drain(now + timedelta(days=9)) == 0
    assert (requests.retry(now), requests.dead()) == (1, 0)
    requests.ask(what, ["test:bad"], "2021", now)
    assert (requests.dead(), Request.objects.get().attempts) == (0, 0)


def test_a_request_made_while_computing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    what, now = define(), timezone.now()
    requests.ask(what, ["test:a"], "2021", now)
    compute = requests.computing.compute

    def meanwhile(*given: object) -> object:
        requests.ask(what, ["test:a"], "2021", now + timedelta(seconds=1))
        return compute(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(requests.computing, "compute", meanwhile)
    requests.drain(now)
    assert Request.objects.get().asked_at == now + timedelta(seconds=1)
