"""What to offer when a room is taken or nothing fits, and what each of it costs. Pure: no database, no clock."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
Taken = Mapping[int, Sequence[Span]]

STEP = timedelta(minutes=15)
REACH = timedelta(minutes=60)
# How many working days are looked at, and how far they may lie: long holidays are no reason to search a year.
DAYS = 5
FURTHEST_DAY = 21


class Kind(StrEnum):
    OTHER_ROOM = "other_room"
    JOINED = "joined"
    SHIFTED = "shifted"
    SHORTER = "shorter"
    ANOTHER_DAY = "another_day"
    LESS = "less"


# In the order of rank: how many of each are worth reading.
MOST_OF = {Kind.OTHER_ROOM: 4, Kind.JOINED: 1, Kind.SHIFTED: 3, Kind.SHORTER: 2, Kind.ANOTHER_DAY: 2, Kind.LESS: 2}


@dataclass(frozen=True)
class Candidate:
    """A room, its spaces, the time it needs around a meeting, and how it differs from what was asked for."""

    room_id: int
    spaces: frozenset[int]
    setup: timedelta
    teardown: timedelta
    # Below zero where people are left without a seat.
    spare_seats: int
    moves_tables: bool = False
    is_other_floor: bool = False
    # Several spaces made one, because the rooms within it are too small alone.
    is_joined: bool = False
    missing: tuple[str, ...] = ()

    @property
    def suits(self) -> bool:
        return self.spare_seats >= 0 and not self.missing

    @property
    def fit(self) -> tuple[int, int, int, bool, bool, int]:
        """Best fit first: nothing missing, everybody seated, few seats empty, tables left alone, the same floor."""
        short, spare = max(0, -self.spare_seats), max(0, self.spare_seats)
        return (len(self.missing), short, spare, self.moves_tables, self.is_other_floor, self.room_id)

    def is_free(self, start: datetime, end: datetime, taken: Taken) -> bool:
        return not overlaps(
            start - self.setup, end + self.teardown, (span for space in self.spaces for span in taken.get(space, ()))
        )


@dataclass(frozen=True)
class Cost:
    """What taking an alternative costs; minutes of a shift are negative when it begins earlier."""

    minutes_shifted: int = 0
    minutes_lost: int = 0
    days_later: int = 0
    spare_seats: int = 0
    moves_tables: bool = False
    is_other_floor: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    kind: Kind
    room_id: int
    start: datetime
    end: datetime
    cost: Cost = field(default_factory=Cost)

    @property
    def shift(self) -> timedelta:
        return timedelta(minutes=self.cost.minutes_shifted)


@dataclass(frozen=True)
class Search:
    """The time asked for, the room if one was named, and all there is to choose from, best fit first."""

    own_room: int | None
    start: datetime
    end: datetime
    rooms: Sequence[Candidate]
    taken: Taken
    earliest: datetime

    @property
    def own(self) -> list[Candidate]:
        return [room for room in self.rooms if room.room_id == self.own_room and room.suits]

    @property
    def others(self) -> list[Candidate]:
        return [room for room in self.rooms if room.room_id != self.own_room and room.suits]

    def is_free(self, room: Candidate, span: Span | None = None) -> bool:
        start, end = span or (self.start, self.end)
        return start >= self.earliest and room.is_free(start, end, self.taken)


def overlaps(start: datetime, end: datetime, spans: Iterable[Span]) -> bool:
    """Half-open: what touches does not overlap."""
    # Asked thousands of times for one page; a generator would take twice as long.
    for begins, until in spans:  # noqa: SIM110
        if start < until and begins < end:
            return True
    return False


def suggest(
    *,
    own_room: int | None,
    start: datetime,
    end: datetime,
    candidates: Iterable[Candidate],
    taken: Taken,
    earliest: datetime,
    days: Sequence[Span] = (),
) -> list[Suggestion]:
    """What is free, ranked by how little of the plan has to change, each with its cost.

    1. other rooms at the same time, best fit first;
    2. the parts of a hall joined, at the same time;
    3. the wanted room shifted, the nearest first and of two as near the earlier; then other rooms, likewise;
    4. the meeting shortened, by the fewest minutes first, the wanted room before the others;
    5. one of `days` at the same time of day, the nearest first, the wanted room before the others;
    6. the same time with less: a room that lacks seats or equipment.

    `MOST_OF` each. Another room that is free for the whole time is not shifted, and no room that is free is shortened.
    Nothing begins before `earliest`, and the same question always has the same answer.
    """
    rooms = sorted(candidates, key=lambda room: room.fit)
    search = Search(own_room, start, end, rooms, taken, earliest)
    found: dict[Kind, Iterator[Suggestion]] = {
        Kind.OTHER_ROOM: _same_time(Kind.OTHER_ROOM, search, (room for room in search.others if not room.is_joined)),
        Kind.JOINED: _same_time(Kind.JOINED, search, (room for room in search.others if room.is_joined)),
        Kind.SHIFTED: _shifted(search),
        Kind.SHORTER: _shorter(search),
        Kind.ANOTHER_DAY: _another_day(search, days),
        Kind.LESS: _same_time(Kind.LESS, search, (room for room in rooms if not room.suits)),
    }
    # No further than is shown: a big house has thousands of rooms and times.
    return [each for kind, most in MOST_OF.items() for each in islice(found[kind], most)]


def shifts() -> list[timedelta]:
    """Nearest first, and of two as near the earlier."""
    steps = range(1, REACH // STEP + 1)
    return [sign * count * STEP for count in steps for sign in (-1, 1)]


def shortened(start: datetime, end: datetime) -> Iterator[Span]:
    """Cut at the end before cut at the beginning, until half of it is left."""
    for count in range(1, (end - start) // 2 // STEP + 1):
        yield start, end - count * STEP
        yield start + count * STEP, end


def next_days(start: datetime, end: datetime, *, zone: ZoneInfo, is_working: Callable[[date], bool]) -> list[Span]:
    """The same wall-clock time on the next working days, where the clock shows it."""
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    found: list[Span] = []
    for number in range(1, FURTHEST_DAY + 1):
        by = timedelta(days=number)
        if is_working(begins.date() + by) and _is_shown(begins + by) and _is_shown(ends + by):
            found.append(((begins + by).astimezone(UTC), (ends + by).astimezone(UTC)))
        if len(found) == DAYS:
            break
    return [(starts, until) for starts, until in found if starts < until]


def _is_shown(wall: datetime) -> bool:
    return wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)


def _same_time(kind: Kind, search: Search, rooms: Iterable[Candidate]) -> Iterator[Suggestion]:
    span = search.start, search.end
    return (_suggestion(kind, search, room, span) for room in rooms if search.is_free(room))


def _shifted(search: Search) -> Iterator[Suggestion]:
    spans = [(search.start + shift, search.end + shift) for shift in shifts()]
    for rooms in (search.own, _not_free(search, search.others)):
        for span in spans:
            yield from (_suggestion(Kind.SHIFTED, search, room, span) for room in rooms if search.is_free(room, span))


def _shorter(search: Search) -> Iterator[Suggestion]:
    """Of each room only the longest that is left of the meeting."""
    for rooms in (search.own, search.others):
        left = _not_free(search, rooms)
        for span in shortened(search.start, search.end):
            fitting = [room for room in left if search.is_free(room, span)]
            left = [room for room in left if room not in fitting]
            yield from (_suggestion(Kind.SHORTER, search, room, span) for room in fitting)


def _another_day(search: Search, days: Sequence[Span]) -> Iterator[Suggestion]:
    """Of each day the one best room."""
    for span in days:
        rooms = (room for room in [*search.own, *search.others] if search.is_free(room, span))
        yield from (_suggestion(Kind.ANOTHER_DAY, search, room, span) for room in islice(rooms, 1))


def _not_free(search: Search, rooms: Iterable[Candidate]) -> list[Candidate]:
    return [room for room in rooms if not search.is_free(room)]


def _suggestion(kind: Kind, search: Search, room: Candidate, span: Span) -> Suggestion:
    start, end = span
    by_days = kind is Kind.ANOTHER_DAY
    lost = (search.end - search.start) - (end - start)
    cost = Cost(
        minutes_shifted=0 if by_days or kind is Kind.SHORTER else _minutes(start - search.start),
        minutes_lost=0 if by_days else _minutes(lost),
        days_later=round((start - search.start) / timedelta(days=1)) if by_days else 0,
        spare_seats=room.spare_seats,
        moves_tables=room.moves_tables,
        is_other_floor=room.is_other_floor,
        missing=room.missing,
    )
    return Suggestion(kind, room.room_id, start, end, cost)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
