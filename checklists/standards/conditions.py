"""Conditions of a rule as structured data: chosen in a form, never executed as code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

FactValue = bool | int | str | tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """One node. `op` is always, all, any, not, fact (`fact` holds) or compare (`fact` `comparison` `value`)."""

    op: str = "always"
    parts: tuple["Condition", ...] = ()
    fact: str = ""
    comparison: str = ""
    value: FactValue = ""

    def holds(self, values: Mapping[str, FactValue]) -> bool:
        return TESTS[self.op](self, values)

    def facts(self) -> frozenset[str]:
        own = {self.fact} if self.fact else set()
        return frozenset(own.union(*(part.facts() for part in self.parts)))


ALWAYS = Condition()

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda actual, wanted: actual == wanted,
    "in": lambda actual, wanted: actual in wanted,
    "includes": lambda actual, wanted: wanted in actual,
    "at_least": lambda actual, wanted: actual >= wanted,
    "at_most": lambda actual, wanted: actual <= wanted,
    "above": lambda actual, wanted: actual > wanted,
    "below": lambda actual, wanted: actual < wanted,
}

TESTS: dict[str, Callable[[Condition, Mapping[str, FactValue]], bool]] = {
    "always": lambda _condition, _values: True,
    "all": lambda condition, values: all(part.holds(values) for part in condition.parts),
    "any": lambda condition, values: any(part.holds(values) for part in condition.parts),
    "not": lambda condition, values: not condition.parts[0].holds(values),
    "fact": lambda condition, values: bool(values[condition.fact]),
    "compare": lambda condition, values: COMPARE[condition.comparison](values[condition.fact], condition.value),
}


def condition_data(condition: Condition) -> Any:
    """The condition as it is written in a standard's file."""
    if condition.op in {"all", "any"}:
        return {condition.op: [condition_data(part) for part in condition.parts]}
    if condition.op == "not":
        return {"not": condition_data(condition.parts[0])}
    if condition.op == "compare":
        value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
        return {condition.fact: {condition.comparison: value}}
    return condition.fact or "always"
