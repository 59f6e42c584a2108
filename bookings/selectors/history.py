"""What is known of a booking's past, and of earlier meetings like it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from bookings.models import Booking, BookingLog
from bookings.transitions import Verb

NO_SHOWS_WITHIN = timedelta(days=365)


def log_of(booking: Booking) -> QuerySet[BookingLog]:
    """Newest first."""
    return booking.log.select_related("actor").order_by("-at", "-pk")


def last_change_of(booking: Booking) -> BookingLog | None:
    """The newest entry that changed what the booking says."""
    return log_of(booking).filter(verb__in=("change", "reopen", "accept", "extend")).first()


def said_at(booking: Booking) -> dict[tuple[str, datetime], str]:
    """What was asked and answered, by its kind and moment, which are those of its log entry."""
    return {(message.kind, message.at): message.text for message in booking.messages.all()}


def earlier_meetings(booking: Booking) -> int:
    """How many meetings of the same department have taken place at the site."""
    return held_before(booking).count()


def held_before(booking: Booking) -> QuerySet[Booking]:
    held = Booking.objects.filter(site=booking.site_id, status__in=(Booking.Status.ENDED, Booking.Status.CLOSED))
    return held.filter(host_department=booking.host_department).exclude(pk=booking.pk)


def no_shows_of(booking: Booking, now: datetime) -> int:
    """How many meetings of the same applicant nobody came to, within a year, this one included."""
    return missed_by(booking, now).count()


def missed_by(booking: Booking, now: datetime) -> QuerySet[BookingLog]:
    rows = BookingLog.objects.filter(verb=Verb.NO_SHOW.value, at__gt=now - NO_SHOWS_WITHIN)
    return rows.filter(booking__applicant=booking.applicant_id, booking__site=booking.site_id)
