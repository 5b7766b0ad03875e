"""A sheet of labels to cut out: a drawing with some lines below, three in a row on A4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anju.kernel.documents.forms.writers.typesetting import SANS, SERIF, typeset


@dataclass(frozen=True, slots=True)
class Label:
    """``drawing`` is an SVG text; the first line is printed bold, the last small."""

    drawing: str
    lines: tuple[str, ...]


def to_labels(name: str, labels: Sequence[Label]) -> bytes:
    """The sheets as PDF/A-2u, ``name`` as their title. Raises ``FormError`` as ``typeset`` does."""
    cards = [{"drawing": label.drawing, "lines": list(label.lines)} for label in labels]
    return typeset("labels.typ", {"name": name, "cards": cards, "fonts": [SERIF, SANS]})
