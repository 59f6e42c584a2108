"""Which rooms are free and fit, and what to offer when the wanted one is taken."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.alternatives import REACH, Candidate, suggest
from bookings.errors import Alternative, Span, Wanted
from bookings.models import Occupancy
from rooms.models import EquipmentKind, Room, RoomLayout, Site

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
    rooms = list(Room.objects.active().filter(site=site).with_fittings())
    taken = taken_between(rooms, start - WIDEST, end + WIDEST, exclude_booking=exclude_booking)
    wish = Wish(start, end, headcount, layout, frozenset(equipment), microphones)
    return sorted((_fit(room, wish, taken) for room in rooms), key=_best_first)


def alternatives_for(*, wanted: Wanted, now: datetime) -> list[Alternative]:
    rooms = {room.pk: room for room in Room.objects.active().filter(site=wanted.room.site_id).with_fittings()}
    reach = WIDEST + REACH
    taken = taken_between(
        rooms.values(), wanted.start - reach, wanted.end + reach, exclude_booking=wanted.exclude_booking
    )
    candidates = list(_candidates(rooms.values(), wanted))
    found = suggest(
        own_room=wanted.room.pk, start=wanted.start, end=wanted.end, candidates=candidates, taken=taken, earliest=now
    )
    return [
        Alternative(rooms[each.room_id], each.start, each.end, int(each.shift.total_seconds() // 60)) for each in found
    ]


def taken_between(
    rooms: Iterable[Room], start: datetime, end: datetime, *, exclude_booking: int | None = None
) -> dict[int, list[Span]]:
    """By space, when it is taken; the rooms' spaces are prefetched by the caller."""
    spaces = {space.pk for room in rooms for space in room.spaces.all()}
    rows = Occupancy.objects.filter(space_id__in=spaces, during__overlap=(start, end))
    if exclude_booking:
        rows = rows.exclude(booking_id=exclude_booking)
    taken: dict[int, list[Span]] = defaultdict(list)
    for space, during in rows.values_list("space_id", "during"):
        taken[space].append((during.lower, during.upper))
    return taken


def _fit(room: Room, wish: Wish, taken: dict[int, list[Span]]) -> RoomFit:
    layout = wish.layout or room.standing_layout
    plan = next((each for each in room.layouts.all() if each.layout == layout), None)
    reasons = list(_reasons(room, plan, wish))
    plan = plan or RoomLayout(room=room, layout=layout, capacity=0)
    is_free = candidate(room, plan, wish.headcount).is_free(wish.start, wish.end, taken)
    return RoomFit(
        room=room,
        layout=layout,
        capacity=plan.capacity,
        setup_minutes=plan.setup_minutes,
        teardown_minutes=plan.teardown_minutes,
        is_free=is_free,
        reasons=tuple(reasons if is_free else [*reasons, "taken"]),
    )


def _reasons(room: Room, plan: RoomLayout | None, wish: Wish) -> Iterator[str]:
    if plan is None:
        yield "no_layout"
    elif plan.capacity < wish.headcount:
        yield "too_small"
    if not has_equipment(room, wish.equipment, wish.microphones):
        yield "not_equipped"


def _best_first(fit: RoomFit) -> tuple[bool, bool, int, bool, int, int, str]:
    room = fit.room
    return (not fit.suits, not fit.is_free, len(fit.reasons), fit.capacity == 0, fit.capacity, room.position, room.code)


def _candidates(rooms: Iterable[Room], wanted: Wanted) -> Iterator[Candidate]:
    for room in rooms:
        plan = next((each for each in room.layouts.all() if each.layout == wanted.layout), None)
        if (
            plan
            and plan.capacity >= wanted.headcount
            and has_equipment(room, frozenset(wanted.equipment), wanted.microphones)
        ):
            yield candidate(room, plan, wanted.headcount)


def candidate(room: Room, plan: RoomLayout, headcount: int) -> Candidate:
    return Candidate(
        room_id=room.pk,
        spaces=frozenset(space.pk for space in room.spaces.all()),
        setup=timedelta(minutes=plan.setup_minutes),
        teardown=timedelta(minutes=plan.teardown_minutes),
        spare_seats=plan.capacity - headcount,
    )


def has_equipment(room: Room, needs: frozenset[str], microphones: int = 0) -> bool:
    stock = {each.kind: each.quantity for each in room.equipment.all()}
    return needs <= stock.keys() and stock.get(EquipmentKind.MICROPHONE.value, 0) >= microphones
