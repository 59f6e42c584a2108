"""Template filters for the codes of a standard."""

from collections.abc import Iterable

from django import template
from django.forms import BaseForm, BoundField
from django.utils.translation import gettext as _

from checklists.models import ServiceStandard, StandardLog
from checklists.selectors.standard_shelf import Shelf
from checklists.standard_forms.moments import MomentRow
from checklists.standard_words import (
    FIELD_WORDS,
    LOG_WORDS,
    PHASE_WORDS,
    ROLE_WORDS,
    minutes_text,
    repeat_text,
    text_of,
    word,
)
from checklists.standards import Repeat, Rule
from rooms.text import listed

register = template.Library()


@register.filter
def role_word(code: str) -> str:
    return word(ROLE_WORDS, code)


@register.filter
def role_words(codes: Iterable[str]) -> str:
    return listed(word(ROLE_WORDS, code) for code in codes)


@register.filter
def phase_word(code: str) -> str:
    return word(PHASE_WORDS, code)


@register.filter
def in_minutes(count: int) -> str:
    return minutes_text(count)


@register.filter
def rule_title(rule: Rule) -> str:
    return text_of(rule.title)


@register.filter
def any_editable(shelves: Iterable[Shelf]) -> bool:
    return any(shelf.can_edit for shelf in shelves)


@register.filter
def log_text(entry: StandardLog) -> str:
    """“Changed P4: When, Reminders”."""
    words = LOG_WORDS.get(entry.verb)
    if words is None:
        return entry.verb
    fields = listed(word(FIELD_WORDS, name) for name in entry.changes.get("fields", ()))
    said = str(words) % ({"item": "", "number": "", "meetings": "", "items": "", "based_on": ""} | entry.changes)
    return _("%(said)s: %(fields)s") % {"said": said, "fields": fields} if fields else said


@register.filter
def some_fields(form: BaseForm, names: str) -> list[BoundField]:
    """The fields named, in that order; those the form does not have are left out."""
    return [form[name] for name in names.split(",") if name in form.fields]


@register.filter
def shows_field(row: MomentRow, name: str) -> bool:
    """Whether the anchor chosen goes with this field."""
    return {"clock": "clock", "item": "item", "random_during": "margin"}.get(row.chosen) == name


@register.filter
def in_rhythm(repeat: Repeat) -> str:
    return repeat_text(repeat)


@register.filter
def standard_name(standard: ServiceStandard) -> str:
    """“No. 3 · Headquarters”, “Draft · shared by the sites”."""
    name = _("No. %(number)s") % {"number": standard.number} if standard.number else _("Draft")
    owner = standard.site.name if standard.site else _("shared by the sites")
    return f"{name} · {owner}"
