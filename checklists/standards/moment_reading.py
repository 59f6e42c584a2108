"""Reads the `when` of a rule: anchors with their argument and one kind of offset."""

from datetime import time
from functools import partial

from checklists.standards.fields import Faults, Fields, Unfit, plain, whole
from checklists.standards.nodes import Node
from checklists.standards.rules import Moment
from checklists.standards.vocabulary import ANCHORS, ANCHORS_WITH_ARGUMENT

OFFSETS = ("minutes", "working_minutes", "working_days")
A_MONTH = 31 * 24 * 60
MOST_DAYS = 60
# Stands in for a faulty moment; no other check speaks of it again.
NOWHERE = Moment("")


def read_moments(node: Node, name: str, scope: str, faults: Faults) -> tuple[Moment, ...]:
    """One moment, or a list of them: one step for each."""
    if not isinstance(node.value, tuple):
        return (read_moment(node, name, scope, faults),)
    if not node.value:
        raise Unfit("empty")
    read = partial(read_moment, scope=scope, faults=faults)
    return tuple(faults.attempt(read, each, name, NOWHERE) for each in node.value)


def read_moment(node: Node, name: str, scope: str, faults: Faults) -> Moment:
    """An anchor alone (`start`), or a mapping of the anchor and its offset."""
    if isinstance(node.value, str):
        return Moment(*read_anchor(node, name, scope))
    fields = Fields(node, name, faults)
    fields.only(("anchor", *OFFSETS))
    given = [each for each in OFFSETS if each in fields.entries]
    if len(given) > 1:
        faults.add(fields.entries[given[1]], fields.name(given[1]), "one_offset_only")
    anchor, argument = fields.need("anchor", partial(read_anchor, scope=scope), (NOWHERE.anchor, ""))
    return Moment(
        anchor,
        argument,
        minutes=fields.get("minutes", whole(-A_MONTH, A_MONTH), 0),
        working_minutes=fields.get("working_minutes", whole(-A_MONTH, A_MONTH), 0),
        working_days=fields.get("working_days", whole(-MOST_DAYS, MOST_DAYS), 0),
    )


def read_anchor(node: Node, _name: str, scope: str) -> tuple[str, str]:
    anchor, _, argument = plain(node).partition(":")
    if not isinstance(node.value, str) or anchor not in ANCHORS[scope]:
        raise Unfit("unknown_anchor", plain(node))
    if not argument_suits(anchor, argument):
        raise Unfit("bad_argument", plain(node))
    return anchor, argument


def argument_suits(anchor: str, argument: str) -> bool:
    if anchor == "clock":
        return is_clock(argument)
    if anchor == "random_during":
        return argument.isascii() and argument.isdigit()
    return bool(argument) == (anchor in ANCHORS_WITH_ARGUMENT)


def is_clock(text: str) -> bool:
    try:
        return time.fromisoformat(text).strftime("%H:%M") == text
    except ValueError:
        return False
