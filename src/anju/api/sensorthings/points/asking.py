"""What a filter on observations lets the store leave out: series that cannot match, and times."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from odata_query import ast

from anju.api.sensorthings.filters.parsing import path_of, paths_in
from anju.api.sensorthings.filters.rows import literal
from anju.api.sensorthings.points.model import read_id

_TIMES = (("phenomenonTime",), ("resultTime",))
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq}
FOREVER = 1 << 53


@dataclass(slots=True)
class Asked:
    """Times in [since, until), ms. ``series`` are conditions below relations, ``rest`` what each point is asked.

    All of them hold together. ``number`` is that of an identifier that was asked for.
    """

    since: int = 0
    until: int = FOREVER
    number: int | None = None
    series: tuple[ast._Node, ...] = ()
    rest: tuple[ast._Node, ...] = ()


def ask(condition: ast._Node | None) -> Asked:
    """Take a condition apart along its outermost ``and``."""
    asked = Asked()
    for node in _together(condition) if condition else ():
        if not _bounded(asked, node):
            steps = {path[0] for path in paths_in(node)}
            if steps and steps <= {"Datastream", "FeatureOfInterest"} and len(steps) == 1:
                asked.series += (node,)
            else:
                asked.rest += (node,)
    return asked


def _together(node: ast._Node) -> Iterator[ast._Node]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        yield from _together(node.left)
        yield from _together(node.right)
    else:
        yield node


def _bounded(asked: Asked, node: ast._Node) -> bool:
    """Whether a condition is wholly said by the bounds of time, or by an identifier."""
    if not isinstance(node, ast.Compare) or type(node.comparator) not in _TURNED:
        return False
    path, given, comparator = path_of(node.left), node.right, type(node.comparator)
    if path is None:
        path, given, comparator = path_of(node.right), node.left, _TURNED[comparator]
    if path in _TIMES and isinstance(given, ast.DateTime):
        _narrow(asked, comparator, literal(given))
        return True
    if path == ("id",) and isinstance(given, ast.String) and comparator is ast.Eq:
        found = read_id(given.val)
        same = found is not None and asked.number in (None, found[0])
        asked.number = found[0] if found else -1
        since, until = (found[1], found[1] + 1) if found and same else (0, 0)
        asked.since, asked.until = max(asked.since, since), min(asked.until, until)
        return True
    return False


def _narrow(asked: Asked, comparator: type[ast._Node], at: datetime) -> None:
    exact = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000
    exact = round(exact, 3)
    lowest = math.ceil(exact)
    behind = math.floor(exact) + 1
    if comparator in (ast.GtE, ast.Eq):
        asked.since = max(asked.since, lowest)
    if comparator is ast.Gt:
        asked.since = max(asked.since, behind)
    if comparator in (ast.LtE, ast.Eq):
        asked.until = min(asked.until, behind)
    if comparator is ast.Lt:
        asked.until = min(asked.until, lowest)
