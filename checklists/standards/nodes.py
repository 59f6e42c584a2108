"""Values that remember their line: read from YAML, or from plain data where there are no lines."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from checklists.standards.faults import Fault, StandardFaults

LARGEST_FILE = 500_000
QUOTED = ("'", '"', "|", ">")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
# libyaml reads the shipped standard ten times faster; wheels without it still work.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Node:
    """A scalar, a tuple of nodes, or a mapping of names to nodes; `doubled` are names given twice."""

    value: "str | float | bool | tuple[Node, ...] | dict[str, Node] | None"
    line: int = 0
    doubled: "tuple[Node, ...]" = ()


Scalar = str | int | float | bool | None


def read_text(text: str) -> Node:
    """The document of a YAML (or JSON) text; raises with one fault where it cannot be read at all."""
    if len(text) > LARGEST_FILE:
        raise StandardFaults((Fault(1, "", "", "too_big", str(len(text))),))
    try:
        refuse_aliases(text)
        root = yaml.compose(text, Loader=Loader)
        return Node(None, 1) if root is None else from_yaml(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The parser's mark of an unclosed bracket lies below the last line.
        line = min(mark.line if mark else 0, text.count("\n")) + 1
        raise StandardFaults((Fault(line, "", "", "syntax", error.problem or ""),)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, StandardFaults):
            raise
        raise StandardFaults((Fault(1, "", "", "syntax", str(error)[:200]),)) from error


def refuse_aliases(text: str) -> None:
    """An alias can nest a small file into an endless one, and a standard has no use for it."""
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent):
            raise StandardFaults((Fault(line_of(event), "", "", "alias", event.anchor or ""),))


def line_of(thing: yaml.Event | yaml.Node) -> int:
    return thing.start_mark.line + 1 if thing.start_mark else 0


def from_yaml(node: yaml.Node) -> Node:
    line = line_of(node)
    if isinstance(node, yaml.SequenceNode):
        return Node(tuple(from_yaml(each) for each in node.value), line)
    if isinstance(node, yaml.MappingNode):
        return mapping_from_yaml(node, line)
    if isinstance(node, yaml.ScalarNode):
        return Node(scalar(node), line)
    return Node(None, line)


def mapping_from_yaml(node: yaml.MappingNode, line: int) -> Node:
    entries: dict[str, Node] = {}
    doubled: list[Node] = []
    for key, value in node.value:
        name = str(key.value)
        if name in entries:
            doubled.append(Node(name, line_of(key)))
        entries[name] = from_yaml(value)
    return Node(entries, line, tuple(doubled))


def scalar(node: yaml.ScalarNode) -> Scalar:
    """Only numbers, true, false and nothing are more than text: no dates, no base 60, no yes and no."""
    text = str(node.value)
    if node.style in QUOTED:
        return text
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    return number(text)


def number(text: str) -> Scalar:
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def from_data(data: Any) -> Node:
    """Plain data, as stored in a table or sent by a form."""
    if isinstance(data, dict):
        return Node({str(name): from_data(value) for name, value in data.items()})
    if isinstance(data, list | tuple):
        return Node(tuple(from_data(value) for value in data))
    return Node(data if isinstance(data, str | int | float | bool) else None)
