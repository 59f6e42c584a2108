"""Rooms out of use for a time, and back in use."""

from collections.abc import Sequence
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.errors import BookingError, InvalidBooking, RoomTaken, Span
from bookings.models import Booking, Closure
from bookings.selectors.competing import waiting_for
from bookings.services import occupancy
from bookings.services.record import booking_verb, names_of
from bookings.services.validation import FURTHEST, check_text, time_faults
from rooms.models import Room, RoomLog
from staff import live
from staff.models import User
from staff.services.notices import notify

REASON_LIMIT = 200
# Two years of weeks: as far as a room may be booked.
MOST_AT_ONCE = 105


def close_room(*, room_id: int, start: datetime, end: datetime, reason: str, actor: User, now: datetime) -> Closure:
    """Take the room out of use. Raises `RoomTaken` when meetings stand there; waiting requests are told."""
    return close_room_often(room_id=room_id, spans=[(start, end)], reason=reason, actor=actor, now=now)[0]


@booking_verb
def close_room_often(*, room_id: int, spans: Sequence[Span], reason: str, actor: User, now: datetime) -> list[Closure]:
    """All stretches or none, each a closure of its own. `RoomTaken` names what stands in any of them."""
    room = Room.objects.select_related("site").get(pk=room_id)
    check_spans(room, spans, now)
    tidy = check_text("reason", reason, limit=REASON_LIMIT)
    spaces = occupancy.lock_spaces(room.pk)
    if conflicts := sorted({each for span in spans for each in occupancy.conflicts_in(spaces, *span)}):
        raise RoomTaken(conflicts)
    facts = {"room": room, "reason": tidy, "created_by": actor, "created_at": now}
    closures = [Closure.objects.create(during=DateTimeTZRange(*span), **facts) for span in spans]
    for closure in closures:
        occupancy.occupy_closure(closure)
        _log(closure, "closed", actor, now)
        for booking in waiting_for(room, closure.during.lower, closure.during.upper):
            _tell(closure, booking, now)
    return closures


@booking_verb
def reopen_room(*, closure_id: int, actor: User, now: datetime) -> Closure:
    """Put the room back in use; of a closure under way, what has passed is kept."""
    closure = Closure.objects.select_for_update(of=("self",)).select_related("room__site").filter(pk=closure_id).first()
    if closure is None or closure.during.upper <= now:
        raise BookingError("closure_gone")
    occupancy.lock_spaces(closure.room_id)
    _log(closure, "reopened", actor, now)
    if now <= closure.during.lower:
        Closure.objects.filter(pk=closure.pk).delete()
        return closure
    closure.during = DateTimeTZRange(closure.during.lower, now)
    closure.save(update_fields=["during"])
    closure.occupancies.update(during=closure.during)
    return closure


def check_spans(room: Room, spans: Sequence[Span], now: datetime) -> None:
    """Raise `InvalidBooking` when they are no times to close a room at."""
    if len(spans) > MOST_AT_ONCE:
        raise InvalidBooking.of("weekly_until", "too_many", limit=MOST_AT_ONCE)
    for number, (start, end) in enumerate(spans):
        _check_span(room, start, end, now)
        if number and start < spans[number - 1][1]:
            raise InvalidBooking.of("weekly_until", "weeks_overlap")


def _check_span(room: Room, start: datetime, end: datetime, now: datetime) -> None:
    for name, moment in (("start", start), ("end", end)):
        if fault := next(time_faults(moment, room.site.zone), None):
            raise InvalidBooking({name: [fault]})
    if end <= start:
        raise InvalidBooking.of("end", "end_before_start")
    if end <= now:
        raise InvalidBooking.of("end", "in_past")
    if end > now + FURTHEST:
        raise InvalidBooking.of("end", "too_far_ahead", days=FURTHEST.days)


def _log(closure: Closure, verb: str, actor: User, now: datetime) -> None:
    span = {"start": closure.during.lower.isoformat(), "end": closure.during.upper.isoformat()}
    room = closure.room
    changes = {**span, "reason": closure.reason}
    RoomLog.objects.create(site=room.site, room=room, at=now, actor=actor, verb=verb, changes=changes)
    # No event of its own: pages that show bookings show closures too, and read everything anew.
    live.publish("booking", 0, site_id=room.site_id)


def _tell(closure: Closure, booking: Booking, now: datetime) -> None:
    params = {
        "ref": booking.ref,
        "room": names_of(booking.room),
        "start": closure.during.lower.isoformat(),
        "end": closure.during.upper.isoformat(),
    }
    notify(
        recipient=booking.applicant,
        code="booking_room_closed",
        params=params,
        url=booking.get_absolute_url(),
        key=f"booking_room_closed:{closure.pk}:{booking.pk}",
        now=now,
        mail=True,
    )
