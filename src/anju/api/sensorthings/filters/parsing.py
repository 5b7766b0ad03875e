"""From text to the tree of odata-query, with the words that SensorThings has and OData 4 has not."""

from __future__ import annotations

import re

from odata_query import ast, exceptions
from odata_query.grammar import ODATA_FUNCTIONS, ODataLexer, ODataParser

from anju.api.sensorthings.problems import NotOffered, Problem

# OGC 18-088, tables 26 to 28: what the parser does not know by itself, with the number of arguments.
_MORE: dict[str, int | tuple[int, int]] = {
    "substringof": 2,
    "st_equals": 2,
    "st_disjoint": 2,
    "st_touches": 2,
    "st_within": 2,
    "st_overlaps": 2,
    "st_crosses": 2,
    "st_intersects": 2,
    "st_contains": 2,
    "st_relate": 3,
}
# The parser looks every function up in its table, and a class of its kind cannot be derived from.
ODATA_FUNCTIONS.update(_MORE)
_QUOTED = re.compile(r"('(?:[^']|'')*')")


def parse(text: str) -> ast._Node:
    """The tree of an expression. Raises ``Problem`` where it is none."""
    try:
        tree: ast._Node = ODataParser().parse(ODataLexer().tokenize(_plain(text)))
    except exceptions.UnknownFunctionException as error:
        raise NotOffered(f"没有函数{error.function_name}。", "请改用SensorThings标准里的函数。") from error
    except exceptions.ArgumentCountException as error:
        raise Problem(f"函数{error.function_name}的参数个数不对。", "请照SensorThings标准改写。") from error
    except (exceptions.ODataException, ValueError) as error:
        raise Problem(
            f"表达式“{text[:80]}”读不懂。", "请照OData的写法改正：字符串用单引号，时间写成ISO 8601。"
        ) from error
    if tree is None:
        raise Problem(f"表达式“{text[:80]}”读不懂。", "请照OData的写法改正。")
    return tree


def _plain(text: str) -> str:
    """Outside of quotes ``@iot.id`` is ``id``: the parser takes no name with an at sign."""
    parts = _QUOTED.split(text.strip())
    return "".join(part if at % 2 else part.replace("@iot.", "") for at, part in enumerate(parts))


def path_of(node: ast._Node) -> tuple[str, ...] | None:
    """The steps of a name such as ``Thing/properties/code``; None for what is no name."""
    if isinstance(node, ast.Identifier):
        return (*node.namespace, node.name)
    if isinstance(node, ast.Attribute):
        owner = path_of(node.owner)
        return (*owner, node.attr) if owner else None
    return None


def from_path(steps: tuple[str, ...]) -> ast._Node:
    """The name with these steps. Raises ``Problem`` where there are none: a relation is no value."""
    if not steps:
        raise Problem("关系本身不能比较。", "请写到它的一个属性，例如Datastream/id。")
    node: ast._Node = ast.Identifier(steps[0])
    for step in steps[1:]:
        node = ast.Attribute(node, step)
    return node


def paths_in(node: ast._Node) -> list[tuple[str, ...]]:
    """All names in an expression."""
    path = path_of(node)
    if path is not None:
        return [path]
    found = []
    for child in children(node):
        found += paths_in(child)
    return found


def children(node: ast._Node) -> list[ast._Node]:
    """The parts of an expression that are expressions."""
    if isinstance(node, ast.Call):
        return list(node.args)
    if isinstance(node, ast.List):
        return list(node.val)
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp):
        return [node.left, node.right]
    return []


def below(node: ast._Node) -> ast._Node:
    """The same expression with the first step of each name taken away."""
    path = path_of(node)
    if path is not None:
        return from_path(path[1:])
    if isinstance(node, ast.Call):
        return ast.Call(node.func, [below(one) for one in node.args])
    if isinstance(node, ast.List):
        return ast.List([below(one) for one in node.val])
    if isinstance(node, ast.UnaryOp):
        return ast.UnaryOp(node.op, below(node.operand))
    if isinstance(node, ast.BinOp):
        return ast.BinOp(node.op, below(node.left), below(node.right))
    if isinstance(node, ast.Compare):
        return ast.Compare(node.comparator, below(node.left), below(node.right))
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(node.op, below(node.left), below(node.right))
    return node
