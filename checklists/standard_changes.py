"""The difference of two standards in words, field by field, as a page sets it side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from checklists.standard_words import (
    DETAIL_WORDS,
    FIELD_WORDS,
    PHASE_WORDS,
    ROLE_WORDS,
    SCOPE_WORDS,
    SUBJECT_WORDS,
    Words,
    condition_text,
    evidence_text,
    late_text,
    leads_text,
    minutes_text,
    moment_text,
    moments_text,
    quantity_text,
    repeat_text,
    text_of,
    word,
)
from checklists.standards import Rule, Text
from checklists.standards.comparing import Comparison, FieldChange, ItemChange
from rooms.text import listed

LANGUAGE_NAMES = (("zh_hans", "简体中文"), ("zh_hant", "繁體中文"), ("en", "English"))


@dataclass(frozen=True)
class WordedChange:
    """`language` names the one of three in which a wording differs."""

    field: str
    old: str
    new: str
    language: str = ""


@dataclass(frozen=True)
class WordedItem:
    code: str
    title: str
    changes: tuple[WordedChange, ...] = ()


@dataclass(frozen=True)
class WordedComparison:
    added: tuple[WordedItem, ...]
    removed: tuple[WordedItem, ...]
    changed: tuple[WordedItem, ...]
    moved: tuple[WordedItem, ...]
    has_other_heading: bool

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.changed, self.moved, self.has_other_heading))


def changes_in_words(found: Comparison) -> WordedComparison:
    return WordedComparison(
        added=tuple(whole_item(rule) for rule in found.added),
        removed=tuple(whole_item(rule) for rule in found.removed),
        changed=tuple(changed_item(change) for change in found.changed),
        moved=tuple(WordedItem(rule.id, text_of(rule.title)) for rule in found.moved),
        has_other_heading=found.has_other_heading,
    )


def whole_item(rule: Rule) -> WordedItem:
    return WordedItem(rule.id, text_of(rule.title), (WordedChange(word(FIELD_WORDS, "text"), "", text_of(rule.text)),))


def changed_item(change: ItemChange) -> WordedItem:
    worded = (each for field in change.fields for each in worded_changes(field))
    return WordedItem(change.id, text_of(change.new.title), tuple(worded))


def worded_changes(change: FieldChange) -> list[WordedChange]:
    name = word(FIELD_WORDS, change.field)
    if isinstance(change.old, Text):
        return [
            WordedChange(name, getattr(change.old, code), getattr(change.new, code), language)
            for code, language in LANGUAGE_NAMES
            if getattr(change.old, code) != getattr(change.new, code)
        ]
    return [WordedChange(name, value_in_words(change.field, change.old), value_in_words(change.field, change.new))]


def value_in_words(field: str, value: Any) -> str:
    """Nothing at all reads as a dash on the page."""
    if value in (None, "", ()) and field != "escalate_after":
        return _("nobody is reminded") if field == "leads" else ""
    return WORDED[field](value)


def coded(words: Words) -> Callable[[Any], str]:
    return lambda value: word(words, value)


def coded_list(words: Words) -> Callable[[Any], str]:
    return lambda values: listed(word(words, value) for value in values)


WORDED: Mapping[str, Callable[[Any], str]] = {
    "phase": coded(PHASE_WORDS),
    "roles": coded_list(ROLE_WORDS),
    "moments": moments_text,
    "scope": coded(SCOPE_WORDS),
    "repeat": repeat_text,
    "condition": condition_text,
    "evidence": evidence_text,
    "quantities": lambda values: listed(map(quantity_text, values)),
    "shows": coded_list(DETAIL_WORDS),
    "leads": leads_text,
    "escalate_after": late_text,
    "opens": lambda minutes: _("%(amount)s before") % {"amount": minutes_text(minutes)},
    "group": str,
    "for_each": coded(SUBJECT_WORDS),
    "ticks_together": lambda may: _("yes") if may else "",
    "after_close": moment_text,
}
