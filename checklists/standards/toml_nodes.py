"""A TOML text as values that remember their line.

The standard library's parser decides what the text says; it tells lines of syntax faults only, so that the places of
the values are found again in a text which it has found good.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from checklists.standards.faults import Fault, StandardFaults
from checklists.standards.nodes import LARGEST_FILE, NUMBER, Node, Scalar, number

TOKEN = re.compile(
    r"""
    (?P<blank>[ \t]+|\#[^\n]*)
    |(?P<text>"{3}(?:\\.|[^\\])*?"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*')
    |(?P<mark>[\[\]{},=\n])
    |(?P<bare>[^\s\[\]{},=\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)
# The parser's time grows with the square of the parts of a dotted key.
MOST_DOTS = 300
PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
PLACE = re.compile(r"\(at line (\d+), column \d+\)$")


class Token(NamedTuple):
    text: str
    line: int
    start: int
    end: int


@dataclass
class Growing:
    """A node while its text is being read: a scalar, or a list or mapping that is still added to."""

    value: Any
    line: int

    def node(self) -> Node:
        if isinstance(self.value, dict):
            return Node({name: each.node() for name, each in self.value.items()}, self.line)
        if isinstance(self.value, list):
            return Node(tuple(each.node() for each in self.value), self.line)
        return Node(self.value, self.line)


def read_toml(text: str) -> Node:
    """The document of a TOML text; raises with one fault where it cannot be read at all."""
    if len(text) > LARGEST_FILE:
        raise StandardFaults((Fault(1, "", "", "too_big", str(len(text))),))
    plain = text.replace("\r\n", "\n")
    refuse_endless_keys(plain)
    try:
        tomllib.loads(plain)
        return Places(plain).document().node()
    except tomllib.TOMLDecodeError as error:
        raise StandardFaults((syntax_fault(str(error), plain),)) from error
    except (RecursionError, ValueError) as error:
        raise StandardFaults((Fault(1, "", "", "syntax", str(error)[:200]),)) from error


def refuse_endless_keys(text: str) -> None:
    dots = ((place, line.count(".")) for place, line in enumerate(text.split("\n"), start=1))
    if found := tuple(Fault(place, "", "", "too_many_dots", str(count)) for place, count in dots if count > MOST_DOTS):
        raise StandardFaults(found)


def syntax_fault(said: str, text: str) -> Fault:
    """The parser ends its sentence with the place, or says that the text ended too soon."""
    found = PLACE.search(said)
    line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
    return Fault(line, "", "", "syntax", (said[: found.start()] if found else said).strip())


class Places:
    """Walks the tokens of a text that is known to be good."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens_of(text))
        self.place = 0

    def document(self) -> Growing:
        root = table = Growing({}, 1)
        while self.place < len(self.tokens):
            if self.next.text == "\n":
                self.place += 1
            elif self.next.text == "[":
                table = self.header(root)
            else:
                self.entry(table)
        return root

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def header(self, root: Growing) -> Growing:
        """The table that `[name]` opens, or the new member that `[[name]]` adds."""
        line, is_list = self.take().line, self.next.text == "["
        self.place += is_list
        *above, name = self.key("]")
        self.place += 1 + is_list
        inside = reached(root, above, line).value
        if not is_list:
            return inside.setdefault(name, Growing({}, line))
        opened = Growing({}, line)
        inside.setdefault(name, Growing([], line)).value.append(opened)
        return opened

    def entry(self, table: Growing) -> None:
        line = self.next.line
        *above, name = self.key("=")
        self.place += 1
        reached(table, above, line).value[name] = self.value()

    def key(self, end: str) -> list[str]:
        """The parts of a dotted key, as the parser reads them."""
        first = last = self.take()
        if self.next.text == end and PLAIN_KEY.fullmatch(first.text):
            return [first.text]
        while self.next.text != end:
            last = self.take()
        return path_of(tomllib.loads(f"{self.text[first.start : last.end]} = 0"))

    def value(self) -> Growing:
        token = self.take()
        if token.text == "[":
            return Growing(list(self.several("]", self.value)), token.line)
        if token.text == "{":
            table = Growing({}, token.line)
            for _each in self.several("}", lambda: self.entry(table)):
                pass
            return table
        last = token
        # A date and its time may stand apart.
        while self.place < len(self.tokens) and self.next.text not in {"\n", ",", "]", "}"}:
            last = self.take()
        return Growing(scalar(self.text[token.start : last.end]), token.line)

    def several(self, end: str, read: Callable[[], Any]) -> Iterator[Any]:
        self.skip_lines()
        while self.next.text != end:
            yield read()
            self.skip_lines()
            if self.next.text == ",":
                self.place += 1
                self.skip_lines()
        self.place += 1

    def skip_lines(self) -> None:
        while self.next.text == "\n":
            self.place += 1


def tokens_of(text: str) -> Iterator[Token]:
    line = 1
    for found in TOKEN.finditer(text):
        if found.lastgroup != "blank":
            yield Token(found[0], line, found.start(), found.end())
        line += found[0].count("\n")


def path_of(data: Mapping[str, Any]) -> list[str]:
    name, inside = next(iter(data.items()))
    return [name, *(path_of(inside) if isinstance(inside, dict) else ())]


def reached(table: Growing, path: list[str], line: int) -> Growing:
    """The table at the end of the path; of a list its last member."""
    for name in path:
        inside = table.value.setdefault(name, Growing({}, line))
        table = inside.value[-1] if isinstance(inside.value, list) else inside
    return table


def scalar(source: str) -> Scalar:
    """Numbers as in YAML; dates, times, endless and huge numbers stay text."""
    if NUMBER.fullmatch(source):
        return number(source)
    value = tomllib.loads(f"value = {source}")["value"]
    if isinstance(value, str | bool):
        return value
    return number(str(value)) if isinstance(value, int | float) else source
