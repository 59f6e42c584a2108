"""The waiting list in the HTTP API: who waits for a room that somebody else has, lining up and stepping out."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Field, Query, Router, Schema

from bookings import permissions, services
from bookings.api.calls import BOOKINGS, Ref, load_booking, say
from bookings.api.schemas import BookingOut, Nothing, one_of
from bookings.errors import StateConflict
from bookings.models import Offer, WaitingPlace
from bookings.selectors import places_of
from rooms.api_tools import Code, Filters, Page, local, page_of_rows, refuse_unknown_query
from staff.api_tools import caller

router = Router(tags=["bookings"])
NoBody = Annotated[Nothing | None, Body()]


class PlaceOut(Schema):
    booking: Annotated[str, Field(description="The reference of the request that waits.")]
    site: str
    room: str
    start: datetime
    end: datetime
    state: Annotated[str, one_of(*WaitingPlace.OPEN)]
    since: datetime
    number: Annotated[int, Field(description="Which one it is among those who wait for a part of its time and room.")]
    held_until: Annotated[datetime | None, Field(description="Of a slot that is offered: until when to accept it.")]


class PlaceFilters(Filters):
    room: Code = ""


@router.get("/waiting", response=Page[PlaceOut], summary="Requests in the waiting list the caller may see, first first")
def list_waiting(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    refuse_unknown_query(request, PlaceFilters)
    rows = places_of(caller(request))
    if filters.room:
        rows = rows.filter(booking__room__code=filters.room)
    return page_of_rows(rows, filters, order=("since_at", "id"), shape=place_fields)


@router.post(
    "/bookings/{ref}/wait", response=PlaceOut, summary="Line up for the request's own room and time", auth=BOOKINGS
)
def wait(request: HttpRequest, ref: Ref, payload: NoBody = None) -> dict[str, Any]:
    """Said again, it answers the place it has. Refused while the room is free."""
    user = caller(request)
    booking = load_booking(ref, user, permissions.can_wait)
    place = services.wait_for_slot(booking_id=booking.pk, actor=user, now=timezone.now())
    found = places_of(user).filter(pk=place.pk).first()
    if found is None:
        # Decided by somebody in the moment since.
        booking.refresh_from_db()
        raise StateConflict(booking.status)
    return place_fields(found)


@router.post("/bookings/{ref}/leave", response=BookingOut, summary="Leave the waiting list", auth=BOOKINGS)
def leave(request: HttpRequest, ref: Ref, payload: NoBody = None) -> dict[str, Any]:
    """A slot that was held for it is given back; the request itself waits on for its decision."""
    return say(request, ref, permissions.can_wait, services.leave_line)


def place_fields(place: Any) -> dict[str, Any]:
    booking, zone = place.booking, place.booking.site.zone
    offer = next((each for each in booking.offers.all() if each.state == Offer.State.OPEN), None)
    return {
        "booking": booking.ref,
        "site": booking.site.code,
        "room": booking.room.code,
        "start": local(booking.start_at, zone),
        "end": local(booking.end_at, zone),
        "state": place.state,
        "since": local(place.since_at, zone),
        "number": place.number,
        "held_until": local(offer.held_until, zone) if offer and place.state == WaitingPlace.State.OFFERED else None,
    }
