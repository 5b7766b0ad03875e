"""From paragraphs to the overall goal, the sub-goals and the safeguard measures of a target file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from anju.kernel.documents import Quote
from anju.packs.budget.forms.cells import stripped
from anju.packs.budget.narrative.outline import Item, item_of, pieces
from anju.packs.budget.targetfile import Measure, SubGoal, TargetFile

_WHOSE = r"(?:20\d{2}年度?)?(?:本?部门|本?单位|全[市县区局]|项目)?(?:预算)?(?:年度)?"
_CHAPTERS = {
    "overall": re.compile(rf"{_WHOSE}总体(?:绩效)?目标"),
    "sub_goals": re.compile(
        rf"{_WHOSE}(?:职责分类|工作活动|分项|分类|具体)(?:绩效)?(?:目标|指标)(?:及指标)?"
    ),
    "measures": re.compile(
        rf"{_WHOSE}(?:实现.{{0,12}}目标的?|完成.{{0,12}}目标的?)?(?:绩效|工作)?(?:保障)?(?:保障|工作)措施"
    ),
}
_GOAL = re.compile(r"^(?:绩效目标|目标)\s*[:：]\s*")
_INDICATORS = re.compile(r"^(?:绩效指标|指标)\s*[:：]\s*")
_ENDS = re.compile(r"^\s*(?:\d{6}\s*\S|[(（]\d{6}[)）])|^\s*[(（]?\s*(?:金额)?单位\s*[:：]")


class Narrative:
    """Takes paragraphs one by one and knows which of them were prose of the file."""

    def __init__(self, file: TargetFile, is_form: Callable[[str], bool]) -> None:
        self._file = file
        self._is_form = is_form
        self._chapter = ""
        self._heading = ""  # style of the chapter's own number
        self._items = ""  # style of its items' numbers

    def take(self, paragraph: Quote) -> bool:
        """Whether the paragraph (or cell of a table) belongs to the prose; if so it is filed away."""
        text = stripped(paragraph)
        if not text.text:
            return bool(self._chapter)
        item = item_of(text)
        name, found = _chapter_of(text, item)
        if found:
            self._chapter, self._heading, self._items = found, item.style if item else "", ""
            rest = item.body if item and item.body else None
            if rest is not None:
                self._add(stripped(rest.part(len(name), len(rest.text))))
            return True
        if not self._chapter:
            return False
        if paragraph.text.startswith("\t") or self._is_form(text.text) or _ENDS.search(text.text[:60]):
            self._chapter = ""
            return False
        if item and item.style == self._heading and item.style != self._items:
            self._chapter = ""
            return False
        for piece in pieces(text, self._items):
            self._add(piece)
        return True

    def _add(self, text: Quote) -> None:
        if self._chapter == "overall":
            self._file.overall_goal = _joined(self._file.overall_goal, text)
            return
        item = item_of(text)
        if item and self._items in ("", item.style):
            self._items = item.style
            self._begin(item)
        elif self._chapter == "measures" and self._file.measures:
            self._file.measures[-1].body.append(text)
        elif self._chapter == "sub_goals" and self._file.sub_goals:
            _add_to_sub_goal(self._file.sub_goals[-1], text)

    def _begin(self, item: Item) -> None:
        if self._chapter == "measures":
            self._file.measures.append(Measure(item.number, item.title, [item.body] if item.body else []))
            return
        self._file.sub_goals.append(SubGoal(item.number, item.title))
        if item.body:
            _add_to_sub_goal(self._file.sub_goals[-1], item.body)


def read_narrative(prose: Sequence[Quote], file: TargetFile, is_form: Callable[[str], bool]) -> set[int]:
    """Fill the file's goals and measures; gives the indexes of the paragraphs that were used.

    ``is_form`` tells a label of a form, which ends the prose.
    """
    narrative = Narrative(file, is_form)
    used = set()
    for i, paragraph in enumerate(prose):
        taken = [narrative.take(line) for line in _lines(paragraph)]
        if all(taken):
            used.add(i)
    return used


def _lines(paragraph: Quote) -> list[Quote]:
    spans = [m.span() for m in re.finditer(r"[^\n]+", paragraph.text)]
    return [paragraph.part(*span) for span in spans] if len(spans) > 1 else [paragraph]


def _chapter_of(text: Quote, item: Item | None) -> tuple[str, str]:
    """The words of a chapter's heading and its kind; without a number only unmistakable words are one."""
    title = re.sub(r"\s+", "", (item.title if item else text).text).rstrip(":：")
    for kind, pattern in _CHAPTERS.items():
        numbered = item is not None and item.style in ("part", "chinese", "bracketed", "figure")
        if pattern.fullmatch(title) and (
            numbered or title not in ("总体目标", "总体绩效目标", "年度总体目标")
        ):
            return title, kind
    return "", ""


def _joined(old: Quote, new: Quote) -> Quote:
    return Quote.joined([q for q in (old, new) if q.text])


def _add_to_sub_goal(sub_goal: SubGoal, text: Quote) -> None:
    goal, indicators = _GOAL.match(text.text), _INDICATORS.match(text.text)
    if goal:
        sub_goal.goal = _joined(sub_goal.goal, text.part(goal.end(), len(text.text)))
    elif indicators or sub_goal.indicators.text:
        start = indicators.end() if indicators else 0
        rest = text.part(start, len(text.text)) if start else text
        sub_goal.indicators = _joined(sub_goal.indicators, rest)
    else:
        sub_goal.goal = _joined(sub_goal.goal, text)
