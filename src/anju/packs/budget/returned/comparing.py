"""Where a form says something else than the platform: every difference, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher, get_close_matches
from typing import Any

from django.utils.translation import gettext, gettext_noop

from anju.kernel.documents.forms import Data
from anju.kernel.documents.spreadsheets.texts import printable
from anju.packs.budget.reports.opinions import REPORT
from anju.packs.budget.returned.fields import NAMES, PASSED_OVER, ROW, TICKS, WHY, Verdict, verdict_of

# By which names the rows of a list are known again, the surest first; what is left is paired in its order.
_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "targets": (("level1", "level2", "name"), ("name",)),
    "lines": (("code",), ("name",)),
    "tasks": (("name",),),
    "funds": (("block", "kind"),),
    "findings": (("rule", "problem"), ("number",)),
    "citations": (("text", "place"),),
}
_LABELS = ("name", "problem", "text", "kind", "code", "number")
_TICKED = {"√", "✓", "✔", "☑", "是", "1", "V", "v"}
_UNTICKED = {"", "×", "否", "0", "-", "—", "/"}
_STRANGE = gettext_noop("看不懂这个记号，请打“√”或者空着。")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell. ``path`` leads to it through the form's data, with the platform's row numbers; ``why`` is told."""

    path: Path
    row: str
    said: str
    held: str
    verdict: Verdict
    why: str = ""

    @property
    def name(self) -> str:
        """The path without row numbers, such as ``targets.bias.funds``."""
        return ".".join(part for part in self.path if isinstance(part, str))

    @property
    def field(self) -> str:
        """What the form calls it, in the language of the page."""
        if self.path[-1] == "":
            return str(ROW)
        if self.path[0] in REPORT and len(self.path) <= 2:
            return gettext(REPORT[str(self.path[0])])
        return str(NAMES.get(str(self.path[-1]), self.path[-1]))

    @property
    def reason(self) -> str:
        why = self.why or WHY.get(self.verdict, "")
        return gettext(why) if why else ""

    def refused(self, verdict: Verdict, why: str = "") -> Difference:
        return replace(self, verdict=verdict, why=why)


def compare(form: str, said: Mapping[str, Any], held: Data, computed: Mapping[str, int]) -> list[Difference]:
    """Every difference of a form from the data that it would be printed with now, in the order of the form.

    ``computed`` says how many paragraphs of each section of a report the platform writes itself.
    """
    found: list[Difference] = []
    for name, value in said.items():
        if name in PASSED_OVER.get(form, ()):
            continue
        if name in computed:
            texts = [[row["text"] for row in side] for side in (value, held[name])]  # type: ignore[index,union-attr]
            found += _section(name, texts[0], texts[1], computed[name])
        else:
            found += _walk(form, (name,), "", value, held.get(name, ""))
    return found


def _walk(form: str, path: Path, row: str, said: Any, held: Any) -> Iterator[Difference]:
    if isinstance(said, str):
        held = printable(held).strip() if isinstance(held, str) else ""
        if not _same(path, said, held):
            yield _judged(form, Difference(path, row, said, held, Verdict.TAKE))
    elif isinstance(said, list):
        yield from _rows(form, path, said, held if isinstance(held, list) else [])
    else:
        for name, value in said.items():
            yield from _walk(form, (*path, name), row, value, held.get(name, "") if held else "")


def _judged(form: str, found: Difference) -> Difference:
    verdict = verdict_of(form, found.name)
    if verdict != Verdict.TAKE:
        return found.refused(verdict)
    if found.name in TICKS:
        known = found.said in _TICKED | _UNTICKED
        return found if known else found.refused(Verdict.UNKEPT, _STRANGE)
    return found if found.said else found.refused(Verdict.BLANK)


def is_ticked(text: str) -> bool:
    return text in _TICKED


def _same(path: Path, said: str, held: str) -> bool:
    """Equal as words, as numbers, or as ticks."""
    if said == held:
        return True
    if ".".join(part for part in path if isinstance(part, str)) in TICKS:
        return is_ticked(said) == is_ticked(held) and said in _TICKED | _UNTICKED
    first, second = _number(said), _number(held)
    return first is not None and first == second


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


# -- rows --------------------------------------------------------------------------------------------------


def _rows(form: str, path: Path, said: list[Any], held: list[Any]) -> Iterator[Difference]:
    pairs, more, fewer = _paired(said, held, _KEYS.get(str(path[-1]), ()))
    for number, other in sorted(pairs.items()):
        label = next((held[other][key] for key in _LABELS if held[other].get(key)), "")
        for name, value in said[number].items():
            yield from _walk(form, (*path, other, name), label, value, held[other].get(name, ""))
    for number in more:
        words = gettext_noop("表内多出的行；增加行请重新导入目标文件。")
        yield Difference((*path, -1 - number, ""), "", _words(said[number]), "", Verdict.UNKEPT, words)
    for number in fewer:
        words = gettext_noop("表内没有这一行，平台的不删除。")
        yield Difference((*path, number, ""), "", "", _words(held[number]), Verdict.BLANK, words)


def _paired(
    said: list[Any], held: list[Any], keys: Sequence[tuple[str, ...]]
) -> tuple[dict[int, int], list[int], list[int]]:
    """Which row of the form is which of the platform's, and the rows that only one of them has."""
    pairs: dict[int, int] = {}
    free = list(range(len(held)))
    for names in keys:
        for number, row in enumerate(said):
            if number in pairs or not any(row.get(name) for name in names):
                continue
            wanted = [_plain(row.get(name)) for name in names]
            fitting = [n for n in free if [_plain(held[n].get(name)) for name in names] == wanted]
            if fitting:
                pairs[number] = fitting[0]
                free.remove(fitting[0])
    rest = [number for number in range(len(said)) if number not in pairs]
    if len(rest) == len(free):
        return pairs | dict(zip(rest, free, strict=True)), [], []
    return pairs, rest, free


def _plain(text: Any) -> str:
    return printable(text).strip() if isinstance(text, str) else ""


def _words(row: Mapping[str, Any]) -> str:
    return "；".join(value for value in row.values() if isinstance(value, str) and value)


# -- sections of a report ----------------------------------------------------------------------------------


def _section(name: str, said: list[str], held: list[str], computed: int) -> Iterator[Difference]:
    """The platform's paragraphs must stand as they are; all others are people's words."""
    held = [printable(text).strip() for text in held]
    said = [text for text in said if text]
    instead: dict[int, int | None] = {}  # by paragraph of the platform's own: what stands in its place
    words: list[int] = []
    for tag, first, last, start, end in SequenceMatcher(None, held, said, autojunk=False).get_opcodes():
        own = [number for number in range(first, last) if number < computed]
        if tag == "equal":
            words += range(start + len(own), end)
            continue
        paired = _in_place([held[n] for n in range(first, last)], said[start:end])
        for number in own:
            other = paired.get(number - first)
            instead[number] = None if other is None else start + other
        words += [n for n in range(start, end) if n not in instead.values()]
    for number, other in instead.items():
        why = "" if other is not None else gettext_noop("平台写的一段在表内被删去，打印时仍会写上。")
        text = "" if other is None else said[other]
        yield Difference((name, number), "", text, held[number], Verdict.COMPUTED, why)
    before, after = "\n".join(held[computed:]), "\n".join(said[n] for n in words)
    if after != before:
        yield Difference((name,), "", after, before, Verdict.TAKE if after else Verdict.BLANK)


def _in_place(old: list[str], new: list[str]) -> dict[int, int]:
    """Which new paragraph stands for which old one: one by one where as many, by likeness otherwise."""
    if len(old) == len(new):
        return {number: number for number in range(len(old))}
    found: dict[int, int] = {}
    for number, text in enumerate(old):
        free = {paragraph: place for place, paragraph in enumerate(new) if place not in found.values()}
        for alike in get_close_matches(text, free, 1):
            found[number] = free[alike]
    return found
