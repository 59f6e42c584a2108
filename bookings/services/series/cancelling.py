"""Calling off dates of a series: a range of them, those that follow, or all."""

from datetime import date, datetime
from typing import Any

from bookings.errors import BookingError
from bookings.models import Booking, Series
from bookings.services.record import booking_verb
from bookings.services.requests import REASON_LIMIT
from bookings.services.series.record import (
    announce,
    deciders_of_dates,
    lock_bookings,
    lock_series,
    take_steps,
    tell_of_series,
    withdraw_offers,
)
from bookings.services.series.spaces import release_all
from bookings.services.validation import check_text
from bookings.signals import booking_released
from bookings.transitions import Verb, is_allowed
from staff.models import User


@booking_verb
def cancel_dates(
    *, series_id: int, first: date, last: date, actor: User, now: datetime, reason: str = ""
) -> list[Booking]:
    """Call off the dates from `first` to `last` that lie ahead; what has begun or is over stays. One notice for all."""
    series = lock_series(series_id)
    text = check_text("reason", reason, limit=REASON_LIMIT, required=False)
    bookings = [each for each in lock_bookings(series) if _is_ahead(each, series, first, last, now)]
    if not bookings:
        raise BookingError("no_open_dates")
    had_rooms = [each for each in bookings if each.status == Booking.Status.APPROVED]
    withdraw_offers(bookings)
    release_all(bookings)
    entries = take_steps(bookings, Verb.CANCEL, actor=actor, now=now, cancel_reason=text)
    announce(booking_released, had_rooms, actor=actor, now=now)
    people = [series.applicant, *deciders_of_dates(bookings)]
    facts: dict[str, Any] = {"series": series, "bookings": bookings, "entry": entries[0]}
    tell_of_series(people, "series_cancelled", mail=True, reason=text, **facts)
    return bookings


def _is_ahead(booking: Booking, series: Series, first: date, last: date, now: datetime) -> bool:
    on = booking.start_at.astimezone(series.zone).date()
    return first <= on <= last and booking.start_at > now and is_allowed(booking.status, Verb.CANCEL)
