"""What kind of value an expression on rows has, so that a database is never asked to compare what cannot be compared."""

from __future__ import annotations

from typing import Literal

from odata_query import ast

from anju.api.sensorthings.filters.parsing import path_of
from anju.api.sensorthings.problems import Problem

Kind = Literal["number", "text", "moment", "clock", "duration", "truth", "nothing", "other"]
_COLUMNS: dict[str, Kind] = {
    "id": "number",
    "properties/interval": "number",
    "properties/enabled": "truth",
    "time": "moment",
}
_LITERALS: dict[type[ast._Node], Kind] = {
    ast.Integer: "number",
    ast.Float: "number",
    ast.String: "text",
    ast.GUID: "other",
    ast.DateTime: "moment",
    ast.Date: "moment",
    ast.Time: "clock",
    ast.Duration: "duration",
    ast.Boolean: "truth",
    ast.Null: "nothing",
}
# What functions take (all their arguments, or each) and give.
_FUNCTIONS: dict[str, tuple[tuple[Kind, ...], Kind]] = {
    **dict.fromkeys(("tolower", "toupper", "trim"), (("text",), "text")),
    **dict.fromkeys(("substringof", "contains", "startswith", "endswith"), (("text", "text"), "truth")),
    **dict.fromkeys(("round", "floor", "ceiling"), (("number",), "number")),
    **dict.fromkeys(("year", "month", "day", "hour", "minute", "second"), (("moment",), "number")),
    "length": (("text",), "number"),
    "concat": (("text", "text"), "text"),
    "indexof": (("text", "text"), "number"),
    "substring": (("text", "number", "number"), "text"),
    "date": (("moment",), "moment"),
    "time": (("moment",), "clock"),
    "now": ((), "moment"),
}
_WORDS = {"number": "数", "text": "文字", "moment": "时间", "truth": "真假值"}


def kind_of(node: ast._Node) -> Kind:
    """The kind of an expression. Raises ``Problem`` where a part of it has the wrong one."""
    path = path_of(node)
    if path is not None:
        return _COLUMNS.get("/".join(path), "text")
    if isinstance(node, ast.BinOp):
        for side in (node.left, node.right):
            _must_be("number", side)
        return "number"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _must_be("number", node.operand)
        return "number"
    if isinstance(node, ast.Call):
        takes, gives = _FUNCTIONS.get(node.func.full_name().lower(), ((), "other"))
        for wanted, argument in zip(takes, node.args, strict=False):
            _must_be(wanted, argument)
        return gives
    if isinstance(node, ast.Compare | ast.BoolOp):
        return "truth"
    return _LITERALS.get(type(node), "other")


def check_sides(left: ast._Node, right: ast._Node) -> None:
    """That two sides of a comparison can be compared; null with everything."""
    kinds = {kind_of(left), kind_of(right)} - {"nothing"}
    if len(kinds) > 1:
        raise Problem("比较的两边不是同一种值。", "请核对数、文字和时间有没有混用：文字用单引号，时间不用。")


def _must_be(wanted: Kind, node: ast._Node) -> None:
    if kind_of(node) != wanted:
        raise Problem(f"这里要用{_WORDS[wanted]}。", "请核对数、文字和时间有没有混用。")
