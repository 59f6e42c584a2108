"""The waiting list: requests whose room is taken, and the slot offered to the first in line when it comes free.

A request waits for its own room and time, in the order in which people lined up. The slot is held for the first that
fits, as an offer which one click accepts; when that runs out the place is gone, and the next one is asked.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.errors import BookingError, EquipmentTaken, InvalidBooking, RoomTaken
from bookings.models import Booking, Offer, WaitingPlace
from bookings.selectors.competing import is_taken, occupied_range
from bookings.selectors.sharing import short_codes
from bookings.services import occupancy
from bookings.services.data import BookingData, data_of
from bookings.services.offers import hold_offer, withdraw_open_offer
from bookings.services.record import booking_verb, lock_booking, log, names_of, tell
from bookings.services.validation import check_data
from bookings.transitions import Verb
from rooms.equipment import pools_by_code
from rooms.models import Room
from rooms.selectors import calendar_of
from staff.models import User

logger = logging.getLogger(__name__)

State = WaitingPlace.State
# Of working time, so that a slot which frees in the evening does not pass overnight.
HELD_FOR = timedelta(hours=2)
# What an offer of the very slot must still fulfil: the room may have changed since it was asked for.
STILL = ("room", "headcount", "layout", "equipment", "microphones")


@booking_verb
def wait_for_slot(*, booking_id: int, actor: User, now: datetime) -> WaitingPlace:
    """Line up for the request's own room and time; a second click changes nothing. Refused while it is free."""
    booking = lock_booking(booking_id, Verb.WAIT)
    if place := open_place_of(booking):
        return place
    if booking.start_at <= now:
        raise BookingError("too_late")
    spaces = booking.room.spaces.values_list("pk", flat=True)
    if not occupancy.conflicts_in(spaces, booking.occupied_from, booking.occupied_until):
        raise BookingError("slot_free")
    return line_up(booking, actor=actor, now=now)


def line_up(booking: Booking, *, actor: User, now: datetime) -> WaitingPlace:
    """The booking is locked, or new, and its caller's business."""
    place = WaitingPlace.objects.create(booking=booking, since_at=now)
    log(booking, Verb.WAIT, actor=actor, now=now, before=booking.status)
    return place


@booking_verb
def leave_line(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """Stop waiting; a slot that was being held for it is given back."""
    booking = lock_booking(booking_id, Verb.LEAVE_LINE)
    place = open_place_of(booking)
    if place is None:
        return booking
    if place.state == State.OFFERED:
        withdraw_open_offer(booking)
    booking.waiting_places.filter(pk=place.pk).update(state=State.LEFT)
    log(booking, Verb.LEAVE_LINE, actor=actor, now=now, before=booking.status)
    return booking


def offer_free_slots(*, now: datetime) -> int:
    """Offer every slot that came free to the first in line; how many were offered.

    Each in a transaction of its own, and each place is looked at anew under its locks: it may run at any moment, twice
    at once, and after a crash.
    """
    if not WaitingPlace.objects.filter(state=State.WAITING).exists():
        return 0
    free = offerable_places(now).order_by("since_at", "pk")
    return sum(_try_offer(booking_id, now) for booking_id in free.values_list("booking_id", flat=True))


def settle_places(*, now: datetime) -> int:
    """Close the places of requests that wait no more: approved, or gone; left open so long that an undo finds them."""
    settled = WaitingPlace.objects.filter(state__in=WaitingPlace.OPEN).exclude(booking__status__in=Booking.PENDING)
    old = settled.filter(Q(booking__decided_at=None) | Q(booking__decided_at__lt=now - timedelta(minutes=1)))
    given = Q(booking__status__in=Booking.PLANNED)
    pks = list(old.values_list("pk", flat=True))
    rows = WaitingPlace.objects.filter(pk__in=pks)
    rows.filter(pk__in=old.filter(given).values("pk")).update(state=State.GIVEN)
    rows.filter(state__in=WaitingPlace.OPEN).update(state=State.LEFT)
    return len(pks)


def open_place_of(booking: Booking) -> WaitingPlace | None:
    return booking.waiting_places.filter(state__in=WaitingPlace.OPEN).first()


def offerable_places(now: datetime) -> QuerySet[WaitingPlace]:
    """Those whose slot is free and could be offered them; a request for exception is a person's to decide."""
    has_offer = Exists(Offer.objects.filter(booking=OuterRef("booking"), state=Offer.State.OPEN))
    waiting = WaitingPlace.objects.filter(
        ~has_offer,
        state=State.WAITING,
        booking__status__in=Booking.PENDING,
        booking__start_at__gt=now,
        booking__exceptions=[],
    )
    places = waiting.annotate(occupied=occupied_range("booking__"), is_taken=is_taken("booking__room_id"))
    return places.filter(is_taken=False)


def _try_offer(booking_id: int, now: datetime) -> bool:
    try:
        return _offer_slot(booking_id=booking_id, now=now)
    except (RoomTaken, EquipmentTaken):
        return False
    except DatabaseError:
        logger.exception("waiting list: booking %s failed, the others go on", booking_id)
        return False


@transaction.atomic
def _offer_slot(*, booking_id: int, now: datetime) -> bool:
    booking = lock_booking(booking_id)
    spaces = occupancy.lock_spaces(booking.room_id)
    place = offerable_places(now).filter(booking=booking).first()
    if place is None or _has_somebody_before(place, booking, spaces, now):
        return False
    data = data_of(booking)
    try:
        check_data(data, now=now, changed=STILL)
    except InvalidBooking:
        # Else it would stand in everybody's way for ever.
        WaitingPlace.objects.filter(pk=place.pk).update(state=State.LEFT)
        return False
    _hold(booking, data, now)
    WaitingPlace.objects.filter(pk=place.pk).update(state=State.OFFERED)
    return True


def _has_somebody_before(place: WaitingPlace, booking: Booking, spaces: list[int], now: datetime) -> bool:
    """Somebody further up the line whose own slot, free as well, shares time and floor with this one."""
    earlier = Q(since_at__lt=place.since_at) | Q(since_at=place.since_at, pk__lt=place.pk)
    rooms = Room.objects.filter(spaces__in=spaces).values("pk")
    span = (booking.occupied_from, booking.occupied_until)
    before = offerable_places(now).filter(earlier, booking__room__in=rooms, occupied__overlap=span)
    # Who cannot have the equipment they want gets no offer, and must not keep it from those behind.
    pools = pools_by_code(booking.site)
    return any(not short_codes(each.booking, pools=pools) for each in before.select_related("booking__site"))


def _hold(booking: Booking, data: BookingData, now: datetime) -> None:
    held_until = _held_until(booking, now)
    minutes = (booking.setup_minutes, booking.teardown_minutes)
    offer = hold_offer(booking, data, held_until=held_until, actor=None, now=now, minutes=minutes)
    terms = {"held_until": offer.held_until.isoformat()}
    entry = log(booking, Verb.OFFER, actor=None, now=now, before=booking.status, changes={**terms, "slot": True})
    params: dict[str, Any] = {**terms, "room": names_of(offer.room)}
    tell([booking.applicant], "booking_slot_free", booking=booking, entry=entry, mail=True, **params)


def _held_until(booking: Booking, now: datetime) -> datetime:
    """Half of what is left before the meeting at most: the next in line needs time as well."""
    return min(calendar_of(booking.site).add_working(now, HELD_FOR), now + (booking.start_at - now) / 2)
