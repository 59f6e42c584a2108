"""A room's closures, the meetings that stand in the way of one, and where those could go."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import or_

from django.db.models import Q, QuerySet

from bookings.errors import Span
from bookings.models import Booking, Closure
from bookings.selectors.free import Wish, candidate, fitted_rooms, reasons_against, taken_around
from rooms.models import Room

MOST_INSTEAD = 4


def closures_of(room: Room, now: datetime) -> QuerySet[Closure]:
    """Under way and to come, soonest first."""
    rows = Closure.objects.filter(room=room, during__endswith__gt=now)
    return rows.select_related("created_by", "room__site").order_by("during")


def bookings_standing_in(room: Room, spans: Sequence[Span]) -> QuerySet[Booking]:
    """The bookings that take any floor of the room within one of the stretches."""
    within = reduce(or_, (Q(occupancies__during__overlap=span) for span in spans))
    rows = Booking.objects.filter(within, occupancies__space__rooms=room)
    return rows.select_related("room", "site", "applicant").order_by("start_at", "pk").distinct()


def rooms_instead(closed: Room, bookings: Sequence[Booking]) -> dict[int, list[Room]]:
    """By booking, other rooms that fit it and are free at its time, best fit first; two queries for each layout."""
    floor = {space.pk for space in closed.spaces.all()}
    found: dict[int, list[Room]] = {}
    for layout, group in groupby(sorted(bookings, key=_layout), key=_layout):
        found |= _instead_in(layout, list(group), closed, floor)
    return found


def _layout(booking: Booking) -> str:
    return booking.layout


def _instead_in(layout: str, bookings: Sequence[Booking], closed: Room, floor: set[int]) -> dict[int, list[Room]]:
    rooms = [room for room in fitted_rooms(closed.site, layout) if floor.isdisjoint(room.space_ids)]
    taken = taken_around(rooms, [(each.start_at, each.end_at) for each in bookings])
    return {booking.pk: _free_for(booking, rooms, taken) for booking in bookings}


def _free_for(booking: Booking, rooms: Iterable[Room], taken: dict[int, list[Span]]) -> list[Room]:
    wish = Wish(
        start=booking.start_at,
        end=booking.end_at,
        headcount=booking.headcount,
        layout=booking.layout,
        equipment=frozenset(booking.equipment),
        microphones=booking.microphones,
    )
    suited = [room for room in rooms if not list(reasons_against(room, wish))]
    free = [room for room in suited if candidate(room, wish).is_free(wish.start, wish.end, taken)]
    return sorted(free, key=lambda room: (room.seats, room.pk))[:MOST_INSTEAD]
