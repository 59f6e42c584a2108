"""Refusals of the bookings services as problem answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from bookings.api.schemas import alternative_fields, public_name
from bookings.errors import EquipmentTaken, InvalidBooking, RoomTaken, SeriesTaken, StateConflict, TakenDate
from bookings.messages import error_text, error_texts
from rooms.api_tools import invalid, local, problem
from rooms.models import Room


def booking_problem(request: HttpRequest, exc: Any) -> HttpResponse:
    if isinstance(exc, InvalidBooking):
        return invalid({public_name(name): texts for name, texts in error_texts(exc).items()})
    if isinstance(exc, StateConflict):
        return problem(409, error_text(exc), code=exc.code, state=exc.status)
    if isinstance(exc, SeriesTaken):
        return problem(409, error_text(exc), code=exc.code, dates=[_taken_date(each) for each in exc.dates])
    if isinstance(exc, EquipmentTaken):
        more = {"dates": [on.isoformat() for on in exc.dates]} if exc.dates else {}
        return problem(409, error_text(exc), code="equipment_taken", equipment=exc.codes, **more)
    if isinstance(exc, RoomTaken):
        return _taken(exc, exc.wanted.room if exc.wanted else None)
    return problem(409, error_text(exc), code=exc.code)


def _taken_date(each: TakenDate) -> dict[str, Any]:
    """A date of a series that cannot be had; without conflicts it runs into another date of the same series."""
    zone = each.room.site.zone
    conflicts = [{"start": local(start, zone), "end": local(end, zone)} for start, end in each.conflicts]
    place = {"room": each.room.code, "start": local(each.start, zone), "end": local(each.end, zone)}
    return {**place, "conflicts": conflicts}


def _taken(exc: RoomTaken, room: Room | None) -> HttpResponse:
    """When the room is taken, without saying by whom, and what is free instead."""
    spans = [
        (local(start, room.site.zone), local(end, room.site.zone)) if room else (start, end)
        for start, end in exc.conflicts
    ]
    conflicts = [{"start": start, "end": end} for start, end in spans]
    alternatives = [alternative_fields(each) for each in exc.alternatives]
    # With several rooms in a request, which of them it is.
    named = {"room": room.code} if room else {}
    return problem(409, error_text(exc), code=exc.code, **named, conflicts=conflicts, alternatives=alternatives)
