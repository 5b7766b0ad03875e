"""What a reader of the repository never meets: empty folders, traces of a machine, inline script."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from house import repository as repo

# Written so that this file does not contain what it forbids.
MACHINE = re.compile("|".join(["/" + name + "/" for name in ("root", "home", "work", "tmp")]))
REGISTRY = re.compile("|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "index" + "-url"]))
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.I)


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        for number, line in enumerate((repo.text_of(path) or "").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{repo.relative(path)}:{number}")
    return found


def test_no_empty_folders() -> None:
    ours = {folder for path in repo.files() for folder in path.parents}
    skipped = {"__pycache__"}
    roots = [repo.ROOT / name for name in ("src/anju", "tests", "tools")]
    folders = [path for root in roots for path in root.rglob("*") if path.is_dir()]
    assert [repo.relative(path) for path in folders if path not in ours and path.name not in skipped] == []


def test_no_file_names_a_machine() -> None:
    assert lines_with(MACHINE, list(repo.files())) == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_with(REGISTRY, list(repo.files())) == []


@pytest.mark.parametrize(
    "line",
    ["<script>go()</script>", "<p style='x'>", '<a onclick="go()">', "<style>", "<a href='javascript:go()'>"],
)
def test_the_inline_pattern_finds_what_the_policy_would_block(line: str) -> None:
    assert INLINE.search(line)


def test_pages_hold_no_inline_script_or_style() -> None:
    # What others wrote is looked at in a browser under our policy, not by its words.
    named = [path for path in repo.files() if path.suffix in (".html", ".svg", ".js")]
    pages = [path for path in named if "vendor" not in path.parts]
    assert pages
    assert not INLINE.search('<script src="theme.js"></script>')
    assert lines_with(INLINE, pages) == []


def test_functions_of_the_product_are_fully_annotated() -> None:
    bare = []
    for path in repo.SOURCE.rglob("*.py"):
        if not repo.is_test(path):
            bare += [
                f"{repo.relative(path)}::{name}"
                for name, node in repo.definitions(path)
                if not isinstance(node, ast.ClassDef) and not is_annotated(node)
            ]
    assert bare == []


def is_annotated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    arguments += [argument for argument in (node.args.vararg, node.args.kwarg) if argument]
    return node.returns is not None and all(
        argument.annotation or argument.arg in ("self", "cls") for argument in arguments
    )
