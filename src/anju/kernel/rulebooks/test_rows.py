from __future__ import annotations

from datetime import date

import pytest

from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import rows
from anju.kernel.rulebooks.conftest import TEXT
from anju.kernel.rulebooks.rows import Change, Difference, Part


def test_parts_are_the_rows_and_the_tables_beside_them(book: Rulebook) -> None:
    parts = rows.parts(TEXT)
    assert [(part.key, part.is_row) for part in parts] == [
        ("defaults", False),
        ("fee.0", True),
        ("fee.1", True),
    ]
    assert rows.title(parts[1], book) == "甲"
    assert rows.words(parts[1].values["rates"], book) == "小件 2，大件+特大件 3"
    assert rows.words([{"small": "1"}, {"large": "2"}], book) == "小件 1；大件 2"


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2020, 12, 31), "to_come"),
        (date(2021, 1, 1), "in_force"),
        (date(2021, 6, 30), "in_force"),
        (date(2021, 7, 1), "ended"),
    ],
)
def test_both_days_of_a_term_are_in_force(on: date, state: str) -> None:
    assert Part("x.0", {"valid_from": date(2021, 1, 1), "valid_to": date(2021, 6, 30)}).state(on) == state


def test_a_table_without_days_has_no_state() -> None:
    assert Part("defaults", {"floor": "1"}).state(date(2021, 1, 1)) == ""


def test_changes_name_the_row_and_tell_a_new_one_against_the_one_it_continues(book: Rulebook) -> None:
    ended = TEXT.replace("2020-01-01\n", "2020-01-01\nvalid_to = 2023-12-31\n")
    row = ended.split("[[fee]]")[1].replace("valid_to = 2023-12-31\n", "")
    new = f"{ended}\n[[fee]]{row}".rstrip().rsplit("2020-01-01", 1)
    assert rows.changes(TEXT, "2024-01-01\n".join(new).replace('"4"', '"5"'), book) == [
        Change("甲（2020-01-01起）", "changed", (Difference("失效日期", None, "2023-12-31"),)),
        Change("乙（2021-01-01起）", "changed", (Difference("费率", "小件 4", "小件 5"),)),
        Change("甲（2024-01-01起）", "new", (Difference("生效日期", "2020-01-01", "2024-01-01"),)),
    ]


def test_a_row_that_is_gone_and_a_comment_that_changed(book: Rulebook) -> None:
    assert rows.changes(TEXT, TEXT.rsplit("[[fee]]", 1)[0], book) == [
        Change("乙（2021-01-01起）", "gone", ())
    ]
    assert rows.changes(TEXT, TEXT.replace("never below", "no less"), book) == []
