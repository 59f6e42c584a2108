"""What a secretary wants to know of earlier meetings before deciding."""

from datetime import datetime, timedelta

from bookings.models import Booking, BookingLog
from bookings.transitions import Verb

NO_SHOWS_WITHIN = timedelta(days=365)


def earlier_meetings(booking: Booking) -> int:
    """How many meetings of the same department have taken place at the site."""
    held = Booking.objects.filter(site=booking.site_id, status__in=(Booking.Status.ENDED, Booking.Status.CLOSED))
    return held.filter(host_department=booking.host_department).exclude(pk=booking.pk).count()


def no_shows_of(booking: Booking, now: datetime) -> int:
    """How many meetings of the same applicant nobody came to, within a year, this one included."""
    rows = BookingLog.objects.filter(verb=Verb.NO_SHOW.value, at__gt=now - NO_SHOWS_WITHIN)
    return rows.filter(booking__applicant=booking.applicant_id, booking__site=booking.site_id).count()
