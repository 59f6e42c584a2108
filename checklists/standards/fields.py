"""Typed reading of one mapping's fields; every fault is noted and reading goes on."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from checklists.standards.faults import Fault
from checklists.standards.nodes import Node
from checklists.standards.rules import Text
from checklists.standards.vocabulary import LANGUAGES
from rooms.text import is_storable

Read = TypeVar("Read")


ITEM_ID = re.compile(r"[\w.-]*\w[\w.-]*")


class Unfit(Exception):  # noqa: N818 - never leaves this package
    """A value that does not fit its field."""

    def __init__(self, code: str, value: object = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


@dataclass
class Faults:
    """Collects what is wrong with one item (or, without an item, with the file)."""

    item: str = ""
    found: list[Fault] = field(default_factory=list)

    def add(self, node: Node, name: str, code: str, value: object = "") -> None:
        self.found.append(Fault(node.line, self.item, name, code, str(value)))

    def of(self, item: str) -> "Faults":
        """The same collection, speaking of another item."""
        return Faults(item, self.found)

    def attempt(self, read: Callable[[Node, str], Read], node: Node, name: str, default: Read) -> Read:
        """What `read` makes of the node; a value that does not fit is noted and `default` stands in."""
        try:
            return read(node, name)
        except Unfit as unfit:
            self.add(node, name, unfit.code, unfit.value)
            return default


class Fields:
    """The fields of one mapping; `path` names it within its item, such as `evidence` or `quantities.table`."""

    def __init__(self, node: Node, path: str, faults: Faults) -> None:
        if not isinstance(node.value, dict):
            raise Unfit("not_a_mapping", plain(node))
        self.node, self.path, self.faults, self.entries = node, path, faults, node.value
        for twice in node.doubled:
            faults.add(twice, self.name(str(twice.value)), "given_twice")

    def name(self, entry: str) -> str:
        return f"{self.path}.{entry}" if self.path else entry

    def only(self, known: Collection[str]) -> None:
        for entry, node in self.entries.items():
            if entry not in known:
                self.faults.add(node, self.name(entry), "unknown_field")

    def get(self, entry: str, read: Callable[[Node, str], Read], default: Read) -> Read:
        """The field as `read` understands it; `default` where it is absent or faulty."""
        if entry not in self.entries:
            return default
        return self.faults.attempt(read, self.entries[entry], self.name(entry), default)

    def need(self, entry: str, read: Callable[[Node, str], Read], default: Read) -> Read:
        if self.entries.get(entry, Node(None)).value is None:
            self.faults.add(self.entries.get(entry, self.node), self.name(entry), "missing")
            return default
        return self.get(entry, read, default)

    def several(self, read: Callable[[Node, str], Read]) -> Callable[[Node, str], tuple[Read, ...]]:
        """A list without repetitions; a faulty member is noted and left out."""

        def read_all(node: Node, name: str) -> tuple[Read, ...]:
            kept: list[Read] = []
            for each in members(node):
                value = self.faults.attempt(read, each, name, None)
                if value is not None and value in kept:
                    self.faults.add(each, name, "given_twice", plain(each))
                elif value is not None:
                    kept.append(value)
            return tuple(kept)

        return read_all

    def texts(self, longest_en: int, longest_zh: int) -> Callable[[Node, str], Text]:
        def read(node: Node, name: str) -> Text:
            inside = Fields(node, name, self.faults)
            inside.only(LANGUAGES)
            limits = {"en": longest_en, "zh_hans": longest_zh, "zh_hant": longest_zh}
            return Text(**{each: inside.need(each, text(limits[each]), "") for each in LANGUAGES})

        return read


def text(longest: int) -> Callable[[Node, str], str]:
    def read(node: Node, _name: str) -> str:
        if not isinstance(node.value, str):
            raise Unfit("not_a_text", plain(node))
        if not node.value.strip():
            raise Unfit("empty")
        if len(node.value) > longest:
            raise Unfit("too_long", len(node.value))
        if not is_storable(node.value):
            raise Unfit("bad_character")
        return node.value.strip()

    return read


def item_id(longest: int) -> Callable[[Node, str], str]:
    """Ids stand in addresses and in the keys of steps, between colons."""
    read_text = text(longest)

    def read(node: Node, name: str) -> str:
        value = read_text(node, name)
        if not ITEM_ID.fullmatch(value):
            raise Unfit("bad_id", value)
        return value

    return read


def choice(options: Collection[str]) -> Callable[[Node, str], str]:
    def read(node: Node, _name: str) -> str:
        if not isinstance(node.value, str) or node.value not in options:
            raise Unfit("unknown_value", plain(node))
        return node.value

    return read


def whole(least: int, most: int) -> Callable[[Node, str], int]:
    def read(node: Node, _name: str) -> int:
        if not isinstance(node.value, int) or isinstance(node.value, bool):
            raise Unfit("not_a_whole_number", plain(node))
        if not least <= node.value <= most:
            raise Unfit("out_of_range", node.value)
        return node.value

    return read


def yes_no(node: Node, _name: str) -> bool:
    if not isinstance(node.value, bool):
        raise Unfit("not_yes_or_no", plain(node))
    return node.value


def measure(node: Node, _name: str) -> float:
    if not isinstance(node.value, int | float) or isinstance(node.value, bool):
        raise Unfit("not_a_number", plain(node))
    return node.value


def members(node: Node) -> tuple[Node, ...]:
    if not isinstance(node.value, tuple):
        raise Unfit("not_a_list", plain(node))
    return node.value


def plain(node: Node) -> str:
    """A short rendering of what was found, for the fault."""
    if isinstance(node.value, dict):
        return "mapping"
    return "list" if isinstance(node.value, tuple) else str(node.value)[:60]
