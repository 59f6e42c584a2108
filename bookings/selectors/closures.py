"""A room's closures, and the meetings that stand in the way of one."""

from datetime import datetime

from django.db.models import QuerySet

from bookings.models import Booking, Closure
from rooms.models import Room


def closures_of(room: Room, now: datetime) -> QuerySet[Closure]:
    """Under way and to come, soonest first."""
    rows = Closure.objects.filter(room=room, during__endswith__gt=now)
    return rows.select_related("created_by", "room__site").order_by("during")


def bookings_standing_in(room: Room, start: datetime, end: datetime) -> QuerySet[Booking]:
    """The bookings that take any floor of the room within the stretch."""
    taken = {"occupancies__space__rooms": room, "occupancies__during__overlap": (start, end)}
    return Booking.objects.filter(**taken).select_related("room", "site", "applicant").order_by("start_at").distinct()
