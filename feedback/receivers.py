"""News from bookings: each receiver is one call of a service of this app."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from bookings.models import Booking
from bookings.signals import meeting_ended
from feedback.services import ask_feedback


@receiver(meeting_ended)
def ask_after_the_end(booking: Booking, now: datetime, **_: Any) -> None:
    ask_feedback(booking=booking, now=now)
