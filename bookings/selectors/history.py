"""What a secretary wants to know of earlier meetings before deciding."""

from bookings.models import Booking


def earlier_meetings(booking: Booking) -> int:
    """How many meetings of the same department have taken place at the site."""
    held = Booking.objects.filter(site=booking.site_id, status__in=(Booking.Status.ENDED, Booking.Status.CLOSED))
    return held.filter(host_department=booking.host_department).exclude(pk=booking.pk).count()
