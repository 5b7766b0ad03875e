from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from anju.kernel.values import figures


@dataclass(frozen=True, slots=True)
class Limit:
    valid_from: date
    metres: int
    basis: str
    kind: str = ""
    valid_to: date | None = None


TEXT = """
[[limit]]
valid_from = 2020-01-01
valid_to = 2020-12-31
metres = 100
basis = "甲"
[[limit]]
valid_from = 2021-01-01
metres = 200
basis = "乙"
"""


def read(text: str) -> tuple[Limit, ...]:
    return figures.rows_of(figures.table(text, "limit"), Limit)


def test_the_row_of_a_day_holds_up_to_its_last_day() -> None:
    rows = read(TEXT)
    found = [figures.in_force(rows, date(*day)) for day in ((2019, 12, 31), (2020, 12, 31), (2021, 1, 1))]
    assert [row and row.metres for row in found] == [None, 100, 200]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[limit]]", "[[other]]", "没有"),
        ("[[limit]]", "[limit]", "."),
        ("metres = 200", "", "metres"),
        ("metres = 200", "metres = 200\nyards = 9", "yards"),
        ('"乙"', "7", "依据"),
        ("2021-01-01", "2021-01-01T00:00:00", "日期"),
        ("valid_to = 2020-12-31", "", "重叠"),
        ("2021-01-01", "2020-12-31", "重叠"),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(TEXT.replace(old, new))


def test_rows_of_different_things_may_hold_together() -> None:
    text = TEXT.replace("valid_to = 2020-12-31", 'kind = "a"')
    assert len(figures.rows_of(figures.table(text, "limit"), Limit, lambda row: row.kind)) == 2


def test_a_truth_value_is_no_number() -> None:
    assert figures.wholes(Limit(date(2020, 1, 1), 1, ""), ["metres"])
    for wrong in (True, 0, 1.0):
        assert not figures.wholes(Limit(date(2020, 1, 1), wrong, ""), ["metres"])  # type: ignore[arg-type]
