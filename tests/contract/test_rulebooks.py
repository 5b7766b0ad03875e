"""What every rulebook of the kernel or an enabled pack keeps: the pack reads its text, the pages show it, the pack obeys the one kept."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from anju import enabled
from anju.kernel import packs
from anju.kernel.inspections.figures import figures
from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import editing, kernel, rows
from anju.kernel.surveys.measuring.figures import figures as survey_figures
from anju.kernel.telemetry.registering.figures import figures as telemetry_figures
from anju.kernel.values import rulebooks
from anju.kernel.values.refusal import Refusal
from anju.kernel.works.judging.figures import figures as works_figures
from anju.packs.budget import sample
from anju.packs.budget.monitoring.grades import thresholds_for
from anju.packs.budget.plausible_costs import cost_ranges
from anju.packs.budget.scoring.schemes import schemes
from anju.packs.heating.accounts.scores import schemes as company_scores
from anju.packs.heating.figures import rows as heating_figures
from anju.packs.heating.season.calendar import rules as heating_stages

OF_PACKS = [book for _, book in packs.load(enabled.PACKS).rulebooks().values()]
BOOKS = [pytest.param(book, id=book.code) for book in (*OF_PACKS, *kernel.RULEBOOKS)]
# How each pack reads its rulebook: a text kept in its place must show here.
READERS: dict[str, Callable[[], object]] = {
    "budget.schemes": lambda: len(schemes()),
    "budget.grades": lambda: thresholds_for(date(2026, 1, 1)).term.since,
    "budget.costs": lambda: len(cost_ranges()),
    "heating.figures": lambda: len(heating_figures()),
    "heating.seasons": lambda: len(heating_stages()),
    "heating.scores": lambda: len(company_scores()),
    "inspections.figures": lambda: figures(date(2026, 1, 1)).valid_from,
    "telemetry.figures": lambda: telemetry_figures(date(2026, 1, 1)).valid_from,
    "works.figures": lambda: works_figures(date(2026, 1, 1)).valid_from,
    "survey.figures": lambda: survey_figures(date(2026, 1, 1)).valid_from,
}


@pytest.fixture(autouse=True)
def nobody_keeps() -> Iterator[None]:
    yield
    rulebooks.kept_by(None)


def test_every_rulebook_has_its_reader_here() -> None:
    assert set(READERS) == {param.id for param in BOOKS}


@pytest.mark.parametrize("book", BOOKS)
def test_each_row_is_typed_back_unchanged_and_its_follower_is_read(book: Rulebook) -> None:
    text = rulebooks.packaged(book.source)
    load = packs.resolve(book.load)
    found = rows.parts(text)
    for part in found:
        typed = {each.key: each.typed for each in editing.inputs(text, part, book)}
        assert editing.changed(text, part.key, typed, book) == text
        if part.is_row:
            new = editing.continued(text, part.key, typed | {"valid_from": "2025-07-01"}, book)
            assert len(load(new)) == len(load(text)) + 1
    keys = {key for part in found for key in part.values}
    assert keys | set(book.title) <= dict(book.labels).keys(), "a key without a label"


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("text", ["x = ", "x = 1", "[[row]]\nx = 1", "[[scheme]]", "[[grade]]"])
def test_a_text_that_is_wrong_is_refused_in_one_sentence(book: Rulebook, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        packs.resolve(book.load)(text)
    assert caught.value.sentence.count("。") == 1
    assert caught.value.next_step


ODD = [
    -1,
    0.5,
    True,
    "",
    "x",
    [],
    [1],
    [["80"]],
    {},
    {"a": ["b"]},
    [{"above": "1"}],
    date(2020, 1, 1),
    time(1),
]


@pytest.mark.parametrize("book", BOOKS)
def test_whatever_stands_where_a_value_was_is_read_or_refused(book: Rulebook) -> None:
    """Each value of the text in turn becomes something of another kind; nothing but a refusal may come of it."""
    load = packs.resolve(book.load)
    whole = tomlkit.parse(rulebooks.packaged(book.source)).unwrap()
    plain = {name: part[:1] if isinstance(part, list) else part for name, part in whole.items()}
    refused = 0
    for place in list(places(plain)):
        for odd in ODD:
            changed = deepcopy(plain)
            functools.reduce(lambda inside, key: inside[key], place[:-1], changed)[place[-1]] = odd
            try:
                load(tomlkit.dumps(changed))
            except Refusal:
                refused += 1
    assert refused > 50


def places(inside: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in tables and lists."""
    pairs = (
        inside.items() if isinstance(inside, dict) else enumerate(inside) if isinstance(inside, list) else ()
    )
    for key, value in pairs:
        yield (*path, key)
        yield from places(value, (*path, key))


@pytest.mark.parametrize("book", BOOKS)
def test_the_pack_obeys_the_text_that_is_kept(book: Rulebook) -> None:
    text, read = rulebooks.packaged(book.source), READERS[book.code]
    before = read()
    row = next(part for part in rows.parts(text) if part.is_row)
    typed = {each.key: each.typed for each in editing.inputs(text, row, book)} | {"valid_from": "2025-07-01"}
    rulebooks.kept_by({book.code: editing.continued(text, row.key, typed, book)}.get)
    assert read() != before
    rulebooks.kept_by(None)
    assert read() == before


def test_the_command_line_reviews_a_file_by_the_packaged_texts_without_django(tmp_path: Path) -> None:
    path = tmp_path / "样例.html"
    sample.build("html", path)
    script = (
        "import sys; from click.testing import CliRunner; from anju.packs.budget.commands import budget;"
        f"said = CliRunner().invoke(budget, ['check', {str(path)!r}, '--json']).output;"
        "print('unit_cost_implausible' in said, 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True False"
