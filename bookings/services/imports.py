"""A request that another system knows by an id of its own: brought in once, however often it is sent."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from bookings.errors import InvalidBooking
from bookings.models import Booking
from bookings.services.data import BookingData
from bookings.services.groups import FurtherRoom, request_rooms
from bookings.services.validation import limit_of, text_faults
from rooms.models import Site
from rooms.refusals import constraint_name
from staff.models import User


def import_booking(
    *,
    data: BookingData,
    external_id: str,
    further: Sequence[FurtherRoom] = (),
    actor: User,
    now: datetime,
    submit: bool = True,
    wait: bool = False,
    applicant: User | None = None,
    announce: bool = True,
) -> tuple[Booking, bool]:
    """The booking of this id and whether it is new; one that is there stays as it is."""
    if faults := list(text_faults(external_id, limit=limit_of(Booking, "external_id"), one_line=True)):
        raise InvalidBooking({"external_id": faults})
    if found := booking_known_as(data.room.site, external_id):
        return found, False
    facts: dict[str, Any] = {"external_id": external_id, "applicant": applicant, "announce": announce, "wait": wait}
    ask = partial(request_rooms, data=data, further=further, actor=actor, now=now, submit=submit, **facts)
    if not external_id:
        return ask(), True
    try:
        with transaction.atomic():
            return ask(), True
    except IntegrityError as exc:
        # The same request, sent twice at once: the first is the one.
        found = booking_known_as(data.room.site, external_id)
        if constraint_name(exc) != "booking_external_id_once" or found is None:
            raise
        return found, False


def booking_known_as(site: Site, external_id: str) -> Booking | None:
    if not external_id:
        return None
    return Booking.objects.filter(site=site, external_id=external_id).first()
