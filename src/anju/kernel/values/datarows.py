"""Dated rows of settings kept as TOML: read without floats, checked, and chosen by day."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeVar

from anju.kernel.values.refusal import Refusal

Raw = Mapping[str, Any]


class RowError(Refusal, ValueError):
    """A row of settings that cannot be used: one sentence for the person who keeps it, and what to do next."""


@dataclass(frozen=True, slots=True)
class Term:
    """The days on which a row is in force, both included; ``until`` None is open."""

    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)

    def meets(self, other: Term) -> bool:
        """Whether some day lies in both."""
        return (self.until is None or other.since <= self.until) and (
            other.until is None or self.since <= other.until
        )


class Dated(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def term(self) -> Term: ...


Row = TypeVar("Row", bound=Dated)


def parse(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises ``RowError`` with the place of a slip."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise RowError(f"设置文件的格式有误：{error}。", "请按提示的行列改正后再载入。") from None


def check_keys(what: str, raw: Raw, required: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Raises ``RowError`` for a key that nobody reads, and for one that is missing."""
    needed = set(required)
    unknown, missing = sorted(set(raw) - needed - set(optional)), sorted(needed - set(raw))
    if unknown:
        raise RowError(f"{what}有不认识的键：{'、'.join(unknown)}。", "请删去，或改成说明里的键名。")
    if missing:
        raise RowError(f"{what}缺少{'、'.join(missing)}。", "请补齐后再载入。")


def check_shapes(what: str, raw: Raw, shapes: Mapping[str, type]) -> None:
    """Raises ``RowError`` where a list, a table or a truth value was to stand and something else does."""
    for key, shape in shapes.items():
        if key in raw and not isinstance(raw[key], shape):
            raise RowError(f"{what}的{key}写法不对。", "请照随产品提供的文件改正。")


def check_rows(what: str, rows: object) -> list[Raw]:
    """The tables of an array of tables. Raises ``RowError`` for anything else."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RowError(f"{what}写法不对。", "请照随产品提供的文件改正。")
    return rows


def figure(what: str, key: str, raw: object) -> Decimal:
    """A figure of zero or more, written as a string so that no reader rounds it. Raises ``RowError``."""
    number = _number(raw)
    if number is None or number < 0:
        raise RowError(f"{what}的{key}写成了{raw}，不是带引号的非负数。", '请写成"50"这样的数字。')
    return number


def signed(what: str, key: str, raw: object) -> Decimal:
    """A figure of either sign, such as a temperature, written as a string. Raises ``RowError``."""
    number = _number(raw)
    if number is None:
        raise RowError(f"{what}的{key}写成了{raw}，不是带引号的数。", '请写成"-9.2"这样的数字。')
    return number


def _number(raw: object) -> Decimal | None:
    try:
        number = Decimal(raw) if isinstance(raw, str) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def share(what: str, key: str, raw: object) -> Decimal:
    """A percentage as a share: ``"80"`` → 0.80. Raises ``RowError``."""
    return figure(what, key, raw) / 100


def falling(what: str, key: str, figures: tuple[Decimal, ...], size: int) -> tuple[Decimal, ...]:
    """The figures, if there are ``size`` of them and each is lower than the one before. Raises ``RowError``."""
    ordered = all(high > low for high, low in itertools.pairwise(figures))
    if len(figures) != size or not ordered:
        raise RowError(f"{what}的{key}应有{size}个由高到低的数。", "请按由高到低的次序填写。")
    return figures


def words(what: str, raw: Raw, key: str) -> str:
    """A text, empty where nothing is to be said. Raises ``RowError`` for anything but text."""
    if not isinstance(raw[key], str):
        raise RowError(f"{what}的{key}不是文字。", "请加上引号。")
    return str(raw[key])


def term(what: str, raw: Raw) -> Term:
    """``valid_from`` and, where it ends, ``valid_to``. Raises ``RowError``."""
    since, until = raw["valid_from"], raw.get("valid_to")
    # type(), since a TOML time of day is a datetime, which is a date as well and compares with none
    if type(since) is not date or (until is not None and type(until) is not date):
        raise RowError(f"{what}的有效期不是日期。", "请写成2021-01-01，不加引号。")
    if until is not None and until < since:
        raise RowError(f"{what}的失效日{until}早于生效日{since}。", "请改正valid_from或valid_to。")
    return Term(since, until)


def refuse_overlaps(rows: Iterable[Row]) -> None:
    """Raises ``RowError`` when two rows of one code are in force on the same day."""
    seen: dict[str, list[Term]] = {}
    for row in rows:
        if any(row.term.meets(other) for other in seen.setdefault(row.code, [])):
            raise RowError(f"「{row.code}」有两行的有效期重叠。", "请给旧的一行填上valid_to。")
        seen[row.code].append(row.term)


def in_force(rows: Iterable[Row], code: str, on: date) -> Row:
    """The row of a code on a day. Raises ``RowError`` when there is none."""
    known = tuple(rows)
    for row in known:
        if row.code == code and row.term.holds(on):
            return row
    codes = "、".join(sorted({row.code for row in known if row.term.holds(on)})) or "无"
    raise RowError(f"{on}没有有效的「{code}」。", f"请改选当天有效的一项：{codes}。")
