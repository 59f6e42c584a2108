"""What is locked before a plan changes, always in this order: the booking, or for daily steps the site.

Everything that belongs to one meeting queues behind its booking, so that a tick, a planning and the sweep never
wait for each other in a circle.
"""

from collections.abc import Iterable

from django.db import connection

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


# Written out: hundreds of ticks may come at once, and putting these together takes longer than what they ask.
MEETING_OF_STEP = """
    SELECT id FROM bookings_booking WHERE id = (SELECT booking_id FROM checklists_step WHERE id = %s) FOR NO KEY UPDATE
"""
SITE_OF_STEP = """
    SELECT id FROM rooms_site
    WHERE id = (SELECT site_id FROM checklists_step WHERE id = %s AND booking_id IS NULL) FOR NO KEY UPDATE
"""


def lock_owner_of(step_id: int) -> None:
    """The row alone: whoever wants to know more of it reads it afterwards. Raises `Step.DoesNotExist`."""
    with connection.cursor() as cursor:
        for statement in (MEETING_OF_STEP, SITE_OF_STEP):
            cursor.execute(statement, [step_id])
            if cursor.fetchone():
                return
    raise Step.DoesNotExist
