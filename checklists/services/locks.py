"""What is locked before a plan changes, always in this order: the booking, or for daily steps the site.

Everything that belongs to one meeting queues behind its booking, so that a tick, a planning and the sweep never
wait for each other in a circle.
"""

from bookings.models import Booking
from checklists.models import Step
from rooms.models import Site


def lock_booking(booking_id: int) -> Booking:
    # Not a full lock: rows that point at the booking (a log line, a reminder's step) may still be written.
    return Booking.objects.select_for_update(no_key=True).get(pk=booking_id)


def lock_site(site_id: int) -> Site:
    return Site.objects.select_for_update(no_key=True).get(pk=site_id)


def lock_owner_of(step: Step) -> None:
    if step.booking_id:
        lock_booking(step.booking_id)
    else:
        lock_site(step.site_id)
