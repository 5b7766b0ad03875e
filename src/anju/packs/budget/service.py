"""Reading and checking one file: what the command line, the page and the benchmarks call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anju.kernel.documents import read
from anju.packs.budget.checks import check
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.shape import Json, file_json, findings_json
from anju.packs.budget.targetfile import TargetFile


@dataclass(frozen=True, slots=True)
class Review:
    """One file, read and checked, in the shapes of ``anju budget read`` and ``anju budget check``."""

    file: Json
    findings: list[Json]


def read_file(path: Path) -> TargetFile:
    """Raises ``DocumentError`` for a file that cannot be read or holds no budget line."""
    return read_target_file(read(path))


def review(path: Path) -> Review:
    """Read and check; raises ``DocumentError``."""
    file = read_file(path)
    return Review(file_json(file), findings_json(check(file)))
