"""Figures of a small survey worked by hand, and as indicators that are replayed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import sqrt

import pytest
from django.utils import timezone

from anju.kernel import packs
from anju.kernel.indicators import computing, kernel, requests
from anju.kernel.indicators.models import Definition, Value
from anju.kernel.indicators.subjects import named
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.measuring import indicators, results
from anju.kernel.surveys.models import Survey
from anju.kernel.surveys.testing import NOW, QUESTIONS, answered, survey_of

pytestmark = pytest.mark.django_db
OVERALL, AGE = QUESTIONS[0], QUESTIONS[1]
LATER = NOW + timedelta(days=30)


@pytest.fixture
def survey() -> Survey:
    """甲 (900 households): 4 very satisfied, 4 satisfied, 2 neutral; 乙 (100): 3 satisfied, 6 dissatisfied, 1 unsure."""
    made = survey_of()
    grades = {
        "甲": ["very_satisfied"] * 4 + ["satisfied"] * 4 + ["neutral"] * 2,
        "乙": ["satisfied"] * 3 + ["dissatisfied"] * 6 + ["dont_know"],
    }
    for stratum, said in grades.items():
        for place, grade in enumerate(said, 1):
            answered(made, stratum, place, grade, "old" if place % 2 else "young")
    return made


def test_rate_and_mean_are_weighted_by_strata(survey: Survey) -> None:
    on = results.basis(survey)
    found = results.result(on, OVERALL, least=10)
    # Weights 900/10 and 100/10, scaled: 1.8 and 0.2. Satisfied 8·1.8 + 3·0.2 = 15; valid 10·1.8 + 9·0.2 = 19.8.
    assert found.rate is not None
    assert found.mean is not None
    assert found.n == 19
    assert found.rate.weighted.numerator == pytest.approx(15)
    assert found.rate.weighted.denominator == pytest.approx(19.8)
    assert found.rate.plain.value == pytest.approx(11 / 19)
    # (1.8·(400 + 320 + 120) + 0.2·(240 + 240))/19.8; 1,320/19
    assert found.mean.weighted.value == pytest.approx(1608 / 19.8)
    assert found.mean.plain.value == pytest.approx(1320 / 19)
    # 20·(10·3.24 + 10·0.04)/400
    assert on.deff == pytest.approx(1.64)
    # Of 20 sheets one does not know: 0.2/20 weighted, 1/20 plain
    assert found.unknown.weighted.value == pytest.approx(0.01)
    assert found.unknown.plain.value == pytest.approx(0.05)


def test_the_error_is_that_of_the_linearised_ratio(survey: Survey) -> None:
    found = results.result(results.basis(survey), OVERALL, least=10)
    ratio = 15 / 19.8
    a = [1.8 * (y - ratio) / 19.8 for y in [1.0] * 8 + [0.0] * 2]
    b = [0.2 * (y - ratio) / 19.8 for y in [1.0] * 3 + [0.0] * 6] + [0.0]
    variance = sum(10 / 9 * sum((z - sum(zs) / 10) ** 2 for z in zs) for zs in (a, b))
    assert found.rate is not None
    assert found.rate.weighted.error == pytest.approx(sqrt(variance))


def test_the_distribution_counts_valid_answers_only(survey: Survey) -> None:
    found = results.result(results.basis(survey), OVERALL, least=10)
    assert {choice.code: choice.n for choice in found.choices} == {
        "very_satisfied": 4,
        "satisfied": 7,
        "neutral": 2,
        "dissatisfied": 6,
        "very_dissatisfied": 0,
    }
    assert sum(choice.share.weighted.value or 0 for choice in found.choices) == pytest.approx(1)
    assert found.choices[0].share.weighted.value == pytest.approx(4 * 1.8 / 19.8)


def test_a_stratum_with_too_few_valid_answers_is_not_shown(survey: Survey) -> None:
    parts = {part.name: part for part in results.result(results.basis(survey), OVERALL, least=10).parts}
    assert parts["乙"].n == 9
    assert parts["乙"].rate is parts["乙"].mean is None
    assert parts["甲"].rate is not None
    assert parts["甲"].rate.weighted.value == pytest.approx(0.8)


def test_margins_rake_the_weights() -> None:
    survey = survey_of(margins={"age": {"young": 600, "old": 400}})
    for place in range(1, 11):
        answered(survey, "甲", place, "satisfied", "old" if place > 2 else "young")
        answered(survey, "乙", place, "neutral", "old" if place > 5 else "young")
    on = results.basis(survey)
    young = sum(w for row, w in zip(on.rows, on.weights, strict=True) if row.answers["age"] == "young")
    first = sum(w for row, w in zip(on.rows, on.weights, strict=True) if row.stratum == "甲")
    assert (young, first) == (pytest.approx(12, abs=1e-6), pytest.approx(18, abs=1e-6))


def test_nothing_answered_is_not_nought() -> None:
    found = results.result(results.basis(survey_of()), OVERALL, least=1)
    assert found.rate is not None
    assert found.rate.weighted.value is None
    assert found.parts[0].rate is None


def test_every_kernel_indicator_leads_to_a_function() -> None:
    assert all(callable(packs.resolve(one.compute)) for one in kernel.INDICATORS)
    known = set(Definition.objects.values_list("code", "version"))
    assert {(one.code, one.version) for one in kernel.INDICATORS} <= known


def test_the_figures_become_values_that_are_replayed(survey: Survey) -> None:
    closed = timezone.now()
    fieldwork.close(survey, actor="甲", now=closed)
    assert requests.drain(closed) == 2
    subject = indicators.subject_of(survey.asked.get())
    rate, mean = (
        Value.objects.current().get(code=code, subject=subject) for code in (indicators.RATE, indicators.MEAN)
    )
    assert (rate.numerator, rate.denominator) == (Decimal("15"), Decimal("19.8"))
    assert rate.number == Decimal("0.7575757576")
    # 19 valid answers of 20 drawn
    assert rate.coverage == Decimal("0.9500")
    assert rate.organisation == survey.owner
    # 1,608/19.8, a plain number
    assert (mean.number, mean.denominator) == (Decimal("81.21212121"), 1)
    assert named([subject])[subject].words == "试用调查：总体满意吗？"
    assert named([subject])[subject].address == f"/surveys/questions/{survey.asked.get().pk}/"
    # A sheet taken out later changes the figure, and the earlier one can still be computed again.
    out = survey.responses.get(invitation__stratum__name="甲", invitation__position=1)
    gone = fieldwork.invalidate(out, "不是本户所填", actor="乙", now=timezone.now())
    assert requests.drain(timezone.now()) == 2
    rate.refresh_from_db()
    assert rate.superseded_at is not None
    new = Value.objects.current().get(code=indicators.RATE, subject=subject)
    # weights 900/9 and 100/10 over 19 sheets: 7·100 + 3·10 of 9·100 + 9·10
    assert new.number == Decimal("0.7373737374")
    assert gone.superseded_at is None
    for value in (rate, mean, new):
        same, _ = computing.replay(value)
        assert same, value


def test_a_survey_without_answers_says_why_there_is_no_figure() -> None:
    survey = fieldwork.close(survey_of(), actor="甲", now=LATER)
    requests.drain(LATER)
    value = Value.objects.get(code=indicators.RATE)
    assert (value.number, value.reason) == (None, "没有有效答卷")
    assert value.coverage == 0
    assert survey.asked.count() == 1


def test_another_period_has_no_figure(survey: Survey) -> None:
    what = computing.definition(indicators.RATE, "1")
    subject = indicators.subject_of(survey.asked.get())
    assert computing.measure(what, [subject], "2020")[subject].reason == "没有数据"
