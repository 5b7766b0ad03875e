from __future__ import annotations

from datetime import date

import pytest

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import RowError
from anju.packs.heating import figures as module
from anju.packs.heating.figures import UNITS, figures, load

TEXT = rulebooks.packaged(module.SOURCE)


def test_every_known_figure_has_a_row_with_its_ground() -> None:
    rows = load(TEXT)
    assert [row.code for row in rows] == list(UNITS)
    assert all(row.basis and row.name for row in rows)


def test_what_nobody_compared_with_its_text_says_so() -> None:
    assert not any(row.verified for row in load(TEXT))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "indoor_design"', 'code = "indoor"', "没有"),
        ('unit = "℃·d"', 'unit = "K"', "单位"),
        ('value = "2850"', "value = 2850", "带引号"),
        ('value = "2850"', 'value = "NaN"', "带引号"),
        ('value = "2850"', 'value = "1e99"', "太大"),
        ("verified = false", 'verified = "no"', "verified"),
    ],
)
def test_a_badly_written_row_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(RowError, match=said):
        load(TEXT.replace(old, new, 1))


def test_a_day_before_all_rows_has_no_figures() -> None:
    with pytest.raises(RowError, match="indoor_design"):
        figures(date(1990, 1, 1)).number("indoor_design")
