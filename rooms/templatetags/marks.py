"""What a page repeats many times, as text: an include or a loop of a template costs ten times as much for each."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
@lru_cache(1024)
def icon(name: str, css: str = "") -> SafeString:
    kind = f"icon {escape(css)}" if css else "icon"
    return mark_safe(  # noqa: S308 - escaped
        f'<svg class="{kind}" aria-hidden="true" focusable="false">'
        f'<use href="{static("vendor/bootstrap-icons.svg")}#{escape(name)}"/></svg>'
    )


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
