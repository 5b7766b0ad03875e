"""What the README files promise exists."""

from __future__ import annotations

import re

import click
import pytest

from anju.cli import cli
from house import repository as repo

READMES = ["README.md", "README.zh-CN.md"]


def commands(name: str) -> list[list[str]]:
    """Words of each ``make`` and ``anju`` line in the code blocks of a README."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", (repo.ROOT / name).read_text(encoding="utf-8"), re.S)
    lines = [line.split("#")[0].split() for block in blocks for line in block.splitlines()]
    return [
        [words[0].rpartition("/")[2], *words[1:]]
        for words in lines
        if words and words[0].endswith(("make", "anju"))
    ]


@pytest.mark.parametrize("name", READMES)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (repo.ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {words[1] for words in commands(name) if words[0] == "make"}
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("name", READMES)
def test_commands_exist(name: str) -> None:
    named = [words[1:] for words in commands(name) if words[0] == "anju"]
    assert named
    for words in named:
        command: click.Command = cli
        while isinstance(command, click.Group):
            found = command.get_command(click.Context(command), words[0])
            assert found, words
            command, words = found, words[1:]


@pytest.mark.parametrize("name", READMES)
def test_links_lead_to_files(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (repo.ROOT / name).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (repo.ROOT / link).exists()] == []
