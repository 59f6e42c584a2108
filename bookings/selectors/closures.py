"""A room's closures, the meetings that stand in the way of one, and where those could go."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from bookings.alternatives import MOST_AT_THE_SAME_TIME
from bookings.errors import Span
from bookings.models import Booking, Closure
from bookings.selectors.free import WIDEST, candidate, has_equipment, taken_between
from rooms.models import Room, RoomLayout


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
    """By booking, other rooms that fit it and are free at its time, best fit first; in a constant number of queries."""
    if not bookings:
        return {}
    floor = {space.pk for space in closed.spaces.all()}
    rooms = [room for room in _rooms_of(closed) if floor.isdisjoint({space.pk for space in room.spaces.all()})]
    start, end = min(each.start_at for each in bookings), max(each.end_at for each in bookings)
    taken = taken_between(rooms, start - WIDEST, end + WIDEST)
    return {booking.pk: _free_for(booking, rooms, taken) for booking in bookings}


def _rooms_of(closed: Room) -> Iterable[Room]:
    return Room.objects.active().filter(site=closed.site_id).exclude(pk=closed.pk).with_fittings()


def _free_for(booking: Booking, rooms: Iterable[Room], taken: dict[int, list[Span]]) -> list[Room]:
    plans = [plan for room in rooms if (plan := _plan_for(booking, room))]
    start, end = booking.start_at, booking.end_at
    free = [plan for plan in plans if candidate(plan.room, plan, booking.headcount).is_free(start, end, taken)]
    by_fit = sorted(free, key=lambda plan: (plan.capacity, plan.room_id))
    return [plan.room for plan in by_fit][:MOST_AT_THE_SAME_TIME]


def _plan_for(booking: Booking, room: Room) -> RoomLayout | None:
    """The layout the meeting would have there; none where it does not fit."""
    plan = next((each for each in room.layouts.all() if each.layout == booking.layout), None)
    if plan is None or plan.capacity < booking.headcount:
        return None
    return plan if has_equipment(room, frozenset(booking.equipment), booking.microphones) else None
