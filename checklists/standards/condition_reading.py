"""Reads the `only_if` of a rule and checks every fact, comparison and value it names."""

from collections.abc import Mapping

from checklists.standards.conditions import ALWAYS, Condition, FactValue
from checklists.standards.fields import Faults, Unfit, members, plain
from checklists.standards.nodes import Node
from checklists.standards.vocabulary import CODE, CODES, COMPARISONS, FACTS, NUMBER, YES_NO

DEEPEST = 8
VALUE_TYPES: Mapping[str, type[bool] | type[int] | type[str]] = {YES_NO: bool, NUMBER: int, CODE: str, CODES: str}


def read_condition(node: Node, name: str, scope: str, faults: Faults) -> Condition:
    """A fact's name, `{all: [..]}`, `{any: [..]}`, `{not: ..}` or `{fact: {comparison: value}}`."""
    return ConditionReader(FACTS[scope], faults).read(node, name)


class ConditionReader:
    def __init__(self, facts: Mapping[str, str], faults: Faults) -> None:
        self.facts, self.faults = facts, faults

    def read(self, node: Node, name: str, depth: int = 0) -> Condition:
        try:
            return self.read_any(node, name, depth)
        except Unfit as unfit:
            self.faults.add(node, name, unfit.code, unfit.value)
            return ALWAYS

    def read_any(self, node: Node, name: str, depth: int) -> Condition:
        if depth > DEEPEST:
            raise Unfit("too_deep")
        if isinstance(node.value, str):
            return ALWAYS if node.value == "always" else Condition("fact", fact=self.known(node.value))
        word, inner = only_entry(node, "not_a_condition")
        if word in {"all", "any"}:
            return self.read_parts(word, inner, f"{name}.{word}", depth)
        if word == "not":
            return Condition("not", parts=(self.read(inner, f"{name}.not", depth + 1),))
        return self.read_comparison(self.known(word), inner)

    def read_parts(self, word: str, node: Node, name: str, depth: int) -> Condition:
        if not members(node):
            raise Unfit("empty", word)
        return Condition(word, parts=tuple(self.read(each, name, depth + 1) for each in members(node)))

    def read_comparison(self, fact: str, node: Node) -> Condition:
        kind = self.facts[fact]
        comparison, wanted = only_entry(node, "not_a_comparison")
        if comparison not in COMPARISONS[kind]:
            raise Unfit("unknown_comparison", comparison)
        return Condition("compare", fact=fact, comparison=comparison, value=read_value(wanted, kind, comparison))

    def known(self, fact: str) -> str:
        if fact not in self.facts:
            raise Unfit("unknown_fact", fact)
        return fact


def only_entry(node: Node, code: str) -> tuple[str, Node]:
    if not isinstance(node.value, dict) or len(node.value) != 1:
        raise Unfit(code, plain(node))
    return next(iter(node.value.items()))


def read_value(node: Node, kind: str, comparison: str) -> FactValue:
    """The value, where it suits the fact and the comparison."""
    if comparison == "in":
        texts = tuple(each.value for each in members(node) if isinstance(each.value, str))
        if texts and len(texts) == len(members(node)):
            return texts
    elif isinstance(node.value, VALUE_TYPES[kind]) and (kind != NUMBER or not isinstance(node.value, bool)):
        return node.value
    raise Unfit("wrong_value", plain(node))
