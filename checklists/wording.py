"""A label in every language at once, for notices that are read in the language of whoever gets them."""

from typing import Any

from django.utils import translation

from rooms.text import SUFFIXES


def in_each_language(label: Any) -> dict[str, str]:
    found = {}
    for suffix in SUFFIXES:
        with translation.override(suffix.replace("_", "-")):
            found[suffix] = str(label)
    return found
