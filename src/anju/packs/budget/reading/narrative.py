"""The prose of a target file: overall goal, numbered sub-goals, safeguard measures."""

from __future__ import annotations

import re

from anju.kernel.documents import Quote
from anju.packs.budget.reading.facts import joined
from anju.packs.budget.targetfile import Measure, SubGoal, TargetFile

_CHAPTER = re.compile(r"^\s*[一二三四五六七八九十]{1,2}\s*、\s*(\S.{1,24}?)\s*[:：]?\s*$")
_ITEM = re.compile(r"^\s*[(（]\s*([一二三四五六七八九十]{1,3})\s*[)）]\s*(\S.{2,60}?)\s*$")
_GOAL = re.compile(r"^\s*(?:绩效目标|目标)\s*[:：]\s*")
_INDICATORS = re.compile(r"^\s*(?:绩效指标|指标)\s*[:：]\s*")
_OVERALL = re.compile(r"总体(?:绩效)?目标")
_SUB_GOALS = re.compile(r"分项(?:绩效)?目标|分项指标")
_MEASURES = re.compile(r"保障措施|工作措施|实现.*目标的(?:保障)?措施")


def read_narrative(paragraphs: list[Quote], file: TargetFile) -> int:
    """Fill the file's goals and measures; gives the index after the last paragraph that belongs to them."""
    chapter, end = "", 0
    for i, paragraph in enumerate(paragraphs):
        text = paragraph.text.strip()
        heading = _CHAPTER.match(text)
        if heading:
            chapter = _chapter(heading[1])
            end = i + 1 if chapter else end
        elif chapter and text:
            if not _belongs(paragraph.text):
                break
            _add(chapter, Quote(text, paragraph.position), file)
            end = i + 1
    return end


def _chapter(title: str) -> str:
    for name, pattern in (("measures", _MEASURES), ("sub_goals", _SUB_GOALS), ("overall", _OVERALL)):
        if pattern.search(title):
            return name
    return ""


def _belongs(raw: str) -> bool:
    """A cell of a form (a leading tab, a department's heading) ends the prose."""
    return not raw.startswith("\t") and not re.match(r"^\s*\d{6}\s*\S", raw)


def _add(chapter: str, paragraph: Quote, file: TargetFile) -> None:
    item = _ITEM.match(paragraph.text)
    if chapter == "overall":
        file.overall_goal = joined(file.overall_goal, [paragraph])
    elif item and chapter == "sub_goals":
        file.sub_goals.append(SubGoal(item[1], paragraph.part(*item.span(2))))
    elif item:
        file.measures.append(Measure(item[1], paragraph.part(*item.span(2))))
    elif chapter == "measures" and file.measures:
        file.measures[-1].body.append(paragraph)
    elif chapter == "sub_goals" and file.sub_goals:
        _add_to_sub_goal(file.sub_goals[-1], paragraph)


def _add_to_sub_goal(sub_goal: SubGoal, paragraph: Quote) -> None:
    goal, indicators = _GOAL.match(paragraph.text), _INDICATORS.match(paragraph.text)
    if goal:
        sub_goal.goal = joined(sub_goal.goal, [paragraph.part(goal.end(), len(paragraph.text))])
    elif indicators or sub_goal.indicators.text:
        start = indicators.end() if indicators else 0
        sub_goal.indicators = joined(sub_goal.indicators, [paragraph.part(start, len(paragraph.text))])
    else:
        sub_goal.goal = joined(sub_goal.goal, [paragraph])
