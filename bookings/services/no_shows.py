"""Rooms nobody came to: the applicant is warned, then the room is given back, where the site has the rule."""

import logging
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from bookings.deciders import deciders_of
from bookings.errors import BookingError
from bookings.models import Booking, Guest
from bookings.services import occupancy
from bookings.services.record import booking_verb, lock_booking, log, step, tell
from bookings.signals import booking_released
from bookings.signs import shows_life
from bookings.transitions import Verb

logger = logging.getLogger(__name__)

WARNED_BEFORE = timedelta(minutes=5)


def release_no_shows(*, now: datetime) -> int:
    """Warn those whose room is about to be given back, and give back what was warned of; how many rooms that were.

    At any moment and as often as one likes: each booking is looked at again under its lock.
    """
    released = 0
    for booking_id in list(unattended(now).values_list("pk", flat=True)):
        try:
            released += release_no_show(booking_id=booking_id, now=now)
        except BookingError:
            logger.info("no-shows: booking %s was changed meanwhile", booking_id)
    return released


@booking_verb
def release_no_show(*, booking_id: int, now: datetime) -> bool:
    """Warn first, release after; nothing happens to a meeting somebody came to, or with important guests."""
    booking = lock_booking(booking_id)
    if not _is_unattended(booking, now):
        return False
    warned_at = _warned_at(booking)
    if warned_at is None:
        _warn(booking, now)
        return False
    # After an outage the warning comes late, and its minutes are the applicant's all the same.
    if now < max(warned_at + WARNED_BEFORE, _due_at(booking)):
        return False
    _release(booking, now)
    return True


def unattended(now: datetime) -> QuerySet[Booking]:
    """Approved meetings under way that nobody has started, where warning or release may be due; those that are over
    stay as they are: afterwards nobody can say any more that no one came."""
    guests = Guest.objects.filter(booking=OuterRef("pk"))
    rows = Booking.objects.filter(status=Booking.Status.APPROVED, site__no_show_minutes__isnull=False)
    rows = rows.filter(end_at__gt=now, start_at__lte=now, foreign_countries=[])
    return rows.exclude(Exists(guests)).order_by("pk")


def _is_unattended(booking: Booking, now: datetime) -> bool:
    if not unattended(now).filter(pk=booking.pk).exists():
        return False
    return now >= _due_at(booking) - WARNED_BEFORE and not shows_life(booking)


def _due_at(booking: Booking) -> datetime:
    return booking.start_at + timedelta(minutes=booking.site.no_show_minutes or 0)


def _warned_at(booking: Booking) -> datetime | None:
    """The warning of this start: one from before the meeting was put off says nothing."""
    entries = booking.log.filter(verb=Verb.WARN_NO_SHOW.value, at__gte=booking.start_at)
    return entries.order_by("-at").values_list("at", flat=True).first()


def _warn(booking: Booking, now: datetime) -> None:
    release_at = max(_due_at(booking), now + WARNED_BEFORE)
    entry = log(booking, Verb.WARN_NO_SHOW, actor=None, now=now, before=booking.status)
    at = release_at.isoformat()
    tell([booking.applicant], "booking_no_show_soon", booking=booking, entry=entry, mail=True, release_at=at)


def _release(booking: Booking, now: datetime) -> None:
    booking.cancel_reason = Booking.NO_SHOW
    occupancy.release(booking)
    entry = step(booking, Verb.NO_SHOW, actor=None, now=now, fields=("cancel_reason",))
    booking_released.send(sender=Booking, booking=booking, actor=None, now=now)
    tell([booking.applicant, *deciders_of(booking)], "booking_no_show", booking=booking, entry=entry, mail=True)
