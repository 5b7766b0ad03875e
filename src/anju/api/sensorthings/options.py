"""The query options of a request and of each expansion in it (OGC 18-088, clause 9.3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from odata_query.ast import _Node

from anju.api.sensorthings.filters.parsing import parse
from anju.api.sensorthings.model import Entity
from anju.api.sensorthings.problems import Problem

PAGE, MOST = 100, 1000
# An expansion within an expansion, and so on, is followed so far.
DEEPEST = 6
_NAMES = {"$top", "$skip", "$count", "$select", "$expand", "$orderby", "$filter", "$resultFormat"}


@dataclass(frozen=True, slots=True)
class Order:
    """By an expression, ascending unless ``down``."""

    by: _Node
    down: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """``select`` empty means all; ``expand`` leads from the name of a relation to its own options.

    ``given`` is what was read.
    """

    top: int = PAGE
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    condition: _Node | None = None
    expand: dict[str, Options] = field(default_factory=dict)
    format: str = ""
    given: dict[str, str] = field(default_factory=dict)


def read(given: dict[str, str], depth: int = 0) -> Options:
    """Options by their names with the dollar sign. Raises ``Problem`` for the first that is wrong."""
    unknown = sorted(set(given) - _NAMES)
    if unknown:
        raise Problem(f"没有查询选项{'、'.join(unknown)}。", f"可用的是{'、'.join(sorted(_NAMES))}。")
    return Options(
        top=min(_whole("$top", given.get("$top", str(PAGE))), MOST),
        skip=_whole("$skip", given.get("$skip", "0")),
        count=_truth("$count", given.get("$count", "false")),
        select=tuple(_names(given.get("$select", ""))),
        orders=tuple(_orders(given.get("$orderby", ""))),
        condition=parse(given["$filter"]) if given.get("$filter", "").strip() else None,
        expand=_expand(given.get("$expand", ""), depth),
        format=given.get("$resultFormat", ""),
        given=given,
    )


def check(options: Options, entity: Entity, entities: dict[str, Entity]) -> None:
    """That what is selected and expanded exists, all the way down."""
    known = {"id", "selfLink", *entity.properties, *(one.name for one in entity.relations)}
    for name in options.select:
        if name.partition("/")[0] not in known:
            raise Problem(f"{entity.name}没有{name}，不能在$select里写它。", _choice(known))
    for name, inner in options.expand.items():
        relation = entity.relation(name)
        if relation is None:
            raise Problem(
                f"{entity.name}没有关系{name}，不能展开。", _choice({one.name for one in entity.relations})
            )
        check(inner, entities[relation.target], entities)


def _choice(known: set[str]) -> str:
    return f"可写的是{'、'.join(sorted(known))}。"


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Problem(f"{name}应是不小于0的整数，这里是“{text[:20]}”。")
    return int(text)


def _truth(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise Problem(f"{name}只能是true或false，这里是“{text[:20]}”。")
    return text == "true"


def _names(text: str) -> Iterator[str]:
    for part in split(text, ","):
        if name := part.strip():
            yield name.removeprefix("@iot.")


def _orders(text: str) -> Iterator[Order]:
    for part in split(text, ","):
        words = part.strip()
        if not words:
            continue
        head, _, last = words.rpartition(" ")
        turned = last.lower() in ("asc", "desc") and bool(head)
        yield Order(parse(head if turned else words), turned and last.lower() == "desc")


def _expand(text: str, depth: int) -> dict[str, Options]:
    if text.strip() and depth >= DEEPEST:
        raise Problem(f"$expand最多套{DEEPEST}层。", "请分几次查询。")
    found: dict[str, dict[str, str]] = {}
    for part in split(text, ","):
        path, _, inner = part.strip().partition("(")
        if not path:
            continue
        if inner and not inner.endswith(")"):
            raise Problem(f"$expand里“{part.strip()[:40]}”的括号没有配对。")
        _merge(found, path.strip(), _options(inner.removesuffix(")")))
    return {name: read(inner, depth + 1) for name, inner in found.items()}


def _merge(found: dict[str, dict[str, str]], path: str, inner: dict[str, str]) -> None:
    """``A/B`` is A with B expanded in it; several paths through A come together."""
    name, _, rest = path.partition("/")
    mine = found.setdefault(name, {})
    if rest:
        written = f"{rest}({';'.join(f'{k}={v}' for k, v in inner.items())})" if inner else rest
        inner = {"$expand": written}
    for key, value in inner.items():
        mine[key] = f"{mine[key]},{value}" if key == "$expand" and key in mine else value


def _options(text: str) -> dict[str, str]:
    found = {}
    for part in split(text, ";"):
        name, mark, value = part.strip().partition("=")
        if not mark and not name:
            continue
        found[name.strip()] = value
    return found


def split(text: str, mark: str) -> Iterator[str]:
    """At a mark that stands in no brackets and in no quotes."""
    depth, quoted, begin = 0, False, 0
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
            if letter == mark and depth == 0:
                yield text[begin:at]
                begin = at + 1
    if quoted or depth:
        raise Problem(f"“{text[:60]}”的括号或引号没有配对。")
    yield text[begin:]
