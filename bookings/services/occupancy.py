"""Taking and giving back rooms: the only writer of `Occupancy`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.errors import RoomTaken, Span, Wanted
from bookings.models import Booking, Closure, Occupancy, Offer
from bookings.services.data import BookingData
from bookings.services.sharing import refuse_if_used_up
from rooms.models import Room, Space

CONSTRAINT = "occupancy_space_free"
TAKEN = """
    SELECT DISTINCT lower(o.during), upper(o.during) FROM bookings_occupancy o
    WHERE o.space_id = ANY (%s) AND o.during && tstzrange(%s, %s) AND o.booking_id IS DISTINCT FROM %s
"""


def lock_spaces(*room_ids: int) -> list[int]:
    """Ids of the rooms' spaces, locked in id order: whoever comes second waits here and then loses cleanly."""
    wanted = Room.spaces.through.objects.filter(room_id__in=room_ids).values("space_id")
    rows = Space.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    locked = list(rows.values_list("pk", flat=True))
    if locked != sorted(set(wanted.values_list("space_id", flat=True))):
        # A hall was divided while this waited: what is locked is not what the room covers now.
        return lock_spaces(*room_ids)
    return locked


def occupy(booking: Booking) -> None:
    """Take the booking's room for its frozen set-up, meeting and tear-down; what it held before is given back."""
    spaces = lock_spaces(booking.room_id)
    booking.occupancies.all().delete()
    take(spaces, booking.occupied_from, booking.occupied_until, wanted=wanted_by(booking), booking=booking)


def take(spaces: list[int], start: datetime, end: datetime, *, wanted: Wanted | None, **holder: Any) -> None:
    """Write one row for each space; raises `RoomTaken` or `EquipmentTaken`. The spaces are locked by the caller."""
    if conflicts := conflicts_in(spaces, start, end):
        raise RoomTaken(conflicts, wanted)
    if wanted:
        refuse_if_used_up(wanted, start, end)
    during = DateTimeTZRange(start, end)
    try:
        with transaction.atomic():
            Occupancy.objects.bulk_create(Occupancy(space_id=space, during=during, **holder) for space in spaces)
            # At once even where an outer transaction has put the check off, so that the loser is named here.
            with connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS {CONSTRAINT} IMMEDIATE")
    except IntegrityError as exc:
        if not is_overlap(exc):
            raise
        raise RoomTaken(conflicts_in(spaces, start, end), wanted) from exc


def is_overlap(exc: IntegrityError) -> bool:
    diagnostics = getattr(exc.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) == CONSTRAINT


def conflicts_in(
    spaces: Iterable[int], start: datetime, end: datetime, *, exclude_booking: int | None = None
) -> list[Span]:
    """When the spaces are taken within the stretch, set-up and tear-down included."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [list(spaces), start, end, exclude_booking or 0])
        return sorted(cursor.fetchall())


def refuse_if_taken(booking: Booking) -> None:
    """A request does not occupy, but one for a room already given away is refused at once.

    Without a lock: two requests may both pass and then compete, and the approval decides.
    """
    spaces = [space.pk for space in booking.room.spaces.all()]
    conflicts = conflicts_in(spaces, booking.occupied_from, booking.occupied_until, exclude_booking=booking.pk)
    if conflicts:
        raise RoomTaken(conflicts, wanted_by(booking))


def release(booking: Booking) -> bool:
    """Give the room back; whether there was anything to give."""
    return bool(booking.occupancies.all().delete()[0])


def release_rest(booking: Booking, ended_at: datetime) -> None:
    """After the end only the tear-down is kept. A meeting that ran over keeps what it had: others may have the rest."""
    until = ended_at + timedelta(minutes=booking.teardown_minutes)
    for row in booking.occupancies.all():
        if until <= row.during.lower:
            row.delete()
        elif until < row.during.upper:
            row.during = DateTimeTZRange(row.during.lower, until)
            row.save(update_fields=["during"])


def release_offer(offer: Offer) -> None:
    offer.occupancies.all().delete()


def hand_over(offer: Offer, booking: Booking) -> None:
    """What was held for the offer becomes the booking's, with no moment between in which it is free."""
    offer.occupancies.update(booking=booking, offer=None)


def occupy_closure(closure: Closure) -> None:
    take(lock_spaces(closure.room_id), closure.during.lower, closure.during.upper, wanted=None, closure=closure)


def freeze_minutes(booking: Booking) -> None:
    """Copy set-up and tear-down of the room's layout: later changes of the room leave bookings made as they are."""
    booking.setup_minutes, booking.teardown_minutes = booking.room.minutes_by_layout[booking.layout]


def wanted_by(booking: Booking) -> Wanted:
    return Wanted(
        room=booking.room,
        start=booking.start_at,
        end=booking.end_at,
        headcount=booking.headcount,
        layout=booking.layout,
        equipment=tuple(booking.equipment),
        microphones=booking.microphones,
        exclude_booking=booking.pk,
    )


def occupy_offer(offer: Offer, data: BookingData) -> None:
    wanted = Wanted(
        room=data.room,
        start=data.start_at,
        end=data.end_at,
        headcount=data.headcount,
        layout=data.layout,
        equipment=data.equipment,
        microphones=data.microphones,
    )
    start = offer.start_at - timedelta(minutes=offer.setup_minutes)
    end = offer.end_at + timedelta(minutes=offer.teardown_minutes)
    take(lock_spaces(offer.room_id), start, end, wanted=wanted, offer=offer)
