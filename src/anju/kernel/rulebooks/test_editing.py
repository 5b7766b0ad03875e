from __future__ import annotations

import difflib
from datetime import date

import pytest

from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import editing, rows
from anju.kernel.rulebooks.conftest import TEXT
from anju.kernel.rulebooks.editing import TypedError


def typed(book: Rulebook, key: str, **given: str) -> dict[str, str]:
    """What the form of a part holds, with some of it typed anew."""
    part = editing.part_of(TEXT, key)
    assert part is not None
    return {each.key: each.typed for each in editing.inputs(TEXT, part, book)} | given


def diff(new: str) -> list[str]:
    lines = difflib.unified_diff(TEXT.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


@pytest.mark.parametrize("key", ["defaults", "fee.0", "fee.1"])
def test_what_is_typed_unchanged_leaves_every_byte(book: Rulebook, key: str) -> None:
    assert editing.changed(TEXT, key, typed(book, key), book) == TEXT


def test_values_are_typed_as_text_with_labels_for_keys(book: Rulebook) -> None:
    held = typed(book, "fee.0")
    assert held["rates"] == "小件 = 2\n大件+特大件 = 3"
    assert held["steps"] == "10\n20"
    assert (held["days"], held["verified"], held["valid_to"]) == ("30", "", "")
    assert held["floor"] == ""  # a default that this row does not set for itself


def test_only_what_differs_is_written_and_comments_stay(book: Rulebook) -> None:
    given = typed(book, "fee.1", name="乙改", rates="小件 = 5\r\nlarge ＝ 6", days="45", floor="2")
    assert diff(editing.changed(TEXT, "fee.1", given, book)) == [
        '-name = "乙" # by word of mouth',
        '-rates = { small = "4" }',
        '+name = "乙改" # by word of mouth',
        '+rates = {small = "5", large = "6"}',
        "-days = 30",
        "+days = 45",
        '+floor = "2"',
    ]


def test_an_optional_key_goes_when_it_is_emptied(book: Rulebook) -> None:
    with_end = editing.changed(TEXT, "fee.0", typed(book, "fee.0", valid_to="2022-12-31"), book)
    assert "+valid_to = 2022-12-31" in diff(with_end)
    part = editing.part_of(with_end, "fee.0")
    assert part is not None
    assert part.values["valid_to"] == date(2022, 12, 31)
    assert editing.changed(with_end, "fee.0", typed(book, "fee.0", valid_to=""), book) == TEXT


@pytest.mark.parametrize("key", ["fee.0", "fee.1"])
def test_a_row_that_follows_ends_the_old_one_on_the_day_before(book: Rulebook, key: str) -> None:
    given = typed(book, key, valid_from="2024-03-01", valid_to="", days="60")
    new = editing.continued(TEXT, key, given, book)
    number = int(key[-1])
    found = [part.values for part in rows.parts(new) if part.is_row]
    assert len(found) == 3
    # 2024 is a leap year: the day before 1 March is 29 February.
    assert (found[number]["valid_to"], found[number]["days"]) == (date(2024, 2, 29), 30)
    assert (found[number + 1]["valid_from"], found[number + 1]["days"]) == (date(2024, 3, 1), 60)
    assert "valid_to" not in found[number + 1]
    assert "\n\n[[fee]]" in new.split("valid_to = 2024-02-29")[1]


def test_a_row_that_has_ended_keeps_its_end(book: Rulebook) -> None:
    ended = editing.changed(TEXT, "fee.0", typed(book, "fee.0", valid_to="2022-12-31"), book)
    new = editing.continued(ended, "fee.0", typed(book, "fee.0", valid_from="2024-01-01"), book)
    assert [part.values.get("valid_to") for part in rows.parts(new) if part.is_row] == [
        date(2022, 12, 31),
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("given", "key", "sentence"),
    [
        ({"days": "三十"}, "days", "“三十”不是数。"),
        ({"rates": "小件 5"}, "rates", "“小件 5”没有等号。"),
        ({"rates": "小件 = 5\nsmall = 6"}, "rates", "“small”写了两次。"),
        ({"valid_from": "明天"}, "valid_from", "“明天”不是日期。"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_key(
    book: Rulebook, given: dict[str, str], key: str, sentence: str
) -> None:
    with pytest.raises(TypedError) as caught:
        editing.changed(TEXT, "fee.0", typed(book, "fee.0", **given), book)
    assert (caught.value.key, caught.value.sentence) == (key, sentence)
    assert caught.value.next_step


@pytest.mark.parametrize(("since", "sentence"), [("", "没有写生效日期。"), ("2020-01-01", "新的一行要晚于")])
def test_a_row_follows_only_later(book: Rulebook, since: str, sentence: str) -> None:
    with pytest.raises(TypedError, match=sentence):
        editing.continued(TEXT, "fee.0", typed(book, "fee.0", valid_from=since), book)
