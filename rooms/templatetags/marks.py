"""What a page repeats many times, as text: an include or a loop of a template costs ten times as much for each."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from rooms.drawing_cards import room_cards
from rooms.pieces import icon, status_mark

register = template.Library()


register.simple_tag(icon)
register.simple_tag(status_mark)
register.simple_tag(room_cards)


@register.simple_tag
def options(rows: Iterable[Any], chosen: Any = None) -> SafeString:
    """An option for each row by its `pk` and `label`; the one whose key is `chosen` is selected."""
    return mark_safe(  # noqa: S308 - escaped
        "".join(
            [
                f'<option value="{row.pk}"{" selected" if row.pk == chosen else ""}>{escape(row.label)}</option>'
                for row in rows
            ]
        )
    )
