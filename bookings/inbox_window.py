"""Which part of a long inbox is shown: some requests before the open one and more after it. Pure: refs in, refs out."""

from collections.abc import Sequence
from dataclasses import dataclass

BEFORE, AFTER = 10, 40


@dataclass(frozen=True)
class InboxWindow:
    """All requests in their order, and the ones shown; `chosen` is the open one, none in an empty inbox."""

    refs: Sequence[str]
    shown: Sequence[str]
    chosen: str
    # How many stand above and below what is shown, and the nearest of each, which leads there.
    above: int
    below: int
    last_above: str
    first_below: str

    @property
    def following(self) -> str:
        """The request that opens when the open one is dealt with: the one below, else the one above."""
        if self.chosen not in self.refs or len(self.refs) < 2:
            return ""
        place = self.refs.index(self.chosen)
        return self.refs[place + 1] if place + 1 < len(self.refs) else self.refs[place - 1]


def window_of(refs: Sequence[str], chosen: str) -> InboxWindow:
    """Around the request asked for, or from the top where it does not wait (any more)."""
    is_known = chosen in refs
    place = refs.index(chosen) if is_known else 0
    first, until = max(0, place - BEFORE), place + AFTER
    return InboxWindow(
        refs=refs,
        shown=refs[first:until],
        chosen=chosen if is_known else next(iter(refs), ""),
        above=first,
        below=max(0, len(refs) - until),
        last_above=refs[first - 1] if first else "",
        first_below=refs[until] if until < len(refs) else "",
    )
