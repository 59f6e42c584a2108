"""Which rooms are free and fit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, FilteredRelation, Max, Q

from bookings.alternatives import Candidate, overlaps
from bookings.errors import Span
from bookings.models import Occupancy
from bookings.selectors.sharing import used_up
from rooms.models import EquipmentKind, Room, RoomQuerySet, Site
from rooms.ranges import AmongIds, Lower, Upper

# The longest set-up or tear-down a layout may have.
WIDEST = timedelta(days=1)


@dataclass(frozen=True)
class RoomFit:
    """A room measured against a wish; `reasons` are codes of `ROOM_REASONS` and empty when it suits."""

    room: Room
    layout: str
    capacity: int
    setup_minutes: int
    teardown_minutes: int
    is_free: bool
    reasons: tuple[str, ...]

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
) -> list[RoomFit]:
    """Every room of the site that can be booked: those that suit first, best fit first, then the others with reasons.

    A room suits when set-up, meeting and tear-down fit between what is there. Without a layout each room's standing
    one is taken.
    """
    rooms = list(fitted_rooms(site, layout))
    for room in rooms:
        room.site = site
    taken = taken_around(rooms, [(start, end)], exclude_booking=exclude_booking)
    wish = Wish(start, end, headcount, layout, frozenset(equipment), microphones)
    lent = lent_around(site, rooms, wish.equipment, [(start, end)], exclude_booking=exclude_booking)
    return sorted((_fit(room, wish, taken, lent) for room in rooms), key=_best_first)


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
    taken: dict[int, list[Span]] = defaultdict(list)
    if not spans:
        return taken
    before, after = _widest(rooms)
    near = reduce(or_, (Q(during__overlap=(start - before, end + after)) for start, end in spans))
    rows = Occupancy.objects.filter(near, AmongIds("space_id", [space for room in rooms for space in room.space_ids]))
    if exclude_booking:
        rows = rows.exclude(booking_id=exclude_booking)
    # The bounds alone: a range read as an object costs more than the rest of the search.
    for space, lower, upper in rows.order_by().values_list("space_id", Lower("during"), Upper("during")):
        taken[space].append((lower, upper))
    return taken


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


def _fit(room: Room, wish: Wish, taken: dict[int, list[Span]], lent: Sequence[Span]) -> RoomFit:
    reasons = list(reasons_against(room, wish))
    setup, teardown = timedelta(minutes=room.setup_minutes), timedelta(minutes=room.teardown_minutes)
    if overlaps(wish.start - setup, wish.end + teardown, lent):
        reasons.append("equipment_in_use")
    is_free = candidate(room, wish).is_free(wish.start, wish.end, taken)
    return RoomFit(
        room=room,
        layout=wish.layout or room.standing_layout,
        capacity=room.seats or 0,
        setup_minutes=room.setup_minutes,
        teardown_minutes=room.teardown_minutes,
        is_free=is_free,
        reasons=tuple(reasons if is_free else [*reasons, "taken"]),
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
    lacking = wish.equipment - set(room.kinds)
    if room.microphones < wish.microphones:
        lacking |= {EquipmentKind.MICROPHONE.value}
    return tuple(kind for kind in EquipmentKind.values if kind in lacking)


def _best_first(fit: RoomFit) -> tuple[bool, bool, int, bool, int, int, str]:
    room = fit.room
    return (not fit.suits, not fit.is_free, len(fit.reasons), fit.capacity == 0, fit.capacity, room.position, room.code)


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
