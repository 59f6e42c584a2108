"""A day of a few rooms: what is taken, and what is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from bookings.errors import Span
from bookings.models import Booking, Closure, Occupancy, Offer
from bookings.permissions import can_view
from bookings.selectors.competing import occupied_range
from bookings.selectors.free import WIDEST
from bookings.selectors.titles import title_for
from rooms.models import Room, Site
from rooms.selectors import day_bounds
from rooms.together import read_together
from staff.models import User

Holder = Booking | Closure | Offer
# All that the board and its masking read of a booking; a full day has thousands.
SHOWN = (
    "ref",
    "room",
    "site",
    "applicant",
    "status",
    "title",
    "is_private",
    "start_at",
    "end_at",
    "actual_end_at",
    "host_department",
    "headcount",
    "series",
)


class SpanKind(StrEnum):
    MEETING = "meeting"
    SETUP = "setup"
    TEARDOWN = "teardown"
    CLOSURE = "closure"
    HOLD = "hold"
    PENDING = "pending"


@dataclass(frozen=True)
class DaySpan:
    """One stretch on the board. `booking` is there only for readers who may open it; the title is masked by itself."""

    start: datetime
    end: datetime
    kind: SpanKind
    title: str = ""
    status: str = ""
    # The room that was booked, which may be another one on the same floor space.
    room_code: str = ""
    booking: Booking | None = None


@dataclass(frozen=True)
class RoomDay:
    room: Room
    on: date
    day_from: datetime
    day_until: datetime
    now: datetime
    spans: tuple[DaySpan, ...]

    @property
    def is_free(self) -> bool:
        return all(span.kind == SpanKind.PENDING for span in self.spans)


def room_day(*, room: Room, on: date, user: User, now: datetime) -> RoomDay:
    """In one statement."""
    rows = day_rows(room, on)
    read_together(*rows)
    return day_among(*rows, room=room, on=on, user=user, now=now)


def day_rows(room: Room, on: date) -> tuple[QuerySet[Occupancy], QuerySet[Booking]]:
    """What is taken of the room and asked for: what `day_among` makes its day of."""
    bounds = day_bounds(room.site, on)
    taken = Occupancy.objects.filter(space__rooms=room.pk, during__overlap=bounds).order_by("pk")
    taken = taken.select_related("booking__room", "closure__room", "offer__room", "offer__booking")
    return taken, _pending([room], *bounds)


def day_among(
    taken: Iterable[Occupancy], pending: Iterable[Booking], *, room: Room, on: date, user: User, now: datetime
) -> RoomDay:
    day_from, day_until = day_bounds(room.site, on)
    # Each holder once, however many spaces it has of the room.
    held = {(row.booking_id, row.closure_id, row.offer_id): row for row in taken}
    spans = [span for row in held.values() for span in _spans_of_row(row, user)]
    for booking in pending:
        booking.room = room
        spans.append(_pending_span(booking, user))
    return RoomDay(room, on, day_from, day_until, now, _within(spans, day_from, day_until))


def _spans_of_row(row: Occupancy, user: User) -> Iterator[DaySpan]:
    holder = row.booking or row.closure or row.offer
    return _spans_of(holder, (row.during.lower, row.during.upper), user) if holder else iter(())


def days_of_rooms(*, room_ids: Iterable[int], site: Site, on: date, user: User, now: datetime) -> list[RoomDay]:
    """The day of each of a few rooms of one site, in the order of the board."""
    rooms = Room.objects.filter(pk__in=room_ids).select_related("site").prefetch_related("spaces")
    return _days_of(list(rooms), site, on, user, now)


def _days_of(rooms: list[Room], site: Site, on: date, user: User, now: datetime) -> list[RoomDay]:
    day_from, day_until = day_bounds(site, on)
    rooms_of_space: dict[int, list[int]] = defaultdict(list)
    for room in rooms:
        for space in room.spaces.all():
            rooms_of_space[space.pk].append(room.pk)
    spans: dict[int, list[DaySpan]] = defaultdict(list)
    for room_id, holder, span in _taken(rooms, rooms_of_space, day_from, day_until):
        spans[room_id].extend(_spans_of(holder, span, user))
    known = {room.pk: room for room in rooms}
    for booking in _pending(rooms, day_from, day_until):
        booking.room = known[booking.room_id]
        spans[booking.room_id].append(_pending_span(booking, user))
    return [RoomDay(room, on, day_from, day_until, now, _within(spans[room.pk], day_from, day_until)) for room in rooms]


def _taken(
    rooms: list[Room], rooms_of_space: dict[int, list[int]], day_from: datetime, day_until: datetime
) -> Iterator[tuple[int, Holder, Span]]:
    """Each holder once for each room it blocks, however many spaces they share."""
    rows = Occupancy.objects.filter(space_id__in=rooms_of_space, during__overlap=(day_from, day_until))
    # Plain tuples and one query for each kind of holder: two thirds of the time of joined objects.
    columns = ("space_id", "during", "booking_id", "closure_id", "offer_id")
    found = list(rows.order_by("pk").values_list(*columns))
    holders = _holders(rooms, found)
    seen = set()
    for space_id, during, *ids in found:
        key = tuple(ids)
        for room_id in rooms_of_space[space_id]:
            if (room_id, key) not in seen and key in holders:
                seen.add((room_id, key))
                yield room_id, holders[key], (during.lower, during.upper)


def _holders(rooms: list[Room], found: list[tuple[Any, ...]]) -> dict[tuple[int | None, ...], Holder]:
    bookings, closures, offers = ({row[place] for row in found} - {None} for place in (2, 3, 4))
    holders: dict[tuple[int | None, ...], Holder] = {}
    rows = list(Booking.objects.filter(pk__in=bookings).only(*SHOWN))
    known = {room.pk: room for room in rooms}
    # A room on the same floor space need not be among those shown.
    known |= Room.objects.in_bulk({row.room_id for row in rows} - known.keys())
    for booking in rows:
        booking.room = known[booking.room_id]
        holders[booking.pk, None, None] = booking
    if closures:
        for closure in Closure.objects.filter(pk__in=closures).select_related("room"):
            holders[None, closure.pk, None] = closure
    if offers:
        for offer in Offer.objects.filter(pk__in=offers).select_related("room", "booking"):
            holders[None, None, offer.pk] = offer
    return holders


def _pending(rooms: Iterable[Room], day_from: datetime, day_until: datetime) -> QuerySet[Booking]:
    near = {"start_at__lt": day_until + WIDEST, "end_at__gt": day_from - WIDEST}
    rows = Booking.objects.filter(status__in=Booking.PENDING, room__in=[room.pk for room in rooms], **near)
    return rows.alias(occupied=occupied_range()).filter(occupied__overlap=(day_from, day_until)).only(*SHOWN)


def _spans_of(holder: Holder, span: Span, user: User) -> Iterator[DaySpan]:
    lower, upper = span
    if isinstance(holder, Booking):
        yield from _meeting_spans(holder, lower, upper, user)
    elif isinstance(holder, Closure):
        yield DaySpan(lower, upper, SpanKind.CLOSURE, title=holder.reason, room_code=holder.room.code)
    else:
        booking = holder.booking
        shown = booking if can_view(user, booking) else None
        title = title_for(user, booking)
        yield DaySpan(lower, upper, SpanKind.HOLD, title=title, room_code=holder.room.code, booking=shown)


def _meeting_spans(booking: Booking, lower: datetime, upper: datetime, user: User) -> Iterator[DaySpan]:
    """Set-up, meeting and tear-down; a meeting that ended early is cut where it ended."""
    ended = min(booking.end_at, booking.actual_end_at or booking.end_at)
    middle = max(lower, booking.start_at)
    last = max(middle, min(ended, upper))
    facts = {"status": booking.status, "room_code": booking.room.code}
    shown = booking if can_view(user, booking) else None
    if lower < middle:
        yield DaySpan(lower, middle, SpanKind.SETUP, booking=shown, **facts)
    if middle < last:
        yield DaySpan(middle, last, SpanKind.MEETING, title=title_for(user, booking), booking=shown, **facts)
    if last < upper:
        yield DaySpan(last, upper, SpanKind.TEARDOWN, booking=shown, **facts)


def _pending_span(booking: Booking, user: User) -> DaySpan:
    return DaySpan(
        booking.start_at,
        booking.end_at,
        SpanKind.PENDING,
        title=title_for(user, booking),
        status=booking.status,
        room_code=booking.room.code,
        booking=booking if can_view(user, booking) else None,
    )


def _within(spans: list[DaySpan], day_from: datetime, day_until: datetime) -> tuple[DaySpan, ...]:
    return tuple(
        sorted(
            (span for span in spans if span.start < day_until and span.end > day_from),
            key=lambda each: (each.start, each.end),
        )
    )
