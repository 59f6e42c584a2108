"""Quantity formulas: whole-number arithmetic on a few named facts, read once and never executed as code."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil

from checklists.standards.vocabulary import FORMULA_NAMES

LONGEST = 80
LARGEST = 100_000

OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}
FUNCTIONS: dict[str, Callable[..., Fraction]] = {"min": min, "max": max}


class FormulaError(ValueError):
    """The text is not a formula of this small language."""


@dataclass(frozen=True)
class Formula:
    """Such as `headcount`, `headcount * 2` or `max(headcount / 10, 1)`; parts are rounded up."""

    text: str

    def __post_init__(self) -> None:
        check(self.expression)

    @cached_property
    def expression(self) -> ast.expr:
        return parse(self.text)

    def amount(self, values: Mapping[str, int]) -> int:
        """The number for these facts: rounded up, never negative, never absurd."""
        return min(max(ceil(evaluate(self.expression, values)), 0), LARGEST)


def parse(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise FormulaError(text)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaError(text) from error


def check(node: ast.expr) -> None:
    """Refuse whatever `evaluate` could not answer for every set of facts."""
    match node:
        case ast.Constant(value=int(value)) if type(value) is int and 0 <= value <= LARGEST:
            return
        case ast.Name(id=name) if name in FORMULA_NAMES:
            return
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=int(value))) if value > 0:
            check(left)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            check(left)
            check(right)
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as arguments, keywords=[]) if name in FUNCTIONS:
            for argument in arguments:
                check(argument)
        case _:
            raise FormulaError(ast.unparse(node))


def evaluate(node: ast.expr, values: Mapping[str, int]) -> Fraction:
    match node:
        case ast.Constant(value=int(value)):
            return Fraction(value)
        case ast.Name(id=name):
            return Fraction(values[name])
        case ast.BinOp(left=left, op=operator, right=right):
            return OPERATORS[type(operator)](evaluate(left, values), evaluate(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name](*(evaluate(argument, values) for argument in arguments))
    raise FormulaError(ast.unparse(node))
