"""The product's own sample: a fictional city's target file, and a small one that is clean or has one fault.

``target_file.toml`` holds the facts and defects of a real file of 2021 in our own words.
"""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from importlib import resources
from pathlib import Path

from anju.packs.budget.sample.content import Content, Line, Paragraph, Section, content
from anju.packs.budget.sample.faults import clean, honest_echoes, planted
from anju.packs.budget.sample.plain import html_text, pasted_text
from anju.packs.budget.sample.word import write_docx
from anju.packs.budget.sample.workbook import write_xlsx

FILE_NAME = "安居市2021年绩效目标样例.docx"


def build(kind: str, path: Path, of: Content | None = None) -> None:
    """Write the sample, or other content, to ``path``; ``kind`` is docx, xlsx, html or txt."""
    shown = of or content()
    if kind == "docx":
        write_docx(shown, path)
    elif kind == "xlsx":
        write_xlsx(shown, path)
    elif kind == "html":
        path.write_text(html_text(shown), "utf8")
    elif kind == "txt":
        path.write_text(pasted_text(shown), "utf8")
    else:
        raise ValueError(f"no such kind: {kind}")


def sample_path() -> Path:
    """The sample as docx in the user's cache, written when its data or its writers have changed."""
    path = _folder() / FILE_NAME
    if not path.is_file():
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            fresh = Path(scratch, FILE_NAME)
            build("docx", fresh)
            os.replace(fresh, path)
    return path


def _folder() -> Path:
    """In the user's cache; where that cannot be written, a new one among the temporary files."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "anju" / f"sample-{_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="anju-"))
    return folder


def _digest() -> str:
    """Of every file of this folder: a change of a writer must be seen as well as a change of the data."""
    sources = [entry for entry in resources.files(__package__).iterdir() if entry.is_file()]
    total = sha256()
    for entry in sorted(sources, key=lambda entry: entry.name):
        total.update(entry.read_bytes())
    return total.hexdigest()[:16]


__all__ = [
    "Content",
    "Line",
    "Paragraph",
    "Section",
    "build",
    "clean",
    "content",
    "honest_echoes",
    "planted",
    "sample_path",
]
