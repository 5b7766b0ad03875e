from __future__ import annotations

import pytest
from django.utils import timezone

from anju.kernel.indicators import computing
from anju.kernel.indicators.crosswalks import Stretch, stretches, trend
from anju.kernel.indicators.models import Crosswalk, Definition
from anju.kernel.indicators.testing import define

pytestmark = pytest.mark.django_db


def link(code: str, version: str, relation: str, following: str = "", next_version: str = "") -> None:
    Crosswalk.objects.create(
        code=code, version=version, relation=relation, next_code=following, next_version=next_version
    )


def test_a_trend_goes_on_over_a_new_name_and_breaks_at_a_new_meaning() -> None:
    """H01 is renamed in 2023 and means something else from 2024 on; it is dropped in 2025."""
    link("H01", "2021", "renamed", "H1", "2023")
    link("H1", "2023", "redefined", "H1", "2024")
    link("H1", "2024", "dropped")
    assert stretches("H01", "2021") == [
        Stretch("H01", "2021", False),
        Stretch("H1", "2023", True),
        Stretch("H1", "2024", False),
    ]


def test_a_circle_ends() -> None:
    link("a", "1", "same", "b", "1")
    link("b", "1", "same", "a", "1")
    assert [s.code for s in stretches("a", "1")] == ["a", "b"]


def test_figures_of_one_run_may_be_drawn_as_one_line() -> None:
    now = timezone.now()
    for version, period in (("3", "2023"), ("2", "2022"), ("1", "2021")):
        what = define()
        Definition.objects.filter(pk=what.pk).update(version=version)
        what.refresh_from_db()
        computing.compute(what, ["test:a"], period, now)
    link("test.counted", "1", "same", "test.counted", "2")
    link("test.counted", "2", "redefined", "test.counted", "3")
    runs = trend("test.counted", "1", "test:a")
    assert [[value.period for value in run] for run in runs] == [["2021", "2022"], ["2023"]]
