"""What to offer when a room is taken: the same time elsewhere, then a shifted time. Pure: no database, no clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

Span = tuple[datetime, datetime]
Taken = Mapping[int, Sequence[Span]]

STEP = timedelta(minutes=15)
REACH = timedelta(minutes=60)
MOST_AT_THE_SAME_TIME = 4
MOST = 6


@dataclass(frozen=True)
class Candidate:
    """A room that would do: its spaces, the time it needs around a meeting, and the seats that would stay empty."""

    room_id: int
    spaces: frozenset[int]
    setup: timedelta
    teardown: timedelta
    spare_seats: int

    def is_free(self, start: datetime, end: datetime, taken: Taken) -> bool:
        return not overlaps(
            start - self.setup, end + self.teardown, (span for space in self.spaces for span in taken.get(space, ()))
        )


@dataclass(frozen=True)
class Suggestion:
    room_id: int
    start: datetime
    end: datetime
    shift: timedelta


def overlaps(start: datetime, end: datetime, spans: Iterable[Span]) -> bool:
    """Half-open: what touches does not overlap."""
    return any(start < until and begins < end for begins, until in spans)


def suggest(
    *, own_room: int, start: datetime, end: datetime, candidates: Iterable[Candidate], taken: Taken, earliest: datetime
) -> list[Suggestion]:
    """Other rooms at the same time first, best fit first; then the wanted room shifted; then other rooms shifted.

    Nothing begins before `earliest`.
    """
    by_fit = sorted(candidates, key=lambda each: (each.spare_seats, each.room_id))
    others = [each for each in by_fit if each.room_id != own_room]
    own = [each for each in by_fit if each.room_id == own_room]

    def free(rooms: Sequence[Candidate], shifts: Iterable[timedelta]) -> Iterator[Suggestion]:
        for shift in shifts:
            begins, ends = start + shift, end + shift
            if begins >= earliest:
                yield from (
                    Suggestion(each.room_id, begins, ends, shift) for each in rooms if each.is_free(begins, ends, taken)
                )

    # No further than is shown: a big house has thousands of rooms and times.
    same_time = list(islice(free(others, [timedelta(0)]), MOST_AT_THE_SAME_TIME))
    shifted = chain(free(own, shifts()), free(others, shifts()))
    return [*same_time, *islice(shifted, MOST - len(same_time))]


def shifts() -> list[timedelta]:
    """Nearest first, and of two as near the earlier."""
    steps = range(1, REACH // STEP + 1)
    return [sign * count * STEP for count in steps for sign in (-1, 1)]
