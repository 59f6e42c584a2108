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
from rooms.models import AccessKind, EquipmentKind, EquipmentPool, Room, Site
from rooms.selectors import sites_visible_to

router = Router(tags=["rooms"])


class RoomOut(Schema):
    code: str
    name: str
    site: str
    building: Annotated[str, Field(description="Building or wing; empty where the site has only one.")]
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


class EquipmentOut(Schema):
    code: str
    name: str
    site: str
    quantity: int
    kind: Annotated[str | None, Field(description="The kind of equipment of rooms that it stands in for.")]


class EquipmentFilters(Filters):
    site: Code = ""


def room_fields(room: Room) -> dict[str, Any]:
    """The room as the API shows it; its site, layouts and equipment are loaded by the caller."""
    stock = {each.kind: each.quantity for each in room.equipment.all()}
    return {
        "code": room.code,
        "name": room.name,
        "site": room.site.code,
        "building": room.building,
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


def equipment_fields(pool: EquipmentPool) -> dict[str, Any]:
    return {
        "code": pool.code,
        "name": pool.name,
        "site": pool.site.code,
        "quantity": pool.quantity,
        "kind": pool.kind or None,
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
    sites = _sites_of(request, filters.site)
    rooms = Room.objects.active().filter(site__in=sites, access__contains=access_kinds(filters.accessibility))
    rooms = rooms.with_fittings()
    return page_of_rows(rooms, filters, order=("position", "code", "id"), shape=room_fields)


@router.get("/equipment", response=Page[EquipmentOut], summary="Shared equipment that can be asked for by its code")
def list_equipment(request: HttpRequest, filters: Query[EquipmentFilters]) -> dict[str, Any]:
    refuse_unknown_query(request, EquipmentFilters)
    pools = EquipmentPool.objects.filter(site__in=_sites_of(request, filters.site), is_active=True)
    return page_of_rows(pools.select_related("site"), filters, order=("code", "id"), shape=equipment_fields)


def _sites_of(request: HttpRequest, code: str) -> list[Site]:
    sites = sites_visible_to(request.auth)  # type: ignore[attr-defined] # set by the framework after authentication
    return [site for site in sites if code in ("", site.code)]
