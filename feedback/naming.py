"""Whom a guest's words name; pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

SHORTEST = 2


def named_in(text: str, names: Mapping[int, Sequence[str]]) -> set[int]:
    """By the names of each person. A longer name hides those inside it; one that two people bear names neither."""
    bearers = Counter(name for own in names.values() for name in {each.casefold() for each in own if each})
    by_name = {
        name.casefold(): person
        for person, own in names.items()
        for name in own
        if len(name) >= SHORTEST and bearers[name.casefold()] == 1
    }
    left, found = text.casefold(), set()
    for name in sorted(bearers, key=len, reverse=True):
        if len(name) < SHORTEST:
            continue
        left, count = pattern_of(name).subn("\n", left)
        if count and name in by_name:
            found.add(by_name[name])
    return found


def pattern_of(name: str) -> re.Pattern[str]:
    """Latin names are whole words: Li is not in Lisa. Chinese ones have no words around them."""
    edge = r"\b" if name.isascii() else ""
    return re.compile(f"{edge}{re.escape(name)}{edge}", re.ASCII)
