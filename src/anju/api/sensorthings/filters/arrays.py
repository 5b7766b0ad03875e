"""``$filter`` and ``$orderby`` on columns: points of the store, and the short list of observed properties."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from odata_query import ast

from anju.api.sensorthings.filters.parsing import path_of
from anju.api.sensorthings.filters.rows import literal
from anju.api.sensorthings.problems import NotOffered, Problem

Column = NDArray[Any]
# Answers a condition that is not about these columns, or None.
Elsewhere = Callable[[ast._Node], Column | None]
_COMPARE: dict[type[ast._Node], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ARITHMETIC: dict[type[ast._Node], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: np.fmod,
}
_TEXTS: dict[str, Callable[..., Any]] = {
    "substringof": lambda part, whole: part in whole,
    "contains": lambda whole, part: part in whole,
    "startswith": lambda whole, part: whole.startswith(part),
    "endswith": lambda whole, part: whole.endswith(part),
    "length": len,
    "indexof": lambda whole, part: whole.find(part),
    "substring": lambda whole, begin, size=None: whole[int(begin) :][: None if size is None else int(size)],
    "tolower": lambda whole: whole.lower(),
    "toupper": lambda whole: whole.upper(),
    "trim": lambda whole: whole.strip(),
    "concat": lambda left, right: left + right,
}
# Halves away from zero, as the standard's example rounds.
_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "round": lambda value: np.sign(value) * np.floor(np.abs(value) + 0.5),
    "floor": np.floor,
    "ceiling": np.ceil,
}
_DAY, _HOUR, _MINUTE, _SECOND = 86_400_000, 3_600_000, 60_000, 1000


class Arrays:
    """Evaluates expressions over columns of one length. Times are ``datetime64[ms]`` in UTC."""

    def __init__(
        self, columns: Mapping[str, Column], length: int, elsewhere: Elsewhere | None = None
    ) -> None:
        self._columns, self._length = columns, length
        self._elsewhere = elsewhere or (lambda node: None)

    def mask(self, node: ast._Node) -> NDArray[np.bool_]:
        """Which rows a condition holds for."""
        if isinstance(node, ast.BoolOp):
            left, right = self.mask(node.left), self.mask(node.right)
            return left & right if isinstance(node.op, ast.And) else left | right
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ~self.mask(node.operand)
        found = self._elsewhere(node)
        if found is None:
            found = self.value(node)
        whole = np.broadcast_to(np.asarray(found), (self._length,))
        if whole.dtype == object:
            whole = np.array([one is True for one in whole])
        if whole.dtype != np.bool_:
            raise Problem("$filter不是一个条件。", "请写成比较，或用and、or、not把比较连起来。")
        return whole

    def value(self, node: ast._Node) -> Any:
        """The values of an expression: a column, or one value for all rows."""
        path = path_of(node)
        if path is not None:
            return self._column("/".join(path))
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.BinOp):
            return self._arithmetic(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._numbers(self.value(node.operand))
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BoolOp | ast.UnaryOp):
            return self.mask(node)
        if isinstance(node, ast.List | ast.CollectionLambda):
            raise NotOffered("这样的表达式不能查询这些数据。", "请改用比较、运算和函数。")
        return _scalar(node)

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            raise Problem(f"没有可查询的属性{name}。", f"可用的是{'、'.join(sorted(self._columns))}。")
        return self._columns[name]

    def _compare(self, node: ast.Compare) -> Any:
        left = self.value(node.left)
        if isinstance(node.comparator, ast.In):
            if not isinstance(node.right, ast.List):
                raise Problem("in后面应是用括号括起来的列表。", "例如result in (1,2)。")
            return np.isin(left, [_scalar(one) for one in node.right.val])
        if isinstance(node.right, ast.Null):
            return self._null(left, node.comparator)
        right = self.value(node.right)
        if _is_text(left) != _is_text(right):
            # Values of two kinds are never equal, and neither comes before the other.
            return np.full(self._length, isinstance(node.comparator, ast.NotEq))
        return self._safely(_COMPARE[type(node.comparator)], left, right)

    def _null(self, left: Any, comparator: ast._Node) -> Any:
        column = np.atleast_1d(np.asarray(left))
        missing = (
            np.array([one is None for one in column])
            if column.dtype == object
            else np.isnan(column)
            if column.dtype.kind == "f"
            else np.zeros(column.shape, bool)
        )
        if not isinstance(comparator, ast.Eq | ast.NotEq):
            raise Problem("null只能用eq和ne比较。", "请改写。")
        return missing if isinstance(comparator, ast.Eq) else ~missing

    def _arithmetic(self, node: ast.BinOp) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        return self._safely(_ARITHMETIC[type(node.op)], left, right)

    def _safely(self, work: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                return work(left, right)
        except (TypeError, AttributeError, ZeroDivisionError) as error:
            raise Problem("两边的值不能这样计算或比较。", "请核对数、文字和时间有没有混用。") from error

    def _numbers(self, given: Any) -> Any:
        if np.asarray(given).dtype.kind not in "iuf":
            raise Problem("这里要用数。", "请改写。")
        return given

    def _call(self, node: ast.Call) -> Any:
        name = node.func.full_name().lower()
        if name == "now":
            return np.datetime64(int(datetime.now(UTC).timestamp() * 1000), "ms")
        if name in ("mindatetime", "maxdatetime"):
            return np.datetime64("0001-01-01" if name == "mindatetime" else "9999-12-31T23:59:59.999", "ms")
        arguments = [self.value(one) for one in node.args]
        if name in _NUMBERS:
            return _NUMBERS[name](self._numbers(arguments[0]))
        if name in _TEXTS:
            return self._text(_TEXTS[name], arguments)
        if name in _PARTS:
            if np.asarray(arguments[0]).dtype.kind != "M":
                raise Problem(f"函数{name}只能用于时间。", "请改写。")
            return _PARTS[name](np.asarray(arguments[0]).astype("M8[ms]"))
        raise NotOffered(f"函数{name}不能用来查询这些数据。", "请改用别的函数。")

    def _text(self, work: Callable[..., Any], arguments: list[Any]) -> Column:
        whole = np.broadcast_arrays(*(np.asarray(one, object) for one in arguments), np.empty(self._length))
        try:
            return np.array(
                [work(*(row[at] for row in whole[:-1])) for at in range(self._length)],
            )
        except (TypeError, AttributeError, ValueError) as error:
            raise Problem("字符串函数只能用于文字。", "请改写。") from error


def _ms_of_day(times: Column) -> Column:
    return times.astype(np.int64) % _DAY


_PARTS: dict[str, Callable[[Column], Any]] = {
    "year": lambda t: t.astype("M8[Y]").astype(np.int64) + 1970,
    "month": lambda t: t.astype("M8[M]").astype(np.int64) % 12 + 1,
    "day": lambda t: (t.astype("M8[D]") - t.astype("M8[M]").astype("M8[D]")).astype(np.int64) + 1,
    "hour": lambda t: _ms_of_day(t) // _HOUR,
    "minute": lambda t: _ms_of_day(t) % _HOUR // _MINUTE,
    "second": lambda t: _ms_of_day(t) % _MINUTE // _SECOND,
    "fractionalseconds": lambda t: _ms_of_day(t) % _SECOND / 1000,
    "date": lambda t: t.astype("M8[D]"),
    "time": lambda t: _ms_of_day(t).astype("m8[ms]"),
    # All times are told in UTC.
    "totaloffsetminutes": lambda t: np.zeros(t.shape, np.int64),
}


def _is_text(given: Any) -> bool:
    column = np.asarray(given)
    return column.dtype.kind in "UO"


def _scalar(node: ast._Node) -> Any:
    if isinstance(node, ast.DateTime):
        moment = literal(node)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return np.datetime64(milliseconds(aware), "ms")
    if isinstance(node, ast.Date):
        return np.datetime64(literal(node))
    if isinstance(node, ast.Time):
        at = literal(node)
        return np.timedelta64(
            ((at.hour * 60 + at.minute) * 60 + at.second) * 1000 + at.microsecond // 1000, "ms"
        )
    if isinstance(node, ast.Duration):
        return np.timedelta64(int(literal(node).total_seconds() * 1000), "ms")
    if isinstance(node, ast.Geography):
        raise NotOffered("这些数据没有几何属性。", "几何请用在Locations和FeaturesOfInterest上。")
    return literal(node)


def milliseconds(moment: datetime) -> int:
    """Since 1970, of an aware time."""
    return round(moment.timestamp() * 1000)
