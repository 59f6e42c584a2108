"""Checks that need the whole standard: ids, references, circles, and fields that do not go together."""

from collections import Counter

from checklists.standards.fields import Faults
from checklists.standards.nodes import Node
from checklists.standards.rules import Rule, Standard
from checklists.standards.vocabulary import UNPLANNED_ANCHORS


def cross_check(standard: Standard, root: Node, faults: Faults) -> None:
    nodes = item_nodes(root)
    check_ids(standard, nodes, faults)
    for rule, node in zip(standard.rules, nodes, strict=True):
        own = faults.of(rule.id)
        check_references(rule, standard, node, own)
        check_rule(rule, node, own)
    check_groups(standard, root, faults)


def item_nodes(root: Node) -> tuple[Node, ...]:
    items = root.value.get("items") if isinstance(root.value, dict) else None
    members = items.value if items and isinstance(items.value, tuple) else ()
    return tuple(each for each in members if isinstance(each.value, dict))


def field_node(node: Node, name: str) -> Node:
    """The field's own place where it is given, else its item's."""
    return node.value.get(name, node) if isinstance(node.value, dict) else node


def check_ids(standard: Standard, nodes: tuple[Node, ...], faults: Faults) -> None:
    seen: set[str] = set()
    for rule, node in zip(standard.rules, nodes, strict=True):
        if rule.id and rule.id in seen:
            faults.of(rule.id).add(field_node(node, "id"), "id", "given_twice", rule.id)
        seen.add(rule.id)


def check_groups(standard: Standard, root: Node, faults: Faults) -> None:
    for code, count in Counter(group.code for group in standard.groups).items():
        if count > 1:
            faults.add(field_node(root, "groups"), "groups", "given_twice", code)


def check_references(rule: Rule, standard: Standard, node: Node, faults: Faults) -> None:
    when = field_node(node, "when")
    for target in targets(rule):
        if target not in standard.by_id:
            faults.add(when, "when", "unknown_item", target)
        elif standard.by_id[target].scope != rule.scope:
            faults.add(when, "when", "other_scope", target)
    if is_circular(rule, standard):
        faults.add(when, "when", "circular", rule.id)
    if rule.group and rule.group not in {group.code for group in standard.groups}:
        faults.add(field_node(node, "group"), "group", "unknown_group", rule.group)


def targets(rule: Rule) -> tuple[str, ...]:
    return tuple(moment.argument for moment in rule.moments if moment.anchor == "item")


def is_circular(rule: Rule, standard: Standard) -> bool:
    """Whether following the items a rule is tied to leads back to it."""
    reached: set[str] = set()
    waiting = list(targets(rule))
    while waiting:
        each = waiting.pop()
        if each == rule.id:
            return True
        if each in standard.by_id and each not in reached:
            reached.add(each)
            waiting.extend(targets(standard.by_id[each]))
    return False


def check_rule(rule: Rule, node: Node, faults: Faults) -> None:
    """Fields that contradict each other within one rule."""
    unplanned = any(moment.anchor in UNPLANNED_ANCHORS for moment in rule.moments)
    if field_node(node, "roles").value == ():
        faults.add(field_node(node, "roles"), "roles", "empty")
    if rule.repeat and (len(rule.moments) != 1 or unplanned or rule.scope != "booking" or rule.for_each):
        faults.add(field_node(node, "repeat"), "repeat", "cannot_repeat")
    expected = rule.evidence.expected if rule.evidence.kind == "count" else ""
    if expected and expected not in {each.name for each in rule.quantities}:
        faults.add(field_node(node, "evidence"), "evidence.expected", "unknown_quantity", expected)
    if rule.ticks_together and (rule.repeat or rule.evidence.kind != "tick"):
        faults.add(field_node(node, "ticks_together"), "ticks_together", "only_for_a_tick")
    for name, given in (("for_each", rule.for_each), ("after_close", rule.after_close)):
        if given and rule.scope != "booking":
            faults.add(field_node(node, name), name, "only_for_a_meeting")
    if rule.after_close and rule.after_close.anchor not in {"next_open", "actual_end", ""}:
        faults.add(field_node(node, "after_close"), "after_close", "unknown_anchor", rule.after_close.anchor)
    if rule.quantities and rule.scope != "booking":
        faults.add(field_node(node, "quantities"), "quantities", "only_for_a_meeting")
