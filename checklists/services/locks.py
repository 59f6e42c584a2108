"""What is locked before a plan changes, always in this order: the booking, or for daily steps the site.

Everything that belongs to one meeting queues behind its booking, so that a tick, a planning and the sweep never
wait for each other in a circle.
"""

from collections.abc import Iterable
from typing import Any

from bookings.models import Booking
from checklists.models import Step
from rooms.models import Site


def lock_booking(booking_id: int) -> Booking:
    # Not a full lock: rows that point at the booking (a log line, a reminder's step) may still be written.
    return Booking.objects.select_for_update(no_key=True).get(pk=booking_id)


def lock_bookings(booking_ids: Iterable[int]) -> None:
    """Several at once, always in the order of their keys."""
    rows = Booking.objects.filter(pk__in=set(booking_ids)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def lock_site(site_id: int) -> Site:
    return Site.objects.select_for_update(no_key=True).get(pk=site_id)


def lock_owner_of(step: Step) -> None:
    """The row alone: whoever wants to know more of it reads it afterwards."""
    rows: Any = Booking.objects.filter(pk=step.booking_id) if step.booking_id else Site.objects.filter(pk=step.site_id)
    list(rows.select_for_update(no_key=True).values_list("pk"))
