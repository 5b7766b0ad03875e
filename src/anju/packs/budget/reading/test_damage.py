"""Text with lines and cells missing, doubled or out of order: refused or read, and nothing made up."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.documents import DocumentError, read_text
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.reading.test_forms import LAYOUTS, PROJECTS
from anju.packs.budget.reading.test_writers import TEXTS, TITLE, Writer, pipe_table

CELLS = ("level1", "level2", "name", "description", "basis", "weight", "actual", "score")


@cache
def lines_of(write: Writer, layout: str) -> tuple[str, ...]:
    with TemporaryDirectory() as folder:
        forms = [LAYOUTS[layout](project) for project in PROJECTS[:2]]
        path = write(Path(folder) / "form", ["三、保障措施", "（一）养护\n补植60处。", TITLE, *forms])
        return tuple(path.read_text("utf-8").split("\n"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def is_from(value: str, text: str) -> bool:
    """Whether a value stands in the text, or is put together from sign, figure and unit that do."""
    value = squeezed(value)
    cuts = range(len(value) + 1)
    return value in text or any(
        all(part in text for part in (value[:a], value[a:b], value[b:])) for a in cuts for b in cuts
    )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([*TEXTS, pipe_table]),
    st.sampled_from(["regular", "three_columns", "national", "self_evaluation", "side_by_side"]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 6)), max_size=6),
    st.sampled_from(["drop", "double", "swap", "blank"]),
)
def test_damaged_text_is_read_or_refused(
    write: Writer, layout: str, places: list[tuple[int, int]], how: str
) -> None:
    lines = list(lines_of(write, layout))
    for place, count in places:
        at = place % max(1, len(lines))
        part = lines[at : at + count]
        lines[at : at + count] = {
            "drop": [],
            "double": part * 2,
            "swap": part[::-1],
            "blank": [""] * len(part),
        }[how]
    check("\n".join(lines))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(st.integers(0, 100_000), max_size=12))
def test_text_with_characters_missing_is_read_or_refused(write: Writer, places: list[int]) -> None:
    text = "\n".join(lines_of(write, "regular"))
    for place in places:
        at = place % len(text)
        text = text[:at] + text[at + 1 :]
    check(text)


def check(text: str) -> None:
    try:
        file = read_target_file(read_text(text, "a.txt"))
    except DocumentError:
        return
    plain = squeezed(text)
    for line in file.lines:
        assert all(squeezed(part) in plain for part in line.goal.text.split("\n"))
        for target in line.targets:
            for kind in CELLS:
                assert squeezed(getattr(target, kind).text) in plain
            assert is_from(target.value.text, plain)


@pytest.mark.parametrize(
    "text",
    [
        "一级指标\t二级指标\n",
        "项目名称",
        "一级指标 二级指标 三级指标 指标值",
        "||\n|\n|",
        "801002 某某局",
        "……",
    ],
)
def test_text_without_a_project_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_target_file(read_text(text, "a.txt"))
    assert error.value.next_step
