"""The meeting itself: started, extended, ended, and its file closed."""

from datetime import datetime, timedelta
from typing import Any

from bookings.errors import BookingError, InvalidBooking
from bookings.models import Booking
from bookings.models.booking import LONGEST
from bookings.services import occupancy
from bookings.services.record import booking_verb, lock_booking, step
from bookings.services.stock import use_supplies
from bookings.services.validation import time_faults
from bookings.signals import meeting_ended, meeting_extended, meeting_started
from bookings.transitions import Verb, target_of
from staff.models import User

Status = Booking.Status
EARLIEST_START = timedelta(minutes=60)


@booking_verb
def start_meeting(*, booking_id: int, actor: User | None, now: datetime, at_door: str = "") -> Booking:
    """Mark the meeting started; a second tap finds it running and changes nothing.

    Without a person the log names the screen at the door on which it was done.
    """
    booking = lock_booking(booking_id)
    if booking.status == Status.RUNNING:
        return booking
    target_of(booking.status, Verb.START)
    if now < booking.start_at - EARLIEST_START:
        raise BookingError("too_early")
    booking.actual_start_at = now
    step(booking, Verb.START, actor=actor, now=now, fields=("actual_start_at",), changes=_place(at_door))
    meeting_started.send(sender=Booking, booking=booking, actor=actor, now=now)
    return booking


@booking_verb
def extend_meeting(*, booking_id: int, end: datetime, actor: User | None, now: datetime, at_door: str = "") -> Booking:
    """Keep the room longer; raises `RoomTaken` when somebody has it next. The same end again changes nothing."""
    booking = lock_booking(booking_id, Verb.EXTEND)
    if end.tzinfo is not None and end == booking.end_at:
        return booking
    _check_end(booking, end, now)
    changes = {"end_at": [booking.end_at.isoformat(), end.isoformat()], **_place(at_door)}
    booking.end_at = end
    booking.version += 1
    occupancy.occupy(booking)
    step(booking, Verb.EXTEND, actor=actor, now=now, fields=("end_at", "version"), changes=changes)
    meeting_extended.send(sender=Booking, booking=booking, actor=actor, now=now)
    return booking


@booking_verb
def end_meeting(*, booking_id: int, actor: User | None, now: datetime, at_door: str = "") -> Booking:
    """Mark the meeting ended: the room is given back after its tear-down, and what was used leaves the stock.

    A second tap changes nothing.
    """
    booking = lock_booking(booking_id)
    if booking.status == Status.ENDED:
        return booking
    target_of(booking.status, Verb.END)
    # Two servers' clocks may differ by a moment; a meeting does not end before it began.
    booking.actual_end_at = max(now, booking.actual_start_at or now)
    occupancy.lock_spaces(booking.room_id)
    occupancy.release_rest(booking, booking.actual_end_at)
    step(booking, Verb.END, actor=actor, now=now, fields=("actual_end_at",), changes=_place(at_door))
    use_supplies(booking, actor=actor, now=now)
    meeting_ended.send(sender=Booking, booking=booking, actor=actor, now=now)
    return booking


@booking_verb
def close_booking(*, booking_id: int, now: datetime, actor: User | None = None) -> Booking:
    """Put the file of an ended meeting away; whether everything is done is the caller's to know."""
    booking = lock_booking(booking_id)
    step(booking, Verb.CLOSE, actor=actor, now=now)
    return booking


def _place(at_door: str) -> dict[str, Any]:
    return {"at_door": at_door} if at_door else {}


def _check_end(booking: Booking, end: datetime, now: datetime) -> None:
    if fault := next(time_faults(end, booking.site.zone), None):
        raise InvalidBooking({"end": [fault]})
    if end <= booking.end_at:
        raise InvalidBooking.of("end", "not_later")
    if end <= now:
        raise InvalidBooking.of("end", "in_past")
    if end - booking.start_at > LONGEST:
        raise InvalidBooking.of("end", "lasts_too_long", hours=int(LONGEST.total_seconds() // 3600))
