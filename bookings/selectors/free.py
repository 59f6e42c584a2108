"""Which rooms are free and fit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import and_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import F, FilteredRelation, Max, Q

from bookings.alternatives import Candidate, overlaps
from bookings.errors import Span
from bookings.selectors.sharing import used_up
from rooms.models import EquipmentKind, Room, RoomQuerySet, Site

# An enumeration makes its list of values anew each time, and each room is measured by it.
KINDS = tuple(EquipmentKind.values)
# The longest set-up or tear-down a layout may have.
WIDEST = timedelta(days=1)
TAKEN_NEAR = """
    SELECT o.space_id, lower(o.during), upper(o.during) FROM bookings_occupancy o
    WHERE ({near}) AND o.booking_id IS DISTINCT FROM %s
"""
# Each date is one probe of the index by time.
TAKEN_ON = """
    SELECT w.n, o.space_id, lower(o.during), upper(o.during)
    FROM unnest(%s::int[], %s::timestamptz[], %s::timestamptz[]) AS w(n, starts, ends)
    JOIN bookings_occupancy o ON o.during && tstzrange(w.starts, w.ends)
    WHERE o.space_id = ANY(%s::bigint[])
"""


@dataclass(frozen=True)
class RoomFit:
    """A room measured against a wish; `reasons` are codes of `ROOM_REASONS` and empty when it suits.

    Of a wish for several `dates` a room suits that is free on any of them.
    """

    room: Room
    layout: str
    capacity: int
    setup_minutes: int
    teardown_minutes: int
    is_free: bool
    reasons: tuple[str, ...]
    dates: int = 1
    free_dates: int = 1

    @property
    def suits(self) -> bool:
        return not self.reasons

    @property
    def moves_tables(self) -> bool:
        return self.layout != self.room.standing_layout


@dataclass(frozen=True)
class Wish:
    start: datetime
    end: datetime
    headcount: int
    layout: str
    equipment: frozenset[str]
    microphones: int


def free_rooms(
    *,
    site: Site,
    start: datetime,
    end: datetime,
    headcount: int = 1,
    layout: str = "",
    equipment: Iterable[str] = (),
    microphones: int = 0,
    exclude_booking: int | None = None,
    dates: Sequence[Span] = (),
) -> list[RoomFit]:
    """Every room of the site that can be booked: those that suit first, best fit first, then the others with reasons.

    A room suits when set-up, meeting and tear-down fit between what is there. Without a layout each room's standing
    one is taken. With `dates` it is measured on each of them, and the room that is free most often stands first.
    """
    rooms = list(fitted_rooms(site, layout))
    for room in rooms:
        room.site = site
    if dates:
        days = list(zip(dates, taken_on(rooms, dates), strict=True))
    else:
        days = [((start, end), taken_around(rooms, [(start, end)], exclude_booking=exclude_booking))]
    wish = Wish(start, end, headcount, layout, frozenset(equipment), microphones)
    spans = [span for span, _taken in days]
    lent = lent_around(site, rooms, wish.equipment, spans, exclude_booking=exclude_booking)
    return sorted((_fit(room, wish, days, lent) for room in rooms), key=_best_first)


def fitted_rooms(site: Site, layout: str = "") -> RoomQuerySet:
    """The site's rooms in use with what a search measures: seats and minutes of the layout, spaces, equipment."""
    wanted: Any = layout or F("standing_layout")
    rooms = (
        Room.objects.active()
        .filter(site=site)
        .annotate(plan=FilteredRelation("layouts", condition=Q(layouts__layout=wanted)))
    )
    return rooms.annotate(
        seats=Max("plan__capacity"),
        setup_minutes=Max("plan__setup_minutes", default=0),
        teardown_minutes=Max("plan__teardown_minutes", default=0),
        space_ids=ArrayAgg("spaces", distinct=True),
        kinds=ArrayAgg("equipment__kind", distinct=True),
        microphones=Max("equipment__quantity", filter=Q(equipment__kind=EquipmentKind.MICROPHONE), default=0),
    )


def taken_around(
    rooms: Sequence[Room], spans: Sequence[Span], *, exclude_booking: int | None = None
) -> dict[int, list[Span]]:
    """By space, when it is taken so near that the longest set-up or tear-down of these rooms would touch a span."""
    return taken_at((rooms, spans), exclude_booking=exclude_booking)


def taken_at(
    *looks: tuple[Sequence[Room], Sequence[Span]], exclude_booking: int | None = None
) -> dict[int, list[Span]]:
    """The same for some rooms at some times and others at others, in one statement."""
    taken: dict[int, list[Span]] = defaultdict(list)
    nears = [_near(rooms, spans) for rooms, spans in looks if rooms and spans]
    if not nears:
        return taken
    statement = TAKEN_NEAR.format(near=" OR ".join([near for near, _values in nears]))
    values = [value for _near, values in nears for value in values]
    with connection.cursor() as cursor:
        # A closure has no booking, and nothing is not distinct from nothing.
        cursor.execute(statement, [*values, exclude_booking or 0])
        # The bounds alone: a range read as an object costs more than the rest of the search.
        for space, lower, upper in cursor.fetchall():
            taken[space].append((lower, upper))
    return taken


def _near(rooms: Sequence[Room], spans: Sequence[Span]) -> tuple[str, list[Any]]:
    """The condition and its values."""
    before, after = _widest(rooms)
    times = " OR ".join(["o.during && tstzrange(%s, %s)"] * len(spans))
    bounds = [bound for start, end in spans for bound in (start - before, end + after)]
    return f"(o.space_id = ANY (%s) AND ({times}))", [[space for room in rooms for space in room.space_ids], *bounds]


def lent_around(
    site: Site,
    rooms: Sequence[Room],
    equipment: Iterable[str],
    spans: Sequence[Span],
    *,
    exclude_booking: int | None = None,
) -> list[Span]:
    """When others have all of some shared equipment that is wanted, around the spans as `taken_around` looks."""
    before, after = _widest(rooms)
    exclude = [exclude_booking] if exclude_booking else []
    around = [(start - before, end + after) for start, end in spans]
    stretches = used_up(site, equipment, around, exclude=exclude)
    return [span for each in stretches.values() for span in each]


def _widest(rooms: Sequence[Room]) -> tuple[timedelta, timedelta]:
    """The longest set-up and tear-down of these rooms."""
    before = timedelta(minutes=max((room.setup_minutes for room in rooms), default=0))
    return before, timedelta(minutes=max((room.teardown_minutes for room in rooms), default=0))


def taken_on(rooms: Sequence[Room], dates: Sequence[Span]) -> list[dict[int, list[Span]]]:
    """The same for each of many dates by itself, in one statement: a series may have hundreds of them."""
    before, after = _widest(rooms)
    starts, ends = [start - before for start, _end in dates], [end + after for _start, end in dates]
    spaces = sorted({space for room in rooms for space in room.space_ids})
    found: list[dict[int, list[Span]]] = [defaultdict(list) for _each in dates]
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_ON, [list(range(len(dates))), starts, ends, spaces])
        for number, space, lower, upper in cursor.fetchall():
            found[number][space].append((lower, upper))
    return found


def _fit(
    room: Room, wish: Wish, days: Sequence[tuple[Span, Mapping[int, list[Span]]]], lent: Sequence[Span]
) -> RoomFit:
    reasons, measured = list(reasons_against(room, wish)), candidate(room, wish)
    setup, teardown = timedelta(minutes=room.setup_minutes), timedelta(minutes=room.teardown_minutes)
    equipped = [not (lent and overlaps(start - setup, end + teardown, lent)) for (start, end), _taken in days]
    if not any(equipped):
        reasons.append("equipment_in_use")
    open_days = [measured.is_free(start, end, taken) for (start, end), taken in days]
    free = sum(map(and_, open_days, equipped))
    if not any(open_days) or (any(equipped) and not free):
        reasons.append("taken")
    return RoomFit(
        room=room,
        layout=wish.layout or room.standing_layout,
        capacity=room.seats or 0,
        setup_minutes=room.setup_minutes,
        teardown_minutes=room.teardown_minutes,
        is_free=all(open_days),
        reasons=tuple(reasons),
        dates=len(days),
        free_dates=free,
    )


def reasons_against(room: Room, wish: Wish) -> Iterator[str]:
    """Codes of `ROOM_REASONS` but for the time; `room` comes from `fitted_rooms`."""
    if room.seats is None:
        yield "no_layout"
    elif room.seats < wish.headcount:
        yield "too_small"
    if missing_of(room, wish):
        yield "not_equipped"


def missing_of(room: Room, wish: Wish) -> tuple[str, ...]:
    """Equipment asked for that the room lacks, or has too few of."""
    lacking = wish.equipment - set(room.kinds) if wish.equipment else wish.equipment
    if room.microphones < wish.microphones:
        lacking |= {EquipmentKind.MICROPHONE.value}
    return tuple([kind for kind in KINDS if kind in lacking]) if lacking else ()


def _best_first(fit: RoomFit) -> tuple[bool, int, int, bool, int, int, str]:
    room = fit.room
    return (not fit.suits, -fit.free_dates, len(fit.reasons), fit.capacity == 0, fit.capacity, room.position, room.code)


def candidate(room: Room, wish: Wish, *, floor: str | None = None, is_joined: bool = False) -> Candidate:
    """The room as `bookings.alternatives` measures it; `floor` is that of the room asked for."""
    return Candidate(
        room_id=room.pk,
        spaces=frozenset(room.space_ids),
        setup=timedelta(minutes=room.setup_minutes),
        teardown=timedelta(minutes=room.teardown_minutes),
        spare_seats=(room.seats or 0) - wish.headcount,
        moves_tables=bool(wish.layout) and wish.layout != room.standing_layout,
        is_other_floor=floor is not None and room.floor != floor,
        is_joined=is_joined,
        missing=missing_of(room, wish),
    )
