"""Several rooms in one request: asked for, accepted and cancelled together (other verbs: `together`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from inspect import unwrap
from itertools import chain
from typing import Any

from bookings.errors import Fault, InvalidBooking
from bookings.models import Booking, BookingGroup
from bookings.services import offers
from bookings.services.data import BookingData
from bookings.services.decisions import approve_booking
from bookings.services.record import booking_verb
from bookings.services.requests import ask_deciders, cancel_booking, make_booking, request_booking
from bookings.services.together import lock_others
from bookings.transitions import Verb
from rooms.models import Room
from staff.models import User

MOST_FURTHER = 9


@dataclass(frozen=True)
class FurtherRoom:
    """A room besides the main one, such as for groups or important guests."""

    room: Room
    headcount: int
    # Empty: the room's standing one.
    layout: str = ""
    purpose: str = ""


@booking_verb
def request_rooms(
    *,
    data: BookingData,
    further: Sequence[FurtherRoom],
    actor: User,
    now: datetime,
    announce: bool = True,
    submit: bool = True,
    wait: bool = False,
    **facts: Any,
) -> Booking:
    """The main room's booking, and one for each further room, or none of them.

    Raises `RoomTaken` of whichever is, or `InvalidBooking`, a further room's faults under `further.0.headcount`.
    Several rooms do not wait for a slot, for they are decided together; so does a rule, where all rooms have one.
    `facts` say whose the request is and under which external id, as `make_booking` takes them.
    """
    if not further:
        ask = unwrap(request_booking)
        return ask(data=data, actor=actor, now=now, announce=announce, submit=submit, wait=wait, **facts)
    _check(data.room, further)
    asking = {"actor": actor, "now": now, "submit": submit, **facts}
    made = [make_booking(data=data, **asking)]
    for number, each in enumerate(further):
        try:
            made.append(make_booking(data=_data_of(each, data), **asking | {"external_id": ""}))
        except InvalidBooking as error:
            raise InvalidBooking(_numbered(error, number)) from error
    group = BookingGroup.objects.create(made_at=now)
    for booking, _ in made:
        booking.group = group
    Booking.objects.filter(pk__in=[booking.pk for booking, _ in made]).update(group=group)
    if submit:
        ask_deciders(made, now=now, announce=announce)
    return made[0][0]


@booking_verb
def accept_offer(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """Move to what was offered; with it the other rooms of the request are approved by whoever offered."""
    offered = offers.Offer.objects.filter(booking=booking_id, state=offers.Offer.State.OPEN)
    members = lock_others(booking_id, Verb.APPROVE, *offered.values_list("room_id", flat=True))
    booking = unwrap(offers.accept_offer)(booking_id=booking_id, actor=actor, now=now)
    for member_id in members:
        unwrap(approve_booking)(booking_id=member_id, actor=booking.decided_by, now=now)
    return booking


@booking_verb
def cancel_all_rooms(*, booking_id: int, actor: User, now: datetime, reason: str = "") -> Booking:
    """Cancel the booking and the other rooms of its request, those excepted whose meeting has begun."""
    members = lock_others(booking_id, Verb.CANCEL)
    cancel = unwrap(cancel_booking)
    booking = cancel(booking_id=booking_id, actor=actor, now=now, reason=reason)
    for member_id in members:
        cancel(booking_id=member_id, actor=actor, now=now, reason=reason)
    return booking


def _check(main: Room, further: Sequence[FurtherRoom]) -> None:
    """Rooms that share floor could never be approved together."""
    if len(further) > MOST_FURTHER:
        raise InvalidBooking.of("further", "too_many", limit=MOST_FURTHER)
    taken = set(main.spaces.values_list("pk", flat=True))
    errors: dict[str, list[Fault]] = {}
    for number, each in enumerate(further):
        spaces = set(each.room.spaces.values_list("pk", flat=True))
        if spaces & taken:
            errors[f"further.{number}.room"] = [Fault("shares_floor")]
        elif each.room.site_id != main.site_id:
            errors[f"further.{number}.room"] = [Fault("unknown_room")]
        taken |= spaces
    if errors:
        raise InvalidBooking(errors)


def _data_of(each: FurtherRoom, data: BookingData) -> BookingData:
    """The same meeting and drinks; what belongs to the main room's table and programme stays there."""
    return replace(
        data,
        room=each.room,
        headcount=each.headcount,
        layout=each.layout,
        purpose=each.purpose or data.purpose,
        flowers=False,
        sign_in=False,
        materials=False,
        name_plates=0,
        microphones=0,
        flags=(),
        equipment=(),
        guests=(),
        agenda=(),
    )


def _numbered(error: InvalidBooking, number: int) -> dict[str, list[Fault]]:
    """A fault of the meeting itself was found with the main room; what is left is the further room's own."""
    own = {"room", "headcount", "layout", "purpose"}
    faults = chain.from_iterable(found for name, found in error.errors.items() if name not in own)
    errors = {f"further.{number}.{name}": found for name, found in error.errors.items() if name in own}
    if rest := list(faults):
        errors.setdefault(f"further.{number}.room", []).extend(rest)
    return errors
