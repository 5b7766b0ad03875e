"""What a checklist asks, as data of a version, and what an answer to it means. Pure but for the words of faults.

An answer is text: ``pass``, ``fail`` or ``na`` for an item of kind ``pass_fail``, a number as typed, the code of an
option, or words. What was not answered is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import is_english

MOST_ITEMS, MOST_OPTIONS, MOST_PHOTOS, MOST_POINTS = 100, 20, 9, 100
LONGEST_TEXT, LONGEST_NUMBER = 500, 15
_CODE = re.compile(r"[a-z][a-z0-9_]{0,19}")


class InspectionError(Refusal):
    """A step of an inspection that cannot be taken: one sentence and a next step."""


class ItemKind(StrEnum):
    PASS_FAIL = "pass_fail"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


KIND_WORDS: dict[str, Promise] = {
    ItemKind.PASS_FAIL: gettext_lazy("符合与否"),
    ItemKind.NUMBER: gettext_lazy("实测数"),
    ItemKind.CHOICE: gettext_lazy("选择"),
    ItemKind.TEXT: gettext_lazy("文字"),
}
SEVERITY_WORDS: dict[int, Promise] = {
    1: gettext_lazy("一般"),
    2: gettext_lazy("重点"),
    3: gettext_lazy("严重"),
}


class Verdict(StrEnum):
    """What an answer says of its item; ``NONE`` of a text, which is neither good nor bad."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "na"
    NONE = "none"


VERDICT_WORDS: dict[str, Promise] = {
    Verdict.PASS: gettext_lazy("符合"),
    Verdict.FAIL: gettext_lazy("不符合"),
    Verdict.NOT_APPLICABLE: gettext_lazy("不适用"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; ``fails`` says that choosing it means that the item is not met."""

    code: str
    text: str
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist. ``severity`` is 1 general, 2 serious, 3 grave; ``points`` are lost when it fails.

    ``photos`` are wanted for it whatever the answer, but for "not applicable". A number fails outside of ``low`` to
    ``high``, both included.
    """

    code: str
    text: str
    section: str = ""
    text_en: str = ""
    kind: str = ItemKind.PASS_FAIL
    basis: str = ""
    severity: int = 1
    points: int = 1
    photos: int = 0
    unit: str = ""
    low: str = ""
    high: str = ""
    options: tuple[Option, ...] = ()
    instruction: str = ""
    required: bool = True

    def words(self) -> str:
        return (self.text_en if is_english() else "") or self.text

    def limits(self) -> str:
        """Between what a number passes: ≥90%, ≤3kPa, 2—3kPa; "" where nothing bounds it."""
        if self.low and self.high:
            return f"{self.low}—{self.high}{self.unit}"
        bound = f"≥{self.low}" if self.low else f"≤{self.high}" if self.high else ""
        return f"{bound}{self.unit}" if bound else ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"options": [[o.code, o.text, o.fails] for o in self.options]}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Item:
        return cls(**{**raw, "options": tuple(Option(*option) for option in raw["options"])})


def verdict(item: Item, answer: str) -> Verdict:
    """What an answer means. ``ValueError`` with a sentence for one that the item does not know."""
    if item.kind == ItemKind.TEXT:
        return Verdict.NONE
    if item.kind == ItemKind.NUMBER:
        return _by_limits(item, answer)
    if item.kind == ItemKind.CHOICE:
        chosen = next((option for option in item.options if option.code == answer), None)
        if chosen is None:
            raise ValueError(gettext("请从列出的选项里选。"))
        return Verdict.FAIL if chosen.fails else Verdict.PASS
    if answer not in VERDICT_WORDS:
        raise ValueError(gettext("请选符合、不符合或不适用。"))
    return Verdict(answer)


def _by_limits(item: Item, answer: str) -> Verdict:
    number = decimal(answer)
    if number is None:
        raise ValueError(gettext("请填数字。"))
    low, high = decimal(item.low), decimal(item.high)
    below = low is not None and number < low
    above = high is not None and number > high
    return Verdict.FAIL if below or above else Verdict.PASS


def decimal(text: str) -> Decimal | None:
    """A finite number of at most 15 characters; None for anything else."""
    if len(text) > LONGEST_NUMBER:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def answer_words(item: Item, answer: str) -> str:
    """An answer as a reader sees it."""
    if item.kind == ItemKind.NUMBER:
        return f"{answer}{item.unit}"
    if item.kind == ItemKind.CHOICE:
        return next((option.text for option in item.options if option.code == answer), answer)
    return str(VERDICT_WORDS.get(answer, answer)) if item.kind == ItemKind.PASS_FAIL else answer


def check_items(items: Sequence[Item]) -> None:
    """``InspectionError`` unless the items can be asked, judged and told apart."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise InspectionError(
            gettext("一份清单应有1至{most}项。").format(most=MOST_ITEMS), gettext("请增减检查项。")
        )
    seen: set[str] = set()
    for number, item in enumerate(items, 1):
        where = gettext("第{n}项").format(n=number)
        fault = _fault(item) or (gettext("编码和别的项重复") if item.code in seen else "")
        if fault:
            raise InspectionError(f"{where}{fault}{gettext('。')}", gettext("请改正后再保存。"))
        seen.add(item.code)


def _fault(item: Item) -> str:
    """What is wrong with one item, without its end stop; "" where nothing is."""
    numbers_fit = 0 <= item.photos <= MOST_PHOTOS and 0 <= item.points <= MOST_POINTS
    checks = (
        (not _CODE.fullmatch(item.code), gettext("编码应以小写字母开头，只含小写字母、数字和下划线")),
        (not 2 <= len(item.text) <= LONGEST_TEXT, gettext("没有写内容，或者超过500字")),
        (item.kind not in KIND_WORDS, gettext("没有选择填写方式")),
        (item.severity not in SEVERITY_WORDS, gettext("没有选择严重程度")),
        (not numbers_fit, gettext("照片应为0至9张，扣分应为0至100")),
        (item.kind == ItemKind.CHOICE and not 2 <= len(item.options) <= MOST_OPTIONS, gettext("应有2至20个选项")),
        (len({o.code for o in item.options}) != len(item.options), gettext("选项编码重复")),
        (item.kind == ItemKind.NUMBER and not _has_limits(item), gettext("实测数至少要有一个限值，且下限不高于上限")),
    )  # fmt: skip
    return next((words for wrong, words in checks if wrong), "")


def _has_limits(item: Item) -> bool:
    low, high = decimal(item.low), decimal(item.high)
    read = (not item.low or low is not None) and (not item.high or high is not None)
    if low is not None and high is not None:
        return read and low <= high
    return read and (low is not None or high is not None)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an item between two versions: ``kind`` is ``new``, ``gone`` or ``changed``.

    ``values`` are (field, before, after) of what differs.
    """

    code: str
    kind: str
    text: str
    values: tuple[tuple[str, str, str], ...] = ()


def differences(before: Sequence[Item], after: Sequence[Item]) -> Iterator[Change]:
    """The items that are new, gone or changed, in the order of the later version, those gone at the end."""
    old = {item.code: item for item in before}
    new = {item.code: item for item in after}
    for code, item in new.items():
        if code not in old:
            yield Change(code, "new", item.text)
        elif old[code] != item:
            yield Change(code, "changed", item.text, tuple(_differing(old[code], item)))
    for code, item in old.items():
        if code not in new:
            yield Change(code, "gone", item.text)


def _differing(old: Item, new: Item) -> Iterator[tuple[str, str, str]]:
    for field in fields(Item):
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was != now:
            yield field.name, _shown(was), _shown(now)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(option.text for option in value)
    return str(value)
