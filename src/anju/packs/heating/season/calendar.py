"""Which days of a season had, or were to have, heat: trial, early start, legal season, extension, each by its document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import Raw, RowError, Term, check_keys, check_rows, parse, term, words

CODE, SOURCE = "heating.seasons", f"{__package__}/seasons.toml"
KINDS = ("trial", "early", "legal", "extension")
_SEASON = re.compile(r"((?:19|20)\d\d)/(\d\d)")
_KEYS = ("code", "name", "season", "start", "document", "verified", "valid_from")
_MONTH_OF_TURN = 7


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: ``start`` and ``end`` are month and day, or whole days for one season; ``inclusive`` if ``end`` has heat."""

    code: str
    name: str
    season: str
    start: str
    end: str
    inclusive: bool
    document: str
    verified: bool
    term: Term


@dataclass(frozen=True, slots=True, order=True)
class Stage:
    """Heat from ``start`` to the day before ``stop``: the stop date is the first day without (停热日)."""

    start: date
    stop: date
    code: str
    name: str = ""
    document: str = ""

    @property
    def days(self) -> int:
        return (self.stop - self.start).days

    @property
    def last_day(self) -> date:
        return self.stop - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.stop


@dataclass(frozen=True, slots=True)
class Season:
    """A season and its stages in their order, none of which overlap."""

    text: str
    stages: tuple[Stage, ...]

    def days(self, *codes: str) -> int:
        """Days of the stages of these kinds, of all where none is named."""
        return sum(stage.days for stage in self.stages if not codes or stage.code in codes)

    def stage(self, day: date) -> Stage | None:
        return next((stage for stage in self.stages if day in stage), None)

    @property
    def first_day(self) -> date:
        return self.stages[0].start

    @property
    def last_day(self) -> date:
        return self.stages[-1].last_day


@lru_cache(maxsize=4)
def load(text: str) -> tuple[Rule, ...]:
    """The rows of a TOML text. Raises ``RowError`` for the first thing that is wrong."""
    tables = parse(text)
    check_keys("采暖季文件", tables, ["stage"])
    rows = tuple(_rule(raw) for raw in check_rows("采暖季文件的stage", tables["stage"]))
    for row, other in ((a, b) for n, a in enumerate(rows) for b in rows[n + 1 :]):
        if (row.code, row.season) == (other.code, other.season) and row.term.meets(other.term):
            raise RowError(f"「{row.name}」有两行的有效期重叠。", "请给旧的一行填上valid_to。")
    return rows


def rules() -> tuple[Rule, ...]:
    """All rows of the text in force."""
    return load(rulebooks.in_force(CODE, SOURCE))


def season_of(day: date) -> str:
    """The season that a day belongs to, as text: 2020-03-16 → 2019/20. Seasons turn in July."""
    year = day.year if day.month >= _MONTH_OF_TURN else day.year - 1
    return f"{year}/{(year + 1) % 100:02d}"


def season(text: str, rows: Iterable[Rule] | None = None) -> Season:
    """The stages of a season such as ``2019/20``. Raises ``RowError``.

    A row for the season itself goes before one of the same kind for every season. A row counts if its term holds on its
    own first day in that season; of rows for one season the newest counts.
    """
    year = _year(text)
    known = tuple(rules() if rows is None else rows)
    chosen: dict[str, Rule] = {}
    for row in known:
        if not row.season and row.term.holds(_moved(row.start, year)):
            chosen.setdefault(row.code, row)
    own = sorted((row for row in known if row.season == text), key=lambda row: row.term.since)
    chosen |= {row.code: row for row in own}
    stages = tuple(sorted(_stage(row, year) for row in chosen.values()))
    if not stages:
        raise RowError(f"没有{text}采暖季的起止日期。", "请在规则表“采暖季”里补上。")
    for before, after in pairwise(stages):
        if after.start < before.stop:
            raise RowError(f"{text}采暖季的“{before.name}”和“{after.name}”日期重叠。", "请改正起止日期。")
    return Season(text, stages)


def _stage(row: Rule, year: int) -> Stage:
    start, end = _moved(row.start, year), _moved(row.end, year)
    stop = end + timedelta(days=1) if row.inclusive else end
    if stop <= start:
        raise RowError(f"「{row.name}」的结束早于开始。", "请改正起止日期。")
    return Stage(start, stop, row.code, row.name, row.document)


def _moved(text: str, year: int) -> date:
    """A whole day as it is, a month and day in the season that begins in ``year``."""
    if len(text) > 5:
        return date.fromisoformat(text)
    month = int(text[:2])
    return date.fromisoformat(f"{year if month >= _MONTH_OF_TURN else year + 1}-{text}")


def _year(text: str) -> int:
    match = _SEASON.fullmatch(text)
    if match is None or int(match[2]) != (int(match[1]) + 1) % 100:
        raise RowError(f"“{text}”不是采暖季。", "请写成2019/20。")
    return int(match[1])


def _rule(raw: Raw) -> Rule:
    what = f"采暖季「{raw.get('name', '未命名')}」"
    check_keys(what, raw, _KEYS, ("last_day", "stop_day", "valid_to"))
    if ("last_day" in raw) == ("stop_day" in raw):
        raise RowError(
            f"{what}要写末日last_day或停热日stop_day，只写一个。", "末日当天仍供热，停热日当天已停。"
        )
    end_key = "last_day" if "last_day" in raw else "stop_day"
    given = {key: words(what, raw, key) for key in ("code", "name", "season", "start", end_key, "document")}
    if given["code"] not in KINDS:
        raise RowError(f"{what}的code不认识。", f"请写其中一个：{'、'.join(KINDS)}。")
    if not isinstance(raw["verified"], bool):
        raise RowError(f"{what}的verified写法不对。", "请写true或false，不加引号。")
    year = _year(given["season"]) if given["season"] else 2000
    for key in ("start", end_key):
        _check_day(what, key, given[key], bool(given["season"]))
    rule = Rule(
        given["code"], given["name"], given["season"], given["start"], given[end_key], end_key == "last_day",
        given["document"], raw["verified"], term(what, raw),
    )  # fmt: skip
    _stage(rule, year)
    return rule


def _check_day(what: str, key: str, text: str, whole: bool) -> None:
    form = r"\d{4}-\d\d-\d\d" if whole else r"\d\d-\d\d"
    try:
        # 29 February is refused for every season: most do not have it.
        date.fromisoformat(text if whole else f"2001-{text}")
    except ValueError:
        text = ""
    if not re.fullmatch(form, text):
        raise RowError(
            f"{what}的{key}写法不对。", "每季通用的写成11-15，只用于一季的写成2020-03-16，都加引号。"
        )
