from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from anju.kernel.indicators import computing
from anju.kernel.indicators.models import Crosswalk, Evidence, Ground, Value
from anju.kernel.indicators.testing import define, observe

pytestmark = pytest.mark.django_db
D = Decimal


def later() -> datetime:
    return timezone.now() + timedelta(seconds=1)


def test_a_value_keeps_both_sides_its_coverage_and_its_evidence() -> None:
    observe("a", "x")
    observe("a", "y")
    now = later()
    value = computing.compute(define(), ["test:a"], "2021", now)[0]
    assert (value.number, value.numerator, value.denominator, value.coverage) == (D("0.2"), 2, 10, D("0.5"))
    assert (value.ground, value.reason) == (Ground.MEASURED, "")
    proof = Evidence.objects.get()
    assert (proof.query, proof.version, proof.parameters) == (
        "test.counted",
        "1",
        {"subject": "test:a", "period": "2021"},
    )
    assert (proof.watermark, proof.row_count, len(proof.digest)) == (now, 2, 64)


def test_the_same_rows_give_no_new_value_and_other_rows_supersede_the_old() -> None:
    what = define()
    observe("a", "x")
    first = computing.compute(what, ["test:a"], "2021", later())[0]
    assert computing.compute(what, ["test:a"], "2021", later())[0].pk == first.pk
    observe("a", "y")
    second = computing.compute(what, ["test:a"], "2021", later())[0]
    first.refresh_from_db()
    assert (first.superseded_at, first.number, second.number) == (second.recorded_at, D("0.1"), D("0.2"))
    assert Value.objects.count() == Evidence.objects.count() == 2


def test_evidence_is_replayed_as_of_its_watermark_and_shows_what_was_changed_behind_it() -> None:
    what = define()
    observe("a", "x")
    value = computing.compute(what, ["test:a"], "2021", timezone.now())[0]
    observe("a", "y")
    same, found = computing.replay(value)
    assert (same, found.numerator) == (True, 1)
    Crosswalk.objects.filter(next_code="x").update(next_code="z")
    assert computing.replay(value)[0] is False


def test_without_data_it_is_not_assessable_never_nought() -> None:
    value = computing.compute(define(), ["test:unknown"], "2021", later())[0]
    assert (value.number, value.assessable, value.reason) == (None, False, "没有数据")


def test_a_formula_reads_values_of_the_same_subject_and_says_what_is_missing() -> None:
    computing.compute(define("test.a"), ["test:a", "test:b"], "2021", later())
    observe("a", "x")
    computing.compute(define("test.b"), ["test:a"], "2021", later())
    ratio = define("test.ratio", formula="a / b", inputs={"a": "test.a", "b": "test.b"})
    now = later()
    good, missing = computing.compute(ratio, ["test:a", "test:b"], "2021", now)
    assert (good.number, good.numerator, good.denominator) == (0, 0, D("0.1"))
    assert (missing.number, missing.reason) == (None, "缺少b")
    assert computing.replay(good)[0] is True


def test_an_unknown_definition_is_one_clear_error() -> None:
    with pytest.raises(computing.IndicatorError, match="没有指标test"):
        computing.definition("test.x", "9")


def test_the_past_is_not_touched_by_later_rows() -> None:
    observe("a", "x")
    assert (
        computing.measure(define(), ["test:a"], "2021", datetime(2020, 1, 1, tzinfo=UTC))["test:a"].numerator
        == 0
    )
