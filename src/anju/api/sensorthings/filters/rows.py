"""``$filter`` and ``$orderby`` as conditions on rows of the database (OGC 18-088, tables 26 to 28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Case, F, FloatField, Func, Q, Value, When, lookups
from django.db.models import functions as sql
from django.db.models.expressions import Combinable, ExpressionWrapper
from odata_query import ast

from anju.api.sensorthings.filters import geo
from anju.api.sensorthings.filters.kinds import check_sides, kind_of
from anju.api.sensorthings.filters.parsing import below, path_of, paths_in
from anju.api.sensorthings.model import ENTITIES, Entity, Relation, columns
from anju.api.sensorthings.problems import NotOffered, Problem

# Which rows of the target an expression below a relation finds, as values of ``Relation.other``.
Related = Callable[[Relation, ast._Node], Any]
_COMPARE = {
    ast.Eq: lookups.Exact,
    ast.Lt: lookups.LessThan,
    ast.LtE: lookups.LessThanOrEqual,
    ast.Gt: lookups.GreaterThan,
    ast.GtE: lookups.GreaterThanOrEqual,
}
_TEXT = {"tolower": sql.Lower, "toupper": sql.Upper, "trim": sql.Trim, "length": sql.Length}
_TIME = {
    "year": sql.ExtractYear,
    "month": sql.ExtractMonth,
    "day": sql.ExtractDay,
    "hour": sql.ExtractHour,
    "minute": sql.ExtractMinute,
    "second": sql.ExtractSecond,
    "date": sql.TruncDate,
    "time": sql.TruncTime,
}
_NUMBER = {"round": sql.Round, "floor": sql.Floor, "ceiling": sql.Ceil}
_WITHIN = {"substringof", "contains", "startswith", "endswith"}


class Rows:
    """Turns expressions on one entity into conditions. ``candidates`` are the rows that a geometry is asked of."""

    def __init__(self, entity: Entity, related: Related, candidates: Callable[[], Any]) -> None:
        self._entity, self._related, self._candidates = entity, related, candidates
        self._columns = columns(entity)

    def condition(self, node: ast._Node) -> Q:
        """A condition. Raises ``Problem`` where the expression is none, ``NotOffered`` where it asks too much."""
        if isinstance(node, ast.BoolOp):
            left, right = self.condition(node.left), self.condition(node.right)
            return left & right if isinstance(node.op, ast.And) else left | right
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ~self.condition(node.operand)
        relation = self._step(node)
        if relation:
            return Q(**{f"{relation.own}__in": self._related(relation, below(node))})
        if geo.is_geographic(node):
            return geo.condition(node, self._entity, self._candidates())
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.Call) and node.func.full_name().lower() in _WITHIN:
            return self._holds(node)
        if path_of(node) == ("properties", "enabled"):
            return Q(lookups.Exact(self.expression(node), Value(True)))
        if isinstance(node, ast.CollectionLambda):
            raise NotOffered("不支持any和all。", "请直接写关系，例如Datastreams/id eq 1。")
        if isinstance(node, ast.Boolean):
            return Q() if node.py_val else Q(pk__in=[])
        raise Problem("$filter不是一个条件。", "请写成比较，或用and、or、not把比较连起来。")

    def expression(self, node: ast._Node) -> Any:
        """A value of each row, for comparisons and orders."""
        path = path_of(node)
        if path is not None:
            return self._column(path)
        if isinstance(node, ast.Null):
            return None
        if isinstance(node, ast.Geography | ast.List):
            raise NotOffered("这里不能用几何或列表。", "几何请用在st_within等函数里。")
        if isinstance(node, ast._Literal):
            return Value(literal(node))
        if isinstance(node, ast.BinOp):
            return self._arithmetic(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            kind_of(node)
            return ExpressionWrapper(Value(-1) * self.expression(node.operand), FloatField())
        if isinstance(node, ast.Call):
            return self._call(node)
        raise NotOffered("这样的表达式不能查询这些数据。", "请改用比较、运算和字符串函数。")

    def order(self, node: ast._Node, down: bool) -> Any:
        """For ``order_by``. Raises ``NotOffered`` where the order follows a relation to many."""
        path = path_of(node)
        if not paths_in(node):
            raise Problem("$orderby里没有属性。", "请写上要按哪个属性排序。")
        step = self._entity.relation(path[0]) if path else None
        if path and step:
            return self._order_behind(step, path, down)
        made = self.expression(node)
        made = F(made.name) if isinstance(made, F) else made
        return made.desc() if down else made.asc()

    def _order_behind(self, step: Relation, path: tuple[str, ...], down: bool) -> Any:
        target = ENTITIES[step.target]
        if step.many or target.kind != "asset" or self._entity.kind != "series" or len(path) < 2:
            raise NotOffered(
                f"不能按{'/'.join(path)}排序。", f"请按{self._entity.name}自己的属性，或按Thing的属性排序。"
            )
        found = columns(target).get("/".join(path[1:]))
        if not isinstance(found, F):
            raise NotOffered(f"不能按{'/'.join(path)}排序。", "请按Thing/name或Thing/id排序。")
        made = F(f"asset__{found.name}")
        return made.desc() if down else made.asc()

    def _step(self, node: ast._Node) -> Relation | None:
        """The relation that all names of a comparison go through, if they do."""
        steps = {self._entity.relation(path[0]) for path in paths_in(node)}
        if steps == {None} or not steps:
            return None
        if len(steps) > 1 or None in steps:
            raise NotOffered("一个比较里不能混用几个关系的属性。", "请分成用and连接的几个比较。")
        return steps.pop()

    def _column(self, path: tuple[str, ...]) -> Combinable:
        name = "/".join(path)
        found = self._columns.get(name)
        if found is None:
            if path[0] in (*self._entity.properties, "id"):
                raise NotOffered(f"不能按{name}查询。", f"可用的是{'、'.join(sorted(self._columns))}。")
            raise Problem(
                f"{self._entity.name}没有属性{name}。", f"可用的是{'、'.join(sorted(self._columns))}。"
            )
        return found

    def _compare(self, node: ast.Compare) -> Q:
        for here, there in ((node.left, node.right), (node.right, node.left)):
            if isinstance(there, ast.Boolean) and _is_condition(here):
                same = there.py_val == isinstance(node.comparator, ast.Eq)
                return self.condition(here) if same else ~self.condition(here)
        if isinstance(node.comparator, ast.In):
            for one in _listed(node.right):
                check_sides(node.left, one)
            values = [literal(one) for one in _listed(node.right)]
            return Q(lookups.In(self.expression(node.left), values))
        check_sides(node.left, node.right)
        left, right = self.expression(node.left), self.expression(node.right)
        if left is None or right is None:
            return _null(node.comparator, right if left is None else left)
        if isinstance(node.comparator, ast.NotEq):
            return ~Q(lookups.Exact(left, right))
        return Q(_COMPARE[type(node.comparator)](left, right))

    def _holds(self, node: ast.Call) -> Q:
        """A text within another; ``INSTR`` and not ``LIKE``, which forgets upper and lower case on SQLite."""
        name = node.func.full_name().lower()
        kind_of(node)
        whole, part = [self.expression(one) for one in node.args]
        if name == "substringof":
            whole, part = part, whole
        if name in ("substringof", "contains"):
            return Q(lookups.GreaterThan(sql.StrIndex(whole, part), Value(0)))
        cut = sql.Left if name == "startswith" else sql.Right
        if not isinstance(part, Value):
            raise NotOffered(f"{name}的第二个参数要写成文字。", "请改写。")
        if part.value == "":
            return Q(pk__isnull=False)
        return Q(lookups.Exact(cut(whole, len(str(part.value))), part))

    def _arithmetic(self, node: ast.BinOp) -> Any:
        kind_of(node)
        left, right = self.expression(node.left), self.expression(node.right)
        if isinstance(node.op, ast.Mod | ast.Div):
            # What is divided by nothing is nothing, on every database.
            left, right = sql.Cast(left, FloatField()), sql.NullIf(sql.Cast(right, FloatField()), Value(0.0))
        if isinstance(node.op, ast.Mod):
            return sql.Mod(left, right, output_field=FloatField())
        if isinstance(node.op, ast.Div):
            return ExpressionWrapper(left / right, FloatField())
        made = {
            ast.Add: lambda: left + right,
            ast.Sub: lambda: left - right,
            ast.Mult: lambda: left * right,
        }
        return ExpressionWrapper(made[type(node.op)](), FloatField())

    def _call(self, node: ast.Call) -> Any:
        name = node.func.full_name().lower()
        if name in _WITHIN:
            return Case(When(self._holds(node), then=Value(True)), default=Value(False))
        if name == "now":
            return sql.Now()
        kind_of(node)
        arguments = [self.expression(one) for one in node.args]
        known: dict[str, type[Func]] = {**_TEXT, **_TIME, **_NUMBER}
        if name in known:
            return known[name](*arguments)
        if name == "concat":
            return sql.Concat(*arguments)
        if name == "indexof":
            return sql.StrIndex(*arguments) - 1
        if name == "substring":
            return sql.Substr(arguments[0], arguments[1] + 1, *arguments[2:])
        raise NotOffered(f"函数{name}不能用来查询设备和测点。", "请改用别的函数。")


def _is_condition(node: ast._Node) -> bool:
    if isinstance(node, ast.Call):
        return node.func.full_name().lower() in _WITHIN or geo.is_test(node)
    return isinstance(node, ast.Compare | ast.BoolOp)


def _listed(node: ast._Node) -> list[ast._Node]:
    if not isinstance(node, ast.List):
        raise Problem("in后面应是用括号括起来的列表。", "例如id in (1,2)。")
    return list(node.val)


def _null(comparator: ast._Node, given: Any) -> Q:
    if not isinstance(comparator, ast.Eq | ast.NotEq):
        raise Problem("null只能用eq和ne比较。", "请改写。")
    if given is None:
        return Q() if isinstance(comparator, ast.Eq) else Q(pk__in=[])
    return Q(lookups.IsNull(given, isinstance(comparator, ast.Eq)))


def literal(node: ast._Node) -> Any:
    """The value of a literal. Raises ``Problem`` for a date that is none."""
    if not isinstance(node, ast._Literal):
        raise Problem("这里只能写一个值。", "请改写。")
    if isinstance(node, ast.String) and "\0" in node.val:
        raise Problem("文字里有空字符。", "请去掉。")
    try:
        return node.py_val
    except ValueError as error:
        raise Problem(f"“{getattr(node, 'val', '')}”不是日期或时间。", "请写成ISO 8601。") from error
