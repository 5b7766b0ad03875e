"""Tests of geometries (OGC 18-088, table 28): equipment stands at points, the other geometry is in the request.

Distances and lengths are in the units of the coordinates, degrees: the standard leaves the reference system to the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import shapely
from django.db.models import Q
from odata_query import ast

from anju.api.sensorthings.filters.parsing import path_of
from anju.api.sensorthings.model import Entity
from anju.api.sensorthings.problems import NotOffered, Problem

# The property of an entity that is a geometry, and the columns of its point.
GEOMETRY = {
    "Locations": ("location", ("longitude", "latitude")),
    "FeaturesOfInterest": ("feature", ("longitude", "latitude")),
    "Datastreams": ("observedArea", ("asset__longitude", "asset__latitude")),
}
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "st_equals": shapely.equals,
    "st_disjoint": shapely.disjoint,
    "st_touches": shapely.touches,
    "st_within": shapely.within,
    "st_overlaps": shapely.overlaps,
    "st_crosses": shapely.crosses,
    "st_intersects": shapely.intersects,
    "st_contains": shapely.contains,
    "geo.intersects": shapely.intersects,
}
_COMPARE: dict[type[ast._Node], Callable[[float, float], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def is_geographic(node: ast._Node) -> bool:
    """Whether an expression is a test of geometries or compares a measure of them."""
    if isinstance(node, ast.Compare):
        return any(is_measure(one) for one in (node.left, node.right))
    return is_test(node)


def is_test(node: ast._Node) -> bool:
    return isinstance(node, ast.Call) and _name(node) in {*_TESTS, "st_relate"}


def is_measure(node: ast._Node) -> bool:
    return isinstance(node, ast.Call) and _name(node) in ("geo.distance", "geo.length")


def condition(node: ast._Node, entity: Entity, candidates: Any) -> Q:
    """The rows of ``candidates`` (a queryset) for which the expression holds."""
    known = GEOMETRY.get(entity.name)
    if known is None:
        raise NotOffered(f"{entity.name}没有几何属性。", "请用location、feature或observedArea。")
    name, place = known
    holds = _compared(node, name) if isinstance(node, ast.Compare) else _tested(node, name)
    points = candidates.filter(**{f"{place[0]}__isnull": False}).order_by()
    return Q(pk__in=list(_found(points.values_list("pk", *place), holds)))


def _found(rows: Iterable[tuple[Any, float, float]], holds: Callable[[Any], bool]) -> Iterable[Any]:
    for key, longitude, latitude in rows:
        if holds(shapely.Point(longitude, latitude)):
            yield key


def _tested(node: ast._Node, name: str) -> Callable[[Any], bool]:
    assert isinstance(node, ast.Call)
    left, right = (_side(one, name) for one in node.args[:2])
    if _name(node) == "st_relate":
        pattern = getattr(node.args[2], "val", "")
        if len(pattern) != 9 or set(pattern) - set("012TF*"):
            raise Problem("st_relate的第三个参数应是九个字符的关系模式。", "例如'T*F**F***'。")
        return lambda point: bool(shapely.relate_pattern(left(point), right(point), pattern))
    test = _TESTS[_name(node)]
    return lambda point: bool(test(left(point), right(point)))


def _compared(node: ast.Compare, name: str) -> Callable[[Any], bool]:
    call, number, comparator = node.left, node.right, type(node.comparator)
    if not is_measure(call):
        call, number, comparator = number, call, _TURNED.get(comparator, comparator)
    if not isinstance(number, ast.Integer | ast.Float) or comparator not in _COMPARE:
        raise Problem(
            "距离和长度只能与一个数比较。", "例如geo.distance(location,geography'POINT(118 39)') lt 0.1。"
        )
    assert isinstance(call, ast.Call)
    compare, limit = _COMPARE[comparator], number.py_val
    sides = [_side(one, name) for one in call.args]
    if _name(call) == "geo.length":
        return lambda point: compare(shapely.length(sides[0](point)), limit)
    return lambda point: compare(shapely.distance(sides[0](point), sides[1](point)), limit)


def _side(node: ast._Node, name: str) -> Callable[[Any], Any]:
    if isinstance(node, ast.Geography):
        try:
            shape = shapely.from_wkt(node.val)
        except shapely.errors.GEOSException as error:
            raise Problem(f"几何“{node.val[:60]}”读不懂。", "请写成WKT，经度在前。") from error
        return lambda point: shape
    path = path_of(node)
    if path and path[0] == name:
        return lambda point: point
    raise NotOffered("这个几何不能参加比较。", f"请用{name}与geography'…'。")


def _name(node: ast.Call) -> str:
    return str(node.func.full_name()).lower()
