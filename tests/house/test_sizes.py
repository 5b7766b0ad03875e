"""Sizes that keep a file readable in one sitting: code rots in the tail, so the tail is limited."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from house import repository as repo

FILE, FUNCTION, CLASS, PARAMETERS, FOLDER = 400, 50, 200, 6, 1500
SIZED = {".py", ".html", ".css", ".js"}

# Subject (as the tests name it) and why it may be larger. An entry that is no longer needed fails.
EXCEPTIONS: dict[str, str] = {}


def excess() -> dict[str, str]:
    """Everything over its limit, by subject, with the measure in words."""
    return oversized_files() | oversized_definitions() | oversized_folders()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def oversized_files() -> dict[str, str]:
    sized = [path for path in repo.files() if path.suffix in SIZED and "migrations" not in path.parts]
    return {repo.relative(path): f"{lines_of(path)} lines" for path in sized if lines_of(path) > FILE}


def oversized_definitions() -> dict[str, str]:
    found = {}
    for path in repo.python_files():
        if "migrations" in path.parts:
            continue
        for name, node in repo.definitions(path):
            fault = definition_fault(node)
            if fault:
                found[f"{repo.relative(path)}::{name}"] = fault
    return found


def definition_fault(node: repo.Definition) -> str | None:
    length = (node.end_lineno or 0) - node.lineno + 1
    if isinstance(node, ast.ClassDef):
        return f"{length} lines" if length > CLASS else None
    if length > FUNCTION:
        return f"{length} lines"
    arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    own = [argument for argument in arguments if argument.arg not in ("self", "cls")]
    return f"{len(own)} parameters" if len(own) > PARAMETERS else None


def oversized_folders() -> dict[str, str]:
    """Each folder's own Python files, without tests and migrations."""
    totals: Counter[str] = Counter()
    for path in repo.python_files():
        if not repo.is_test(path) and "migrations" not in path.parts:
            totals[repo.relative(path.parent) + "/"] += lines_of(path)
    return {folder: f"{total} lines" for folder, total in totals.items() if total > FOLDER}


def test_nothing_is_larger_than_its_limit() -> None:
    found = excess()
    assert {subject: found[subject] for subject in found if subject not in EXCEPTIONS} == {}


def test_every_exception_is_still_needed() -> None:
    assert [subject for subject in EXCEPTIONS if subject not in excess()] == []


def test_the_measure_sees_a_long_function_and_many_parameters() -> None:
    long = ast.parse("def f():\n" + "    x = 1\n" * 50).body[0]
    wide = ast.parse("def f(self, a, b, c, d, e, *, f, g): ...").body[0]
    good = ast.parse("def f(self, a, b, c, d, e, *, f): ...").body[0]
    assert [definition_fault(node) for node in (long, wide, good)] == ["51 lines", "7 parameters", None]
