"""Domain text stored in three languages: one column per language, read in the reader's own."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import get_language

SUFFIXES = ("zh_hans", "zh_hant", "en")
# The columns of a name.
NAMES = tuple(f"name_{suffix}" for suffix in SUFFIXES)


def language_suffix(language: str | None = None) -> str:
    """The column suffix for a language code; a plain or unknown `zh` reads as Simplified, anything else as English."""
    code = (language or get_language() or "en").lower()
    if code.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        return "zh_hant"
    return "zh_hans" if code.startswith("zh") else "en"


def listed(texts: Iterable[object], language: str | None = None) -> str:
    """Several texts in one line, with the mark the reader's language puts between them."""
    mark = ", " if language_suffix(language) == "en" else "、"
    return mark.join(map(str, texts))


def localized(instance: Any, field: str, language: str | None = None) -> str:
    """The text of `field` in the reader's language, else in the first language that has one."""
    wanted = language_suffix(language)
    for suffix in (wanted, *SUFFIXES):
        if text := getattr(instance, f"{field}_{suffix}"):
            return text
    return ""


def is_storable(text: str) -> bool:
    """The database keeps no NUL and no half of a character; escapes can smuggle both in."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def room_label(code: str, name: str) -> str:
    """Code and name; a name that says the code already stands alone."""
    return name if code in name else f"{code} {name}"


class NamedInThreeLanguages(models.Model):
    """A name per language; `name` is the reader's."""

    name_zh_hans = models.CharField(max_length=120)
    name_zh_hant = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")
