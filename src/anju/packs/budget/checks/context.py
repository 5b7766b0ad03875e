"""What the rules share: hits, and which line belongs to which sub-goal or promise."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from anju.kernel.documents import Quote
from anju.packs.budget.prose.similarity import Idf, core, longest_common, pairs
from anju.packs.budget.targetfile import BudgetLine, SubGoal, Target, TargetFile

_ORDINAL = re.compile(r"(?=[一二三四五六七八九十]是)")
# A project's name found in a promise by this many characters in a row is taken for the same project.
_SAME_PROJECT = 6
# A passage of this many characters in both is one text used twice.
_SAME_PASSAGE = 12
# Share of a line's telling words that its sub-goal must hold where the title does not name it.
_UNDER_GOAL = 0.5
# Words of office prose: in many titles, and no sign that a line belongs there.
_OFFICE = re.compile(
    r"保障|管理|服务|改造|提高|加快|推进|全面|做好|正常|运营|信息|平台|系统|规划|安全|维护|扎实|加大|力度|加强|完善|治理|发展|综合|质量"
)
_PLACE = re.compile(r"^([\u4e00-\u9fff]{2,6}?)(?:省|市|县|区)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired: where, why, and the strings that show it. ``line`` None concerns the whole file."""

    line: BudgetLine | None
    target: Target | None
    message: str
    cites: tuple[Quote, ...]


class Context:
    """One file under review."""

    def __init__(self, file: TargetFile) -> None:
        self.file = file
        self.lines = file.lines

    @property
    def year(self) -> int | None:
        return self.file.year

    def rows(self) -> Iterator[tuple[BudgetLine, Target]]:
        for line in self.lines:
            for target in line.targets:
                yield line, target

    def year_quote(self) -> Quote:
        return Quote(f"{self.year}年度", "文件年度")

    @cached_property
    def idf(self) -> Idf:
        return Idf([own_text(line) for line in self.lines] + [s.text() for s in self.file.sub_goals])

    @cached_property
    def places(self) -> re.Pattern[str]:
        """The bureau's own place names; every title holds them and they tell nothing."""
        found = {m[1] for d in self.file.departments if d.name and (m := _PLACE.match(d.name))}
        return re.compile("|".join([*(f"{name}[省市县区]?" for name in sorted(found)), r"(?!)"]))

    @cached_property
    def goals_of(self) -> dict[int, SubGoal]:
        """Sub-goal of each line by the line's index; a line without one is missing."""
        found = {}
        for i, line in enumerate(self.lines):
            ranked = sorted(((self._belongs(line, s), s) for s in self.file.sub_goals), key=lambda p: -p[0])
            if ranked and ranked[0][0] > 0:
                found[i] = ranked[0][1]
        return found

    def _belongs(self, line: BudgetLine, sub_goal: SubGoal) -> float:
        """How strongly a line belongs to a sub-goal: its words, its title, or most of the line's name; 0 for none."""
        name, text = core(self.places.sub("", line.name.text)), core(self.places.sub("", sub_goal.text()))
        if longest_common(core(line.goal.text), text) >= _SAME_PASSAGE:
            return 2.0
        title = _OFFICE.sub("　", self.places.sub("", sub_goal.title.text))
        share = self.idf.share(name, text)
        told = pairs(core(title)) & pairs(_OFFICE.sub("　", name))
        return 1 + share if told else share if share >= _UNDER_GOAL else 0.0

    def lines_under(self, sub_goal: SubGoal) -> list[BudgetLine]:
        return [self.lines[i] for i, s in self.goals_of.items() if s is sub_goal]

    def sub_goal_texts(self, line: BudgetLine) -> list[Quote]:
        sub_goal = self.goals_of.get(self.lines.index(line))
        return [sub_goal.goal, sub_goal.indicators] if sub_goal else []

    def _named_in(self, line: BudgetLine, text: str) -> bool:
        """Whether a promise speaks of this line's project, by its telling words or by its very name."""
        name = self.places.sub("", line.name.text)
        told = longest_common(core(name), core(text)) >= _SAME_PROJECT
        return told or longest_common(_bare_name(name), text) >= _SAME_PROJECT

    @cached_property
    def promises(self) -> list[tuple[Quote, BudgetLine]]:
        """Items of the safeguard measures (一是…, 二是…) that name a line's project."""
        found = []
        for measure in self.file.measures:
            for paragraph in measure.body:
                for item in _items(paragraph):
                    for line in self.lines:
                        if self._named_in(line, item.text):
                            found.append((item, line))
        return found


@lru_cache(maxsize=1024)
def _bare_name(name: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff]", "", name)


def own_text(line: BudgetLine) -> str:
    return f"{line.name.text}\n{line.purpose.text}\n{line.goal.text}"


@lru_cache(maxsize=1024)
def _item_spans(text: str) -> tuple[tuple[int, int], ...]:
    cuts = [m.start() for m in _ORDINAL.finditer(text)]
    edges = [0, *[c for c in cuts if c], len(text)]
    return tuple(itertools.pairwise(edges))


def _items(paragraph: Quote) -> Iterator[Quote]:
    for start, end in _item_spans(paragraph.text):
        if end > start:
            yield paragraph.part(start, end)


def all_texts(file: TargetFile) -> Iterator[tuple[BudgetLine | None, Target | None, Quote]]:
    """Every text of the file with its owner."""
    for line in file.lines:
        for quote in (line.name, line.purpose, line.goal):
            yield line, None, quote
        for target in line.targets:
            for quote in (target.name, target.description, target.value, target.basis):
                yield line, target, quote
    for sub_goal in file.sub_goals:
        yield None, None, sub_goal.goal
        yield None, None, sub_goal.indicators
    for measure in file.measures:
        for body in measure.body:
            yield None, None, body
