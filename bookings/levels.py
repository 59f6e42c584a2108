"""How much of something is in use when, from stretches that each take an amount of it. Pure: no database, no clock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from bookings.alternatives import Span

Use = tuple[datetime, datetime, int]


def levels(uses: Iterable[Use]) -> Iterator[Use]:
    """The stretches of one level each, in order; half-open, so that what touches does not add up."""
    steps: dict[datetime, int] = defaultdict(int)
    for start, end, amount in uses:
        steps[start] += amount
        steps[end] -= amount
    moments, level = sorted(steps), 0
    for moment, following in pairwise(moments):
        level += steps[moment]
        yield moment, following, level


def most_at_once(uses: Iterable[Use], start: datetime, end: datetime) -> int:
    """The highest level within the stretch."""
    return max((level for begins, until, level in levels(uses) if begins < end and until > start), default=0)


def stretches_of(uses: Iterable[Use], least: int) -> list[Span]:
    """When at least so much is in use."""
    return [(start, end) for start, end, level in levels(uses) if level >= least]
