"""Rooms in the HTTP API."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from rooms.api_tools import (
    INPUT_TEXTS,
    ApiProblem,
    Code,
    Filters,
    Page,
    Several,
    page_of_rows,
    refuse_unknown_query,
    said_in,
)
from rooms.models import AccessKind, EquipmentKind, Room
from rooms.selectors import sites_visible_to

router = Router(tags=["rooms"])


class RoomOut(Schema):
    code: str
    name: str
    site: str
    floor: str
    capacities: Annotated[dict[str, int], Field(description="Seats by layout.")]
    standing_layout: str
    equipment: list[str]
    microphones: int
    movable_tables: bool
    smoking_allowed: bool
    accessibility: Annotated[
        list[Annotated[str, Field(json_schema_extra={"enum": AccessKind.values})]],
        Field(description="What helps people who walk, see or hear differently; what is not named is not known of it."),
    ]
    accessibility_notes: str


class RoomFilters(Filters):
    site: Code = ""
    accessibility: Several = []


def room_fields(room: Room) -> dict[str, Any]:
    """The room as the API shows it; its site, layouts and equipment are loaded by the caller."""
    stock = {each.kind: each.quantity for each in room.equipment.all()}
    return {
        "code": room.code,
        "name": room.name,
        "site": room.site.code,
        "floor": room.floor,
        "capacities": {each.layout: each.capacity for each in room.layouts.all()},
        "standing_layout": room.standing_layout,
        "equipment": [kind for kind in EquipmentKind.values if kind in stock],
        "microphones": stock.get(EquipmentKind.MICROPHONE.value, 0),
        "movable_tables": room.has_movable_tables,
        "smoking_allowed": room.allows_smoking,
        "accessibility": [kind for kind in AccessKind.values if kind in room.access],
        "accessibility_notes": room.access_notes,
    }


def access_kinds(texts: Iterable[str]) -> list[str]:
    """What a room must have; an unknown word is refused, or it would be taken for no need at all."""
    kinds = said_in(texts)
    if not set(kinds) <= set(AccessKind.values):
        raise ApiProblem(422, errors={"accessibility": [str(INPUT_TEXTS["literal_error"])]})
    return kinds


@router.get("/rooms", response=Page[RoomOut], summary="Rooms that can be booked")
def list_rooms(request: HttpRequest, filters: Query[RoomFilters]) -> dict[str, Any]:
    refuse_unknown_query(request, RoomFilters)
    sites = sites_visible_to(request.auth)  # type: ignore[attr-defined] # set by the framework after authentication
    if filters.site:
        sites = [site for site in sites if site.code == filters.site]
    rooms = Room.objects.active().filter(site__in=sites, access__contains=access_kinds(filters.accessibility))
    rooms = rooms.with_fittings()
    return page_of_rows(rooms, filters, order=("position", "code", "id"), shape=room_fields)
