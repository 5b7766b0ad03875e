from __future__ import annotations

from collections.abc import Iterator

import pytest

from anju.kernel.values import rulebooks

SOURCE = "anju.packs.budget.monitoring/grades.toml"


@pytest.fixture(autouse=True)
def nobody_keeps() -> Iterator[None]:
    yield
    rulebooks.kept_by(None)


def test_the_packaged_text_holds_until_a_keeper_has_another() -> None:
    packaged = rulebooks.in_force("town.grades", SOURCE)
    assert "[[grade]]" in packaged
    rulebooks.kept_by({"town.fees": "x = 1"}.get)
    assert rulebooks.in_force("town.fees", SOURCE) == "x = 1"
    assert rulebooks.in_force("town.grades", SOURCE) == packaged
    rulebooks.kept_by(None)
    assert rulebooks.in_force("town.fees", SOURCE) == packaged


def test_an_empty_text_is_a_text() -> None:
    rulebooks.kept_by({"town.fees": ""}.get)
    assert rulebooks.in_force("town.fees", SOURCE) == ""
