"""Rooms out of use for a time, and back in use."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.errors import BookingError, InvalidBooking, RoomTaken, Span
from bookings.models import Booking, Closure
from bookings.selectors.claims import Claim, rivals_by_claim
from bookings.services import occupancy
from bookings.services.record import booking_verb, names_of
from bookings.services.series.record import deciders_of_dates, facts_of_dates
from bookings.services.validation import FURTHEST, check_text, time_faults
from rooms.models import Room, RoomLog
from staff import live
from staff.models import User
from staff.services.notices import Draft, notify_many, write_new

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
    _tell_those_who_wait(closures, spaces, actor, now)
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


def _tell_those_who_wait(closures: Sequence[Closure], spaces: Sequence[int], actor: User, now: datetime) -> None:
    """A notice for each single request, and one for all dates of a series, which those who decide get as well."""
    claims = [Claim(number, tuple(spaces), *_span(each)) for number, each in enumerate(closures)]
    hit = rivals_by_claim(claims, exclude=())
    rows = Booking.objects.filter(pk__in={pk for ids in hit.values() for pk in ids})
    bookings = rows.select_related("room", "site", "applicant", "series__site", "series__applicant").in_bulk()
    of_series: dict[int, dict[int, Booking]] = defaultdict(dict)
    drafts: list[Draft] = []
    for number, closure in enumerate(closures):
        for booking in (bookings[pk] for pk in sorted(hit.get(number, ()))):
            if booking.series_id:
                of_series[booking.series_id][booking.pk] = booking
            else:
                drafts.append(_draft(closure, booking))
    write_new(drafts, now)
    for dates in of_series.values():
        _tell_of_series(closures[0], sorted(dates.values(), key=lambda each: (each.start_at, each.pk)), actor, now)


def _span(closure: Closure) -> Span:
    return closure.during.lower, closure.during.upper


def _tell_of_series(first: Closure, dates: Sequence[Booking], actor: User, now: datetime) -> None:
    series: Any = dates[0].series
    people = {each.pk: each for each in (series.applicant, *deciders_of_dates(dates)) if each.pk != actor.pk}
    code = "series_room_closed"
    notify_many(
        recipients=people.values(),
        code=code,
        params=facts_of_dates(series, dates),
        url=series.get_absolute_url(),
        key=f"{code}:{first.pk}:{series.pk}",
        now=now,
        mail=True,
    )


def _draft(closure: Closure, booking: Booking) -> Draft:
    params = {
        "ref": booking.ref,
        "room": names_of(booking.room),
        "start": closure.during.lower.isoformat(),
        "end": closure.during.upper.isoformat(),
    }
    code = "booking_room_closed"
    key = f"{code}:{closure.pk}:{booking.pk}"
    return Draft(booking.applicant, code, params, booking.get_absolute_url(), key, mail=True)
