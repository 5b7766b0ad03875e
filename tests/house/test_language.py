"""Chinese is the language of every visible string, and each has its English in the catalogue."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from house import repository as repo

sys.path.insert(0, str(repo.ROOT / "tools"))
import catalogue

CHINESE = catalogue.CHINESE
# Where pages are made. Other parts speak on the command line or keep records, which are Chinese.
PAGES = (
    "src/anju/web/",
    "src/anju/kernel/access/",
    "src/anju/kernel/cases/",
    "src/anju/kernel/findings/models.py",
    "src/anju/packs/budget/pages/",
)
NOT_PAGES = (
    "commands.py",
    "sample.py",
    "sample/__init__.py",
    "demo.py",
    "serve.py",
    "apps.py",
    "registers/kernel.py",
    "places/registers.py",
    "checks.py",
    "families.py",
    "testing.py",
)
# A message says its parts by name, so that English may order them as it likes.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|{\w*[^{}]*}")
_MARKED = re.compile(
    r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%\s*translate .*?%}|{#.*?#}|{%\s*comment.*?endcomment\s*%}",
    re.S,
)


def test_templates_mark_every_chinese_word() -> None:
    bare = []
    for path in repo.files():
        if path.suffix == ".html":
            left = _MARKED.sub("", path.read_text("utf8")).replace("中文</button>", "")
            bare += [f"{repo.relative(path)}: {m}" for m in re.findall(r"[\u4e00-\u9fff]+", left)]
    assert bare == []


def test_the_pattern_sees_an_unmarked_word() -> None:
    assert not CHINESE.search(
        _MARKED.sub("", '<p>{% translate "甲" %}{% blocktranslate %}乙{% endblocktranslate %}')
    )
    assert CHINESE.search(_MARKED.sub("", '<p>{% translate "甲" %}乙</p>'))


def test_python_of_pages_marks_every_chinese_string() -> None:
    bare = []
    for path in repo.python_files():
        name = repo.relative(path)
        product = not repo.is_test(path) and "migrations" not in path.parts
        if product and name.startswith(PAGES) and not name.endswith(NOT_PAGES):
            bare += [f"{name}:{line}" for line in unmarked(path.read_text("utf8"))]
    assert bare == []


def unmarked(source: str) -> list[int]:
    """Lines with a Chinese string that is neither marked, nor a docstring, nor the name of a column."""
    tree = ast.parse(source)
    allowed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            allowed.add(id(node.value))
        if isinstance(node, ast.Call) and _function(node) in (*catalogue.MARKS, *NAMED_ELSEWHERE):
            allowed.update(id(child) for child in ast.walk(node))
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") in NAMED_BY_TOOL for t in node.targets):
            allowed.update(id(child) for child in ast.walk(node))
        if isinstance(node, ast.Assign) and any(
            getattr(t, "id", "").startswith("verbose_name") for t in node.targets
        ):
            allowed.update(id(child) for child in ast.walk(node))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(node.value)
        and id(node) not in allowed
    ]


# Calls whose words are shown to nobody (names of model fields; complaints to the writer of a descriptor) or are
# read from the descriptor by the catalogue's tool.
NAMED_ELSEWHERE = (
    "CharField", "TextField", "DateTimeField", "DateField", "BooleanField", "JSONField", "ForeignKey", "BigIntegerField",
    "UUIDField", "ManyToManyField", "IntegerField", "PositiveSmallIntegerField", "PositiveIntegerField",
    "EncryptedTextField", "GenericIPAddressField", "OneToOneField", "BinaryField",
    "PackError", "Permission", "Register", "Page", "CaseType",
)  # fmt: skip
NAMED_BY_TOOL = ("KERNEL_PAGES", "OFFICE")


def _function(node: ast.Call) -> str:
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


@pytest.mark.parametrize(
    ("source", "found"),
    [('x = "甲"', [1]), ('x = gettext("甲")', []), ('"""甲"""', []), ('f(f"{x}甲")', [1])],
)
def test_the_check_sees_an_unmarked_string(source: str, found: list[int]) -> None:
    assert unmarked(source) == found


@pytest.fixture(scope="module")
def wanted() -> set[str]:
    catalogue.setup()
    return catalogue.messages()


def test_the_catalogue_holds_just_the_words_of_the_product(wanted: set[str]) -> None:
    assert {m.id for m in catalogue.read() if m.id} == wanted, "run make catalogue"


def test_every_message_has_english_with_the_same_parts() -> None:
    faults = []
    for message in catalogue.read():
        if message.id:
            text = str(message.string)
            parts = sorted(PLACEHOLDER.findall(str(message.id)))
            if not text or CHINESE.search(text) or sorted(PLACEHOLDER.findall(text)) != parts:
                faults.append(message.id)
    assert faults == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    from babel.messages.mofile import read_mo

    with Path(catalogue.CATALOGUE).with_suffix(".mo").open("rb") as file:
        compiled = {m.id: m.string for m in read_mo(file) if m.id}
    assert compiled == {m.id: m.string for m in catalogue.read() if m.id and m.string}
