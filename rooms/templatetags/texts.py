"""Template filters for texts as the reader's language joins them."""

from collections.abc import Iterable

from django import template

from rooms.text import listed as join_texts

register = template.Library()


@register.filter
def listed(texts: Iterable[object]) -> str:
    """A、B、C; A, B, C."""
    return join_texts(texts)
