"""A small target file without a fault, and the same file with exactly one."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from anju.kernel.documents import read_text
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.targetfile import TargetFile

_FILES = resources.files(__package__)


def clean() -> TargetFile:
    """Five lines of all common kinds, on which no rule has anything to say."""
    return _read(_clean_text())


def planted(code: str) -> TargetFile:
    """The clean file with one fault that the rule ``code`` must find; ``KeyError`` for an unknown rule."""
    text = _clean_text()
    for old, new in _faults()[code]["change"]:
        if text.count(old) != 1:
            raise ValueError(f"{code}: {old!r} stands {text.count(old)} times in the clean file")
        text = text.replace(old, new)
    return _read(text)


def honest_echoes(code: str) -> frozenset[str]:
    """Other rules that the fault planted for ``code`` trips too, with reason."""
    return frozenset(_faults()[code].get("echoes", {}))


def _clean_text() -> str:
    return _FILES.joinpath("clean.txt").read_text("utf8")


@cache
def _faults() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILES.joinpath("faults.toml").read_text("utf8"))


def _read(text: str) -> TargetFile:
    return read_target_file(read_text(text, "clean.txt"))
