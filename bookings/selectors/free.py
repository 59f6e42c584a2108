"""Which rooms are free and fit, and what to offer when the wanted one is taken."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, FilteredRelation, Max, Q

from bookings.alternatives import REACH, Candidate, suggest
from bookings.errors import Alternative, Span, Wanted
from bookings.models import Occupancy
from rooms.models import EquipmentKind, Room, RoomQuerySet, Site
from rooms.ranges import AmongIds, Lower, Upper

# The longest set-up or tear-down a layout may have.
WIDEST = timedelta(days=1)


@dataclass(frozen=True)
class RoomFit:
    """A room measured against a wish; `reasons` are codes of `ROOM_REASONS` and empty when it suits."""

    room: Room
    layout: str
    capacity: int
    setup_minutes: int
    teardown_minutes: int
    is_free: bool
    reasons: tuple[str, ...]

    @property
    def suits(self) -> bool:
        return not self.reasons

    @property
    def moves_tables(self) -> bool:
        return self.layout != self.room.standing_layout


class Demand(Protocol):
    @property
    def headcount(self) -> int: ...

    @property
    def equipment(self) -> Collection[str]: ...

    @property
    def microphones(self) -> int: ...


@dataclass(frozen=True)
class Wish:
    start: datetime
    end: datetime
    headcount: int
    layout: str
    equipment: frozenset[str]
    microphones: int


def free_rooms(
    *,
    site: Site,
    start: datetime,
    end: datetime,
    headcount: int = 1,
    layout: str = "",
    equipment: Iterable[str] = (),
    microphones: int = 0,
    exclude_booking: int | None = None,
) -> list[RoomFit]:
    """Every room of the site that can be booked: those that suit first, best fit first, then the others with reasons.

    A room suits when set-up, meeting and tear-down fit between what is there. Without a layout each room's standing
    one is taken.
    """
    rooms = list(fitted_rooms(site, layout))
    for room in rooms:
        room.site = site
    taken = taken_around(rooms, start, end, exclude_booking=exclude_booking)
    wish = Wish(start, end, headcount, layout, frozenset(equipment), microphones)
    return sorted((_fit(room, wish, taken) for room in rooms), key=_best_first)


def fitted_rooms(site: Site, layout: str = "") -> RoomQuerySet:
    """The site's rooms in use with what a search measures: seats and minutes of the layout, spaces, equipment."""
    wanted: Any = layout or F("standing_layout")
    rooms = (
        Room.objects.active()
        .filter(site=site)
        .annotate(plan=FilteredRelation("layouts", condition=Q(layouts__layout=wanted)))
    )
    return rooms.annotate(
        seats=Max("plan__capacity"),
        setup_minutes=Max("plan__setup_minutes", default=0),
        teardown_minutes=Max("plan__teardown_minutes", default=0),
        space_ids=ArrayAgg("spaces", distinct=True),
        kinds=ArrayAgg("equipment__kind", distinct=True),
        microphones=Max("equipment__quantity", filter=Q(equipment__kind=EquipmentKind.MICROPHONE), default=0),
    )


def alternatives_for(*, wanted: Wanted, now: datetime) -> list[Alternative]:
    rooms = {room.pk: room for room in fitted_rooms(wanted.room.site, wanted.layout)}
    suited = [room for room in rooms.values() if not list(reasons_against(room, wanted))]
    taken = taken_around(suited, wanted.start - REACH, wanted.end + REACH, exclude_booking=wanted.exclude_booking)
    candidates = [candidate(room, wanted.headcount) for room in suited]
    found = suggest(
        own_room=wanted.room.pk, start=wanted.start, end=wanted.end, candidates=candidates, taken=taken, earliest=now
    )
    return [
        Alternative(rooms[each.room_id], each.start, each.end, int(each.shift.total_seconds() // 60)) for each in found
    ]


def taken_around(
    rooms: Sequence[Room], start: datetime, end: datetime, *, exclude_booking: int | None = None
) -> dict[int, list[Span]]:
    """By space, when it is taken so near that the longest set-up or tear-down of these rooms would touch it."""
    before = timedelta(minutes=max((room.setup_minutes for room in rooms), default=0))
    after = timedelta(minutes=max((room.teardown_minutes for room in rooms), default=0))
    rows = Occupancy.objects.filter(
        AmongIds("space_id", [space for room in rooms for space in room.space_ids]),
        during__overlap=(start - before, end + after),
    )
    if exclude_booking:
        rows = rows.exclude(booking_id=exclude_booking)
    taken: dict[int, list[Span]] = defaultdict(list)
    # The bounds alone: a range read as an object costs more than the rest of the search.
    for space, lower, upper in rows.order_by().values_list("space_id", Lower("during"), Upper("during")):
        taken[space].append((lower, upper))
    return taken


def _fit(room: Room, wish: Wish, taken: dict[int, list[Span]]) -> RoomFit:
    reasons = list(reasons_against(room, wish))
    is_free = candidate(room, wish.headcount).is_free(wish.start, wish.end, taken)
    return RoomFit(
        room=room,
        layout=wish.layout or room.standing_layout,
        capacity=room.seats or 0,
        setup_minutes=room.setup_minutes,
        teardown_minutes=room.teardown_minutes,
        is_free=is_free,
        reasons=tuple(reasons if is_free else [*reasons, "taken"]),
    )


def reasons_against(room: Room, wish: Demand) -> Iterator[str]:
    """Codes of `ROOM_REASONS` but for the time; `room` comes from `fitted_rooms`."""
    if room.seats is None:
        yield "no_layout"
    elif room.seats < wish.headcount:
        yield "too_small"
    if not set(wish.equipment) <= set(room.kinds) or room.microphones < wish.microphones:
        yield "not_equipped"


def _best_first(fit: RoomFit) -> tuple[bool, bool, int, bool, int, int, str]:
    room = fit.room
    return (not fit.suits, not fit.is_free, len(fit.reasons), fit.capacity == 0, fit.capacity, room.position, room.code)


def candidate(room: Room, headcount: int) -> Candidate:
    return Candidate(
        room_id=room.pk,
        spaces=frozenset(room.space_ids),
        setup=timedelta(minutes=room.setup_minutes),
        teardown=timedelta(minutes=room.teardown_minutes),
        spare_seats=(room.seats or 0) - headcount,
    )
