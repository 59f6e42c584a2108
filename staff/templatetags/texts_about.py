"""Texts of training in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django import template

from rooms.text import SUFFIXES, language_suffix, localized

register = template.Library()


@register.filter
def about(session: Any) -> str:
    return localized(session, "about")


@register.filter
def in_language(texts: Mapping[str, str]) -> str:
    """A text stored by language, else in the first language that has it."""
    return next((texts[name] for name in (language_suffix(), *SUFFIXES) if texts.get(name)), "")
