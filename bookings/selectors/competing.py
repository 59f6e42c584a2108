"""Who else wants the same room: requests that compete, and what already stands in the way."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import DurationField, Exists, ExpressionWrapper, F, Func, OuterRef, Q, QuerySet, Value

from bookings.models import Booking, Occupancy
from bookings.selectors.free import WIDEST
from rooms.models import Room
from rooms.ranges import PointRange

MINUTE = Value(timedelta(minutes=1), output_field=DurationField())


def occupied_range(prefix: str = "") -> Func:
    """The stretch a booking takes or would take, set-up and tear-down included, as an SQL range."""
    setup = ExpressionWrapper(F(f"{prefix}setup_minutes") * MINUTE, output_field=DurationField())
    teardown = ExpressionWrapper(F(f"{prefix}teardown_minutes") * MINUTE, output_field=DurationField())
    return Func(
        F(f"{prefix}start_at") - setup,
        F(f"{prefix}end_at") + teardown,
        function="tstzrange",
        output_field=DateTimeRangeField(),
    )


def is_taken(room: str = "room_id") -> Exists:
    """Whether something stands in the `occupied` time of a row, but for what is held for its own booking.

    Asked of each space in the shape of the exclusion's index, else all of a room's past would be read.
    """
    booking = room.removesuffix("room_id") + "pk"
    others = Q(offer=None) | ~Q(offer__booking=OuterRef(OuterRef(booking)))
    rows = Occupancy.objects.alias(point=PointRange("space_id"))
    rows = rows.filter(
        others, point__overlap=PointRange(OuterRef("space_id")), during__overlap=OuterRef(OuterRef("occupied"))
    )
    return Exists(Room.spaces.through.objects.filter(Exists(rows), room=OuterRef(room)))


def competing_with(booking: Booking) -> QuerySet[Booking]:
    """Other pending requests for a room that shares floor with this one's, whose times overlap; oldest first."""
    others = waiting_for(booking.room, booking.occupied_from, booking.occupied_until)
    return others.exclude(pk=booking.pk)


def waiting_for(room: Room, start: datetime, end: datetime) -> QuerySet[Booking]:
    """Pending requests whose occupied time touches the stretch, in this room or one that shares its floor."""
    rooms = Room.objects.filter(spaces__in=room.spaces.all()).values("pk")
    # The plain bounds let the index narrow the rows down before the ranges are computed.
    near: dict[str, Any] = {"start_at__lt": end + WIDEST, "end_at__gt": start - WIDEST}
    rows = Booking.objects.filter(status__in=Booking.PENDING, room__in=rooms, **near)
    rows = rows.annotate(occupied=occupied_range()).filter(occupied__overlap=(start, end))
    return rows.select_related("room", "site", "applicant").order_by("requested_at", "pk")


def conflicts_of(booking: Booking) -> QuerySet[Occupancy]:
    """What stands in the way of approving it: meetings, closures and holds in its room and time."""
    own = Q(booking=booking) | Q(offer__booking=booking)
    rows = Occupancy.objects.filter(
        space__rooms=booking.room_id, during__overlap=(booking.occupied_from, booking.occupied_until)
    )
    own_rows = Occupancy.objects.filter(own).values("pk")
    return (
        rows.exclude(pk__in=own_rows)
        .select_related("booking__room", "booking__site", "closure", "offer")
        .order_by("during")
    )
