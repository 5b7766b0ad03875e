"""The rule of the root conftest.py: in continuous integration only absent shared files excuse a skip."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPING = "import pytest\n\ndef test_it() -> None:\n    pytest.skip({reason!r})\n"
MODULE = "import pytest\n\npytest.skip({reason!r}, allow_module_level=True)\n"


def run(folder: Path, text: str, ci: str) -> str:
    """The last line of pytest's output for one file under a copy of the root conftest.py."""
    (folder / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "test_it.py"],
        cwd=folder,
        env={"CI": ci, "PATH": ""},
        capture_output=True,
        text=True,
    )
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "reason", "ci", "shared", "words"),
    [
        (SKIPPING, "needs soffice", "true", False, "1 failed"),
        (MODULE, "needs soffice", "true", False, "1 error"),
        (SKIPPING, "needs soffice", "", False, "1 skipped"),
        (SKIPPING, "needs ../shared/data", "true", False, "1 skipped"),
        (SKIPPING, "needs ../shared/data", "true", True, "1 failed"),
    ],
)
def test_skips(tmp_path: Path, text: str, reason: str, ci: str, shared: bool, words: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    if shared:
        (tmp_path / "shared").mkdir()
    assert words in run(project, text.format(reason=reason), ci)
