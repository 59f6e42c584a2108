"""What to offer in place of a room that is taken, or when no room suits."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bookings.alternatives import REACH, Span, Taken, next_days, suggest
from bookings.errors import Alternative, Wanted
from bookings.selectors.free import Wish, candidate, fitted_rooms, lent_around, taken_at
from rooms.models import Room, Site
from rooms.selectors import calendar_of

# Rooms looked at on other days: the wanted one and the best fits of a big house.
NEAREST = 12
# One person in ten may be left without a seat before a room is no answer any more.
TOLERATED = 10


def alternatives_for(*, wanted: Wanted, now: datetime, fitted: Iterable[Room] | None = None) -> list[Alternative]:
    """What a request refused can be repeated with as it is: nothing that lacks a seat or a piece of equipment.

    `fitted` are the `fitted_rooms` of its layout where they are read already.
    """
    wish = Wish(
        wanted.start, wanted.end, wanted.headcount, wanted.layout, frozenset(wanted.equipment), wanted.microphones
    )
    facts: dict[str, Any] = {"own": wanted.room.pk, "exclude_booking": wanted.exclude_booking, "fitted": fitted}
    found = alternatives_to(site=wanted.room.site, wish=wish, now=now, **facts)
    return [each for each in found if not each.is_less]


def alternatives_to(
    *,
    site: Site,
    wish: Wish,
    now: datetime,
    own: int | None = None,
    exclude_booking: int | None = None,
    fitted: Iterable[Room] | None = None,
) -> list[Alternative]:
    """Ranked as `suggest` says; `own` is the room asked for, if one was named."""
    rooms: dict[int, Any] = {room.pk: room for room in fitted or fitted_rooms(site, wish.layout)}
    joined = _halls(list(rooms.values()), wish.headcount)
    floor = rooms[own].floor if own in rooms else None
    candidates = [
        candidate(room, wish, floor=floor, is_joined=room.pk in joined)
        for room in rooms.values()
        if _is_near(room, wish.headcount)
    ]
    candidates.sort(key=lambda each: (not each.suits, each.room_id != own, each.fit))
    days = next_days(wish.start, wish.end, zone=site.zone, is_working=calendar_of(site).is_working)
    taken = _taken(site, [rooms[each.room_id] for each in candidates], wish, days, exclude_booking)
    found = suggest(
        own_room=own, start=wish.start, end=wish.end, candidates=candidates, taken=taken, earliest=now, days=days
    )
    for room in rooms.values():
        room.site = site
    return [
        Alternative(rooms[each.room_id], each.start, each.end, each.cost.minutes_shifted, each.kind.value, each.cost)
        for each in found
    ]


def _is_near(room: Room, headcount: int) -> bool:
    return room.seats is not None and room.seats + headcount // TOLERATED >= headcount


def _halls(rooms: Sequence[Room], headcount: int) -> set[int]:
    """Rooms made of others, each of which is too small alone."""
    spaces = {room.pk: set(room.space_ids) for room in rooms}
    found = set()
    for hall in rooms:
        if len(spaces[hall.pk]) < 2:
            continue
        parts = [part for part in rooms if spaces[part.pk] < spaces[hall.pk]]
        if len(parts) > 1 and all((part.seats or 0) < headcount for part in parts):
            found.add(hall.pk)
    return found


def _taken(site: Site, rooms: Sequence[Room], wish: Wish, days: Sequence[Span], exclude_booking: int | None) -> Taken:
    """What is taken of the rooms around the time asked for, and of the first few of them on other days.

    Of a room that is not looked at on other days everything counts as taken there; and of every room the time in
    which others have the shared equipment.
    """
    near, far = rooms[:NEAREST], rooms[NEAREST:]
    around = (wish.start - REACH, wish.end + REACH)
    taken = taken_at((rooms, [around]), (near, days), exclude_booking=exclude_booking)
    lent = lent_around(site, rooms, wish.equipment, [around, *days], exclude_booking=exclude_booking)
    for space in {space for room in rooms for space in room.space_ids} if lent else ():
        taken[space] += lent
    known = {space for room in near for space in room.space_ids}
    for space in {space for room in far for space in room.space_ids} - known:
        taken[space] += days
    return taken
