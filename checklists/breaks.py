"""When somebody may sit down: breaks of a shift, laid where nothing of theirs falls due. No Django here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]

# A break is looked for about when three quarters of the longest stretch have passed, and not before a third of it.
AIM, SOONEST = 0.75, 1 / 3


@dataclass(frozen=True)
class Break:
    start: datetime
    end: datetime
    # Nothing is free in time: the break is due, and somebody has to stand in.
    is_missing: bool = False


def breaks_of(shift: Span, busy: Iterable[Span], *, after: timedelta, length: timedelta) -> list[Break]:
    """So many that no stretch of the shift is longer than `after`, each `length` long.

    Between two shifts of a day nobody needs one. Where nothing is free in time, the break stands at its last moment
    as missing.
    """
    if after <= timedelta(0) or length <= timedelta(0):
        return []
    begins, ends = shift
    taken = list(merged(busy))
    found: list[Break] = []
    while ends - begins > after:
        each = next_break(begins, ends, taken, after, length)
        found.append(each)
        begins = each.end
    return found


def next_break(begins: datetime, ends: datetime, taken: list[Span], after: timedelta, length: timedelta) -> Break:
    soonest, aim, latest = begins + after * SOONEST, begins + after * AIM, begins + after
    starts = [
        min(max(aim, free_from), free_until - length)
        for free_from, free_until in gaps((soonest, min(latest + length, ends)), taken)
        if free_until - free_from >= length
    ]
    if not starts:
        return Break(latest, min(latest + length, ends), is_missing=True)
    start = min(starts, key=lambda each: (abs(each - aim), each))
    return Break(start, start + length)


def gaps(window: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """What is free of the window; `taken` is in order and does not overlap."""
    free_from, until = window
    for begins, ends in taken:
        if ends <= free_from:
            continue
        if begins >= until:
            break
        if begins > free_from:
            yield free_from, begins
        free_from = ends
    if free_from < until:
        yield free_from, until


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """In order, those that touch or overlap as one."""
    current: Span | None = None
    for begins, ends in sorted(spans):
        if current and begins <= current[1]:
            current = (current[0], max(current[1], ends))
            continue
        if current:
            yield current
        current = (begins, ends)
    if current:
        yield current
