"""Counter-offers: another room or time, held for the applicant until a moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from bookings.deciders import deciders_of
from bookings.errors import BookingError, InvalidBooking
from bookings.models import Booking, BookingLog, Offer, WaitingPlace
from bookings.selectors.competing import competing_with
from bookings.selectors.inbox_request import open_offers
from bookings.services import occupancy
from bookings.services.data import BookingData, data_of, difference, with_changes, write, write_lists
from bookings.services.record import (
    booking_verb,
    drafts_for,
    lock_booking,
    log,
    names_of,
    step,
    tell,
    tell_own_calendar,
)
from bookings.services.validation import check_data
from bookings.signals import booking_approved
from bookings.transitions import Verb, is_allowed
from rooms.models import Room
from staff.models import User
from staff.services.notices import write_new

HELD_FOR = timedelta(hours=24)


@booking_verb
def offer_alternative(
    *,
    booking_id: int,
    room_id: int,
    start: datetime,
    end: datetime,
    actor: User,
    now: datetime,
    held_until: datetime | None = None,
) -> Offer:
    """Hold another room or time for the applicant; an earlier open offer is withdrawn. Raises `RoomTaken`."""
    booking = lock_booking(booking_id, Verb.OFFER)
    if booking.group_id and (start, end) != (booking.start_at, booking.end_at):
        raise InvalidBooking.of("start_at", "together")
    data = _offered(booking, room_id, start, end)
    check_data(data, now=now, changed=("room", "start_at", "end_at", "layout", "equipment", "agenda"))
    withdraw_open_offer(booking)
    offer = hold_offer(booking, data, held_until=_held_until(held_until, start, now), actor=actor, now=now)
    terms = {**_when(offer), "held_until": offer.held_until.isoformat()}
    changes = {**terms, "room": offer.room.code}
    entry = log(booking, Verb.OFFER, actor=actor, now=now, before=booking.status, changes=changes)
    params: dict[str, Any] = {**terms, "room": names_of(offer.room)}
    tell([booking.applicant], "booking_offered", booking=booking, entry=entry, mail=True, **params)
    return offer


@booking_verb
def accept_offer(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """The booking moves to what was offered and is approved by whoever offered it."""
    booking = lock_booking(booking_id, Verb.ACCEPT)
    offer = open_offer_of(booking)
    if offer is None or offer.held_until <= now:
        raise BookingError("offer_gone")
    old = data_of(booking)
    new = with_changes(old, {"room": offer.room, "start_at": offer.start_at, "end_at": offer.end_at})
    occupancy.lock_spaces(offer.room_id)
    offer.state = Offer.State.ACCEPTED
    offer.save(update_fields=["state"])
    occupancy.hand_over(offer, booking)
    write(booking, new)
    booking.setup_minutes, booking.teardown_minutes = offer.setup_minutes, offer.teardown_minutes
    booking.decided_at, booking.decided_by = now, offer.offered_by
    booking.version += 1
    booking.save()
    write_lists(booking, new, ("agenda",))
    entry = step(booking, Verb.ACCEPT, actor=actor, now=now, changes=difference(old, new))
    booking_approved.send(sender=Booking, booking=booking, actor=actor, now=now)
    booking.waiting_places.filter(state__in=WaitingPlace.OPEN).update(state=WaitingPlace.State.GIVEN)
    tell(_offerers(offer), "booking_offer_accepted", booking=booking, entry=entry)
    tell_own_calendar(booking, entry)
    tell_outbid(booking, entry)
    return booking


def withdraw_expired_offers(*, now: datetime) -> int:
    """Give back what is held for offers nobody accepted in time; how many there were."""
    expired = Offer.objects.filter(state=Offer.State.OPEN, held_until__lte=now)
    return sum(_expire(booking_id=booking_id, now=now) for booking_id in expired.values_list("booking_id", flat=True))


def open_offer_of(booking: Booking) -> Offer | None:
    return open_offers(booking).first()


def withdraw_open_offer(booking: Booking) -> Offer | None:
    """Give back what is held for the booking, if anything; the booking is locked by the caller."""
    offer = open_offer_of(booking)
    if offer:
        occupancy.release_offer(offer)
        offer.state = Offer.State.WITHDRAWN
        offer.save(update_fields=["state"])
        # Who was being offered the slot stands in line again.
        booking.waiting_places.filter(state=WaitingPlace.State.OFFERED).update(state=WaitingPlace.State.WAITING)
    return offer


def tell_outbid(winner: Booking, entry: BookingLog, not_before: datetime | None = None) -> list[Booking]:
    """Requests that wanted the same room at the same time keep waiting, and their applicants are told."""
    losers = list(competing_with(winner))
    tell_losers(losers, entry, not_before)
    return losers


def tell_losers(losers: Iterable[Booking], entry: BookingLog, not_before: datetime | None = None) -> None:
    """All at once: many may have asked for the room, which is locked meanwhile."""
    terms: dict[str, Any] = {"entry": entry, "mail": True, "not_before": not_before}
    drafts = [drafts_for([each.applicant], "booking_outbid", booking=each, **terms) for each in losers]
    write_new(list(chain.from_iterable(drafts)), entry.at)


@booking_verb
def _expire(*, booking_id: int, now: datetime) -> bool:
    booking = lock_booking(booking_id)
    offer = open_offer_of(booking)
    if offer is None or offer.held_until > now:
        return False
    # A slot that was not taken up goes to the next in line, and this place is gone.
    booking.waiting_places.filter(state=WaitingPlace.State.OFFERED).update(state=WaitingPlace.State.PASSED)
    withdraw_open_offer(booking)
    entry = log(booking, Verb.WITHDRAW_OFFER, actor=None, now=now, before=booking.status)
    params: dict[str, Any] = {**_when(offer), "room": names_of(offer.room)}
    if is_allowed(booking.status, Verb.OFFER):
        people = [booking.applicant, *_offerers(offer)]
        tell(people, "booking_offer_expired", booking=booking, entry=entry, **params)
    return True


def _offerers(offer: Offer) -> list[User]:
    """Who wants to know what became of it: whoever made it, or who decides, where the slot offered itself."""
    return [offer.offered_by] if offer.offered_by else deciders_of(offer.booking)


def _when(offer: Offer) -> dict[str, str]:
    return {"start": offer.start_at.isoformat(), "end": offer.end_at.isoformat()}


def _offered(booking: Booking, room_id: int, start: datetime, end: datetime) -> BookingData:
    room = Room.objects.with_fittings().filter(pk=room_id, site=booking.site_id).first()
    if room is None:
        raise InvalidBooking.of("room", "unknown_room")
    return with_changes(data_of(booking), {"room": room, "start_at": start, "end_at": end})


def _held_until(wished: datetime | None, start: datetime, now: datetime) -> datetime:
    held_until = min(wished or now + HELD_FOR, start)
    if held_until <= now:
        raise InvalidBooking.of("held_until", "in_past")
    return held_until


def hold_offer(
    booking: Booking,
    data: BookingData,
    *,
    held_until: datetime,
    actor: User | None,
    now: datetime,
    minutes: tuple[int, int] | None = None,
) -> Offer:
    """A new offer with the room held for it; `minutes` of set-up and tear-down, else those of the room's layout."""
    setup, teardown = minutes or _minutes_of(data)
    offer = Offer.objects.create(
        booking=booking,
        room=data.room,
        start_at=data.start_at,
        end_at=data.end_at,
        setup_minutes=setup,
        teardown_minutes=teardown,
        held_until=held_until,
        offered_by=actor,
        offered_at=now,
    )
    occupancy.occupy_offer(offer, data)
    return offer


def _minutes_of(data: BookingData) -> tuple[int, int]:
    return data.room.minutes_by_layout[data.layout]
