"""Which heading of a foreign sheet means which field."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

Columns = Mapping[str, str | Promise]


def plain(heading: str) -> str:
    """Without what headings differ in and do not mean: case, blanks, stars, what stands in brackets."""
    text = re.sub(r"[(（\[【].*?[)）\]】]", "", heading.casefold())
    return re.sub(r"[\s_*:：.\-]+", "", text)


def known_headings(columns: Columns, synonyms: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The field by each of its names: the product's own in every language, and how other systems call it."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {plain(str(label)): name for name, label in columns.items()}
    found |= {plain(word): name for name, words in synonyms.items() for word in words}
    return found | {plain(name): name for name in columns}


def fields_of(
    heads: Sequence[str], remembered: Mapping[str, str], known: Mapping[str, str], columns: Columns
) -> list[str]:
    """The field of each column, each field once: what was chosen the last time, else what the heading says."""
    found: list[str] = []
    for head in heads:
        name = remembered.get(head, known.get(plain(head), ""))
        found.append(name if name in columns and name not in found else "")
    return found
