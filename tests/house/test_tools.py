"""Linting, format, types and imports, as tests: one run and one summary line say whether the house stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from house import repository as repo

BIN = Path(sys.executable).parent


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=repo.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("check",), ("format", "--check")], ids=["lint", "format"])
def test_ruff(arguments: tuple[str, ...]) -> None:
    run(str(BIN / "ruff"), *arguments, ".")


def test_types_are_strict_in_values_and_every_logic_module() -> None:
    logic = [repo.relative(path) for path in repo.SOURCE.rglob("logic.py")]
    kernel = [repo.relative(repo.SOURCE / "kernel" / part) for part in ("values", "packs")]
    run(sys.executable, "-m", "mypy", "--strict", "--exclude", "/test_", *kernel, *logic)


def test_imports_keep_to_the_contracts() -> None:
    run(str(BIN / "lint-imports"))
