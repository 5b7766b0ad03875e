"""Each planted fault of the sample is found, and nothing is said of what is clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import samples
from anju.kernel.parties import sample as parties
from anju.kernel.surveys import sample
from anju.kernel.surveys.fieldwork import find
from anju.kernel.surveys.measuring import results
from anju.kernel.surveys.measuring.figures import figures
from anju.kernel.surveys.measuring.quality import Mark, marks
from anju.kernel.surveys.models import Invitation, Response, Standing, Survey

pytestmark = pytest.mark.django_db
DAY = date(2021, 9, 1)


@pytest.fixture(scope="module")
def surveyed(request: pytest.FixtureRequest) -> Iterator[Path]:
    with samples.of_module("surveyed", _build, request) as data:
        yield data


def _build() -> None:
    parties.build()
    sample.build()
    sample.build()


@pytest.fixture
def finished(surveyed: Path, db: None, settings: Any) -> Survey:
    settings.DATA = surveyed
    return Survey.objects.get(title=sample.FINISHED)


def at(finished: Survey, *places: int) -> set[str]:
    """The households at these places of the first stratum."""
    drawn = finished.invitations.filter(stratum__name="城北区").order_by("position")
    keys = list(drawn.values_list("key", flat=True))
    return {keys[place] for place in places}


def test_the_sample_is_the_same_everywhere(finished: Survey) -> None:
    # The first household of the draw, by `printf '%s:%s' anju-2021-wuye 城北区-00027 | sha256sum`
    assert Invitation.objects.get(survey=finished, stratum__name="城北区", position=1).key == "城北区-00027"
    sizes = dict(finished.strata.order_by("name").values_list("name", "sampled"))
    # 480 of 1,000 in the frame (460, 370, 155, 15), at least 15 each: the island whole, then 465 over 985
    assert sizes == {"城北区": 217, "城南区": 175, "望湖区": 73, "月亮岛旅游区": 15}


def test_each_planted_sheet_is_marked_and_no_other(finished: Survey) -> None:
    told, questions = figures(DAY), finished.version.questions
    found: dict[str, set[str]] = {}
    for response in Response.objects.current().filter(survey=finished).select_related("invitation"):
        for mark in marks(questions, response.answers, response.seconds, told):
            found.setdefault(mark, set()).add(response.invitation.key)
    assert found == {
        Mark.TOO_QUICK: at(finished, sample.PLANTED.quick),
        Mark.ALL_ALIKE: at(finished, sample.PLANTED.alike),
    }


def test_second_answers_and_the_invalid_one_do_not_count(finished: Survey) -> None:
    now = Response.objects.current().filter(survey=finished)
    repeated = now.filter(standing=Standing.REPEATED).values_list("invitation__key", flat=True)
    assert set(repeated) == at(finished, *sample.PLANTED.repeated)
    invalid = now.get(standing=Standing.INVALID)
    assert {invalid.invitation.key} == at(finished, sample.PLANTED.invalid)
    assert "不是该户住户" in invalid.reason
    # 150 + 130 + 60 + 15, less the invalid one
    assert Counter(now.values_list("standing", flat=True)) == {"counted": 354, "repeated": 2, "invalid": 1}


def test_only_the_small_stratum_is_not_shown(finished: Survey) -> None:
    on = results.basis(finished)
    shown = results.result(on, finished.version.questions[0], figures(DAY).least_answers)
    assert {part.name for part in shown.parts if part.rate is None} == {"月亮岛旅游区"}
    assert shown.rate is not None
    assert shown.rate.weighted.error is not None


def test_the_running_survey_has_a_link_for_a_household_and_one_for_anybody(finished: Survey) -> None:
    survey = Survey.objects.get(title=sample.RUNNING)
    by_household, by_anybody = find(sample.LINK), find(sample.OPEN_CODE)
    assert by_household is not None
    assert by_household[0] == survey
    assert by_household[1] is not None
    assert by_anybody == (survey, None)
    assert results.basis(survey).others == Counter()
