"""Resource paths (OGC 18-088, clause 9.2): from ``Things(1)/Datastreams(2)/Observations`` to rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from anju.api.sensorthings.model import ENTITIES, Entity
from anju.api.sensorthings.points.model import read_id
from anju.api.sensorthings.problems import Missing, Problem
from anju.api.sensorthings.view import Some, Spot, View

_SEGMENT = re.compile(r"(?P<name>\$?[A-Za-z][A-Za-z.]*)(?:\((?P<key>[^()]*)\))?")
# No number of ours has more digits.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path names. ``property`` are the steps behind an entity; ``raw`` asks for the bare value of one.

    ``parent`` are the rows that the last relation started from, with their entity.
    """

    entity: Entity
    rows: Some
    single: bool
    property: tuple[str, ...] = ()
    raw: bool = False
    references: bool = False
    parent: tuple[Entity, Some] | None = None


def resolve(path: str, view: View) -> Resource:
    """Raises ``Missing`` for what is not there and ``Problem`` for what is no path."""
    segments = [part for part in path.split("/") if part]
    if not segments:
        raise Missing("没有这个资源。", f"可用的是{'、'.join(ENTITIES)}。")
    name, key = _segment(segments[0])
    entity = ENTITIES.get(name)
    if entity is None:
        raise Missing(f"没有资源{name}。", f"可用的是{'、'.join(ENTITIES)}。")
    found = Resource(entity, view.rows(entity), False)
    if key is not None:
        found = _one(found, key)
    for segment in segments[1:]:
        found = _step(found, segment, view)
    return found


def _segment(text: str) -> tuple[str, str | None]:
    match = _SEGMENT.fullmatch(text)
    if match is None:
        raise Problem(f"路径里的“{text[:60]}”读不懂。", "写法如Things(1)/Datastreams。")
    return match["name"], match["key"]


def _step(found: Resource, segment: str, view: View) -> Resource:
    name, key = _segment(segment)
    entity, rows = found.entity, found.rows
    if found.raw or found.references:
        raise Missing(f"{segment}前面的部分已经是终点。")
    if name == "$ref" and not found.single and not found.property:
        return Resource(entity, rows, False, references=True, parent=found.parent)
    if name == "$value" and found.property:
        return Resource(entity, rows, True, found.property, raw=True)
    relation = entity.relation(name) if not found.property else None
    if found.single and relation:
        _exists(found)
        reached = Resource(
            ENTITIES[relation.target], view.follow(rows, relation), not relation.many, parent=(entity, rows)
        )
        return reached if key is None else _one(reached, key)
    if found.single and key is None and (found.property or name in (*entity.properties, "id")):
        return Resource(entity, rows, True, (*found.property, name))
    raise Missing(f"{entity.name}里没有{name}。", "请核对大小写和单复数。")


def _exists(found: Resource) -> None:
    rows = found.rows
    if isinstance(rows, list):
        there = bool(rows)
    elif isinstance(rows, Spot):
        there = rows.series.exists()
    else:
        there = rows.exists()
    if not there:
        raise Missing(f"{found.entity.name}里没有这一项，或者您看不到它。")


def _one(found: Resource, text: str) -> Resource:
    """The row with an identifier, out of a collection."""
    entity, rows = found.entity, found.rows
    quoted = len(text) > 1 and text.startswith("'") and text.endswith("'")
    plain = text[1:-1] if quoted else text
    absent = Missing(f"{entity.name}里没有{text}，或者您看不到它。")
    if found.single:
        raise Missing(f"{entity.name}只有一项，不用编号。")
    if entity.kind == "property":
        kept: Any = [one for one in rows if one.code == plain]
        if not kept:
            raise absent
    elif entity.kind == "point":
        number = read_id(plain)
        if number is None:
            raise absent
        kept = Spot(rows.series.filter(number=number[0]), number[1])
    else:
        if not (plain.isascii() and plain.isdecimal() and len(plain) <= _DIGITS):
            raise absent
        kept = rows.filter(**{entity.key: int(plain)})
    return Resource(entity, kept, True, parent=found.parent)
