"""What pages of training repeat for each person, as text: an include costs ten times as much."""

from collections.abc import Iterable
from datetime import date
from html import escape

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from rooms.dates import format_dated
from rooms.pieces import mark
from staff.selectors.skills import Held, SkillCell

register = template.Library()


@register.simple_tag
def skill_mark(cell: SkillCell) -> SafeString:
    """A skill of a person, its state in a word."""
    return mark_safe(mark_of(cell))  # noqa: S308 - escaped


def mark_of(cell: SkillCell) -> str:
    if cell.state is None or cell.row is None:
        return ""
    if cell.state == Held.COMING:
        word, on = pgettext("a day", "from"), format_dated(cell.row.valid_from, timezone.localdate())
        return mark("info", "clock", escape(f"{word} {on}"))
    kind, sign, words = {
        Held.LAPSED: ("bad", "x-octagon", pgettext("a skill", "lapsed")),
        Held.LAPSING: ("warn", "hourglass-split", pgettext("a skill", "lapses soon")),
        Held.VALID: ("ok", "check-lg", pgettext("a skill", "valid")),
    }[cell.state]
    return mark(kind, sign, escape(words))


@register.simple_tag
def skill_cells(cells: Iterable[SkillCell]) -> SafeString:
    """The cells of one line of the matrix."""
    today, until = timezone.localdate(), escape(pgettext("a day", "until"))
    return mark_safe("".join([matrix_cell(cell, today, until) for cell in cells]))  # noqa: S308 - escaped


def matrix_cell(cell: SkillCell, today: date, until: str) -> str:
    if cell.state is None or cell.row is None:
        return '<td class="is-none"><span class="quieter">–</span></td>'
    last = cell.row.valid_until
    line = f'<span class="skill-until num">{until} {escape(format_dated(last, today))}</span>' if last else ""
    return f'<td class="is-{cell.state}">{mark_of(cell)}{line}</td>'
