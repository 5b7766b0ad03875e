from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import RowError
from anju.packs.heating.season import calendar
from anju.packs.heating.season.calendar import Stage, season

TEXT = rulebooks.packaged(calendar.SOURCE)


def test_the_extension_of_2019_is_22_days_and_not_23() -> None:
    """Acceptance case of section 1: legal end 15 March, stop date 7 April, days 16 March to 6 April."""
    extension = season("2019/20").stages[-1]
    assert (extension.code, extension.start, extension.last_day) == (
        "extension",
        date(2020, 3, 16),
        date(2020, 4, 6),
    )
    assert extension.days == season("2019/20").days("extension") == 22
    assert date(2020, 4, 6) in extension
    assert date(2020, 4, 7) not in extension


@pytest.mark.parametrize(
    ("text", "days"), [("2018/19", 121), ("2019/20", 122), ("2020/21", 121), ("2023/24", 122)]
)
def test_the_legal_season_has_121_days_and_122_in_leap_years(text: str, days: int) -> None:
    assert season(text).days("legal") == days


def test_a_season_knows_its_days() -> None:
    whole = season("2019/20")
    assert (whole.first_day, whole.last_day, whole.days()) == (date(2019, 11, 15), date(2020, 4, 6), 144)
    assert whole.stage(date(2020, 3, 15)).code == "legal"  # type: ignore[union-attr]
    assert whole.stage(date(2020, 3, 16)).code == "extension"  # type: ignore[union-attr]
    assert whole.stage(date(2019, 11, 14)) is None


def test_a_row_of_one_season_goes_before_the_general_one() -> None:
    early = TEXT + (
        '[[stage]]\ncode = "legal"\nname = "提前"\nseason = "2021/22"\nstart = "2021-11-08"\nlast_day = "2022-03-15"\n'
        'document = "通知"\nverified = false\nvalid_from = 2021-11-01\n'
    )
    rows = calendar.load(early)
    assert season("2021/22", rows).first_day == date(2021, 11, 8)
    assert season("2020/21", rows).first_day == date(2020, 11, 15)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('last_day = "03-15"', 'last_day = "03-15"\nstop_day = "03-16"', "只写一个"),
        ('stop_day = "2020-04-07"', 'stop_day = "04-07"', "写法不对"),
        ('start = "11-15"', 'start = "11-31"', "写法不对"),
        ('stop_day = "2020-04-07"', 'stop_day = "2020-03-16"', "早于开始"),
        ('season = "2019/20"', 'season = "2019/21"', "不是采暖季"),
        ('code = "extension"', 'code = "longer"', "不认识"),
        ("verified = false", "verified = 1", "verified"),
    ],
)
def test_a_badly_written_row_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(RowError, match=said):
        calendar.load(TEXT.replace(old, new))


def test_stages_do_not_overlap() -> None:
    rows = calendar.load(TEXT.replace('start = "2020-03-16"', 'start = "2020-03-15"'))
    with pytest.raises(RowError, match="重叠"):
        season("2019/20", rows)


def test_a_season_without_rows_is_refused() -> None:
    ended = [replace(row, season="1999/00") for row in calendar.rules()]
    with pytest.raises(RowError, match="2021/22"):
        season("2021/22", ended)


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(2020, 3, 16), "2019/20"), (date(2019, 11, 15), "2019/20"), (date(2000, 1, 1), "1999/00")],
)
def test_the_season_of_a_day(day: date, text: str) -> None:
    assert calendar.season_of(day) == text


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 200))
def test_a_stage_contains_as_many_days_as_it_counts(start: date, days: int) -> None:
    stage = Stage(start, start + timedelta(days), "legal")
    around = [start + timedelta(n) for n in range(-3, days + 3)]
    assert sum(day in stage for day in around) == stage.days == days
