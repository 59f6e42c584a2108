"""The languages of the product, each by its own name."""

from django.conf import settings
from django.utils import translation

# Whatever the page's language is, a reader looks for their own.
NATIVE_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}


def language_choices() -> list[tuple[str, str]]:
    return [(code, NATIVE_NAMES[code]) for code, _name in settings.LANGUAGES]


def in_each_language(text: object) -> dict[str, str]:
    """A translatable text as a notice keeps it, for a reader whose language is not known yet."""
    found = {}
    for code in NATIVE_NAMES:
        with translation.override(code):
            found[code.replace("-", "_")] = str(text)
    return found
