"""What a file says, with the place of each word: the one shape that every reader returns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from anju.kernel.values.refusal import Refusal

_CHARACTER = re.compile(r"第(\d+)字$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of text and where it stands in its file, in words a reader can follow (``表3第7行第5列``).

    ``seams`` tells, for a text joined from several places, at which character each place begins.
    """

    text: str
    position: str
    seams: tuple[tuple[int, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def part(self, start: int, end: int) -> Quote:
        """The characters ``start`` to ``end`` with a position that names the first of them, counted from 1."""
        begin, place = next((seam for seam in reversed(self.seams) if seam[0] <= start), (0, self.position))
        offset = start - begin
        if told := _CHARACTER.search(place):  # a part of a part counts from the same cell or line
            place, offset = place[: told.start()], offset + int(told[1]) - 1
        position = f"{place}第{offset + 1}字"
        inner = tuple((at - start, seam) for at, seam in self.seams if start < at < end)
        return Quote(self.text[start:end], position, ((0, position), *inner) if inner else ())

    @staticmethod
    def joined(parts: Sequence[Quote]) -> Quote:
        """Several texts as one, a line each; a single one is returned as it is."""
        if len(parts) == 1:
            return parts[0]
        seams: list[tuple[int, str]] = []
        at = 0
        for part in parts:
            seams += [(at + offset, place) for offset, place in part.seams] or [(at, part.position)]
            at += len(part.text) + 1
        return Quote("\n".join(part.text for part in parts), parts[0].position if parts else "", tuple(seams))


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


class DocumentError(Refusal):
    """A file that cannot be read: one sentence for the person who gave it, and what to do next."""
