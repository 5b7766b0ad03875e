"""Formulas of indicators: safe arithmetic over named inputs.

A missing input or a division by zero gives "not assessable", never 0. A formula whose outermost step is a
division keeps both sides, because a city's ratio is the sum of numerators over the sum of denominators.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation

from anju.kernel.values.refusal import Refusal

Number = Decimal | None
_LONGEST = 500


class FormulaError(Refusal):
    """A formula that cannot be used: one sentence and a next step."""


@dataclass(frozen=True, slots=True)
class Result:
    """``numerator`` and ``denominator`` are those of the outermost division (denominator 1 without one).

    ``reason`` says why there is no value; it is empty exactly when ``value`` is there.
    """

    value: Number
    numerator: Number = None
    denominator: Number = None
    reason: str = ""


class _NotAssessable(Exception):
    pass


_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_FUNCTIONS: dict[str, Callable[..., Decimal]] = {"min": min, "max": max}


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula: numbers, names, + − × ÷, brackets, ``min`` and ``max``."""

    text: str
    tree: ast.expr
    inputs: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Raises ``FormulaError`` for anything but arithmetic."""
        try:
            if len(text) > _LONGEST:
                raise SyntaxError
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise FormulaError(
                f"公式“{text[:40]}”写法不对。", "请只用数字、名称、+-*/、括号、min和max。"
            ) from error
        names: set[str] = set()
        _check(tree, names)
        return cls(text, tree, frozenset(names))

    def evaluate(self, values: Mapping[str, Number]) -> Result:
        """The result for these inputs; names that are not given count as missing."""
        try:
            if isinstance(self.tree, ast.BinOp) and isinstance(self.tree.op, ast.Div):
                numerator = _value(self.tree.left, values)
                denominator = _value(self.tree.right, values)
                if denominator == 0:
                    return Result(None, numerator, denominator, "分母为零")
                return Result(numerator / denominator, numerator, denominator)
            value = _value(self.tree, values)
        except _NotAssessable as missing:
            return Result(None, reason=str(missing))
        except (DivisionByZero, InvalidOperation):
            return Result(None, reason="除数为零")
        return Result(value, value, Decimal(1))


def _check(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name():
            names.add(node.id)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, names)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
            _check(left, names)
            _check(right, names)
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as arguments, keywords=[]) if name in _FUNCTIONS:
            for argument in arguments:
                _check(argument, names)
        case _:
            raise FormulaError("公式里有不允许的写法。", "请只用数字、名称、+-*/、括号、min和max。")


def _value(node: ast.expr, values: Mapping[str, Number]) -> Decimal:
    match node:
        case ast.Constant(value=number):
            return Decimal(str(number))
        case ast.Name(id=name):
            given = values.get(name)
            if given is None:
                raise _NotAssessable(f"缺少{name}")
            return given
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=operator, right=right):
            return _BINARY[type(operator)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*(_value(argument, values) for argument in arguments))
    raise AssertionError(node)  # ``_check`` lets nothing else through
