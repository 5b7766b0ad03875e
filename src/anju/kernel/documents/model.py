"""What a file says, with the place of each word: the one shape that every reader returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of text and where it stands in its file, in words a reader can follow (``表3 第7行第5列``)."""

    text: str
    position: str

    def __bool__(self) -> bool:
        return bool(self.text)

    def part(self, start: int, end: int) -> Quote:
        """The characters ``start`` to ``end`` with a position that names the first of them, counted from 1."""
        return Quote(self.text[start:end], f"{self.position}第{start + 1}字")


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangular or ragged grid of cells.

    A merged cell stands in every place that it covers as the *same* object, so ``is`` tells a merge from
    two cells that happen to say the same.
    """

    rows: list[list[Quote]]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as blocks in reading order: paragraphs (``Quote``) and tables.

    ``kind`` is what the content is (``docx``, ``xlsx``, ``xls``, ``html``, ``csv``, ``txt``), whatever the
    file's name claims. In ``txt`` every line is a paragraph with its white space kept, empty lines included,
    because both carry the cells and rows of a pasted form.
    """

    name: str
    kind: str
    blocks: list[Quote | Table] = field(default_factory=list)

    def paragraphs(self) -> Iterator[Quote]:
        return (block for block in self.blocks if isinstance(block, Quote))

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


class DocumentError(Exception):
    """A file that cannot be read: one sentence for the person who gave it, and what to do next."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{next_step}")
        self.sentence = sentence
        self.next_step = next_step
