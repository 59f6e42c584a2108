"""Where a notice of this app leads, and what it may say of a booking: never its topic."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from bookings.models import Booking


def tablet_url() -> str:
    return reverse("checklists:tablet")


def calls_url() -> str:
    return reverse("checklists:tablet_calls")


def change_url(booking: Booking) -> str:
    """Where a change is acknowledged on the tablet: at the meeting, or among one's steps where it has no page there."""
    if booking.status in Booking.PLANNED:
        return reverse("checklists:tablet_meeting", args=[booking.ref])
    return reverse("checklists:tablet")


def day_url(booking: Booking) -> str:
    on = booking.start_at.astimezone(booking.site.zone).date()
    return f"{reverse('checklists:day')}?{urlencode({'date': on.isoformat()})}"


def booking_params(booking: Booking) -> dict[str, Any]:
    return {
        "ref": booking.ref,
        "room": booking.room.code,
        "start": booking.start_at.isoformat(),
        "end": booking.end_at.isoformat(),
    }


def handover_url(pk: int) -> str:
    return reverse("checklists:handover", args=[pk])
