"""The checklist of a practical examination: lines of headings and items, the shipped ones among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, override, pgettext_lazy

from rooms.text import SUFFIXES, language_suffix
from staff.conduct import CONDUCT, Rule, RuleGroup

SERVICE = RuleGroup(
    "service",
    _("Service in the room"),
    (
        Rule("layout", _("Tables, chairs and name plates in line, as asked for")),
        Rule("inspection", _("Checks screen, microphones, air and light before the meeting")),
        Rule("welcome", _("Welcomes and guides guests to their seats")),
        Rule("pouring", _("Pours from the right, to seven tenths, without a drop beside it")),
        Rule("rounds", _("Goes round in order and on time, without disturbing")),
        Rule("incident", _("Keeps calm in an incident, does what is planned and reports it")),
        Rule("clearing", _("Clears within half an hour and looks for what was left behind")),
    ),
)
GROUPS = (SERVICE, *CONDUCT)
CODES = tuple(rule.code for group in GROUPS for rule in group.rules)
MOST = 2
SCORE_WORDS: tuple[tuple[int, str | Promise], ...] = (
    (0, pgettext_lazy("practical examination", "not shown")),
    (1, pgettext_lazy("practical examination", "partly")),
    (2, pgettext_lazy("practical examination", "well")),
)
HEADING, ITEM, VITAL = "heading", "item", "vital"
KINDS: tuple[tuple[str, str | Promise], ...] = (
    (ITEM, pgettext_lazy("checklist", "Item")),
    (VITAL, pgettext_lazy("checklist", "Must never fail")),
    (HEADING, pgettext_lazy("checklist", "Heading")),
)
# As it is stored: a code that stays, a kind, and a text for each language.
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    code: str
    text: str
    is_vital: bool


@cache
def shipped_lines() -> tuple[Line, ...]:
    found = []
    for group in GROUPS:
        found.append({"code": group.code, "kind": HEADING, **in_languages(group.title)})
        found += [{"code": rule.code, "kind": ITEM, **in_languages(rule.text)} for rule in group.rules]
    return tuple(found)


def shipped_name() -> dict[str, str]:
    return {f"name_{suffix}": text for suffix, text in in_languages(_("Practical examination")).items()}


def in_languages(text: str | Promise) -> dict[str, str]:
    texts = {}
    for suffix in SUFFIXES:
        with override(suffix.replace("_", "-")):
            texts[suffix] = str(text)
    return texts


def text_of(line: Line) -> str:
    """In the reader's language, else in the first that has one."""
    wanted = language_suffix()
    return next((line[suffix] for suffix in (wanted, *SUFFIXES) if line.get(suffix)), line["code"])


def codes_of(lines: Iterable[Line]) -> list[str]:
    return [line["code"] for line in lines if line["kind"] != HEADING]


def vital_of(lines: Iterable[Line]) -> list[str]:
    return [line["code"] for line in lines if line["kind"] == VITAL]


def grouped(lines: Iterable[Line]) -> list[tuple[str, list[Item]]]:
    """Items under their headings; what stands before the first has none."""
    groups: list[tuple[str, list[Item]]] = []
    for line in lines:
        if line["kind"] == HEADING:
            groups.append((text_of(line), []))
            continue
        if not groups:
            groups.append(("", []))
        groups[-1][1].append(Item(line["code"], text_of(line), line["kind"] == VITAL))
    return [(title, items) for title, items in groups if items]


def percent_of(scores: Mapping[str, int]) -> int:
    """Of what was scored; rounded down, so that nobody passes by rounding."""
    return sum(scores.values()) * 100 // (MOST * len(scores)) if scores else 0


def has_failed(lines: Sequence[Line], scores: Mapping[str, int]) -> bool:
    """Whether something that must never fail was not shown at all; no other points make up for it."""
    return any(scores.get(code) == 0 for code in vital_of(lines))
