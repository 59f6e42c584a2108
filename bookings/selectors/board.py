"""What is taken and asked for of many rooms over some days, in one statement and as plain values.

A full day of a big house has thousands of meetings: objects of the models would take ten times as long.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from bookings.marks import Mark, marks_of
from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.permissions import Reader
from bookings.selectors.day import SpanKind
from rooms.models import Site
from rooms.selectors import midnight
from rooms.text import language_suffix, room_label
from staff.models import User

# Moments travel as seconds: ranges and instants read as objects cost more than all the rest.
FACTS = """
    b.id, b.ref, b.title, b.status, b.applicant_id, b.is_private, b.host_department, b.headcount, b.version,
    b.series_id IS NOT NULL,
    extract(epoch FROM b.start_at)::bigint, extract(epoch FROM b.end_at)::bigint,
    extract(epoch FROM b.actual_end_at)::bigint
"""
TAKEN = f"""
    SELECT o.space_id, CASE WHEN o.booking_id IS NOT NULL THEN 'meeting' WHEN o.closure_id IS NOT NULL THEN 'closure'
               ELSE 'hold' END,
           coalesce(o.booking_id, o.closure_id, o.offer_id),
           extract(epoch FROM lower(o.during))::bigint, extract(epoch FROM upper(o.during))::bigint, c.reason, {FACTS}
    FROM bookings_occupancy o
    LEFT JOIN bookings_closure c ON c.id = o.closure_id
    LEFT JOIN bookings_offer f ON f.id = o.offer_id
    LEFT JOIN bookings_booking b ON b.id = coalesce(o.booking_id, f.booking_id)
    WHERE o.during && tstzrange(%(day_from)s, %(day_until)s) AND o.space_id = ANY (%(spaces)s)
"""  # noqa: S608 - no value stands in the text
PENDING = f"""
    SELECT b.room_id, 'pending', b.id, extract(epoch FROM b.start_at)::bigint, extract(epoch FROM b.end_at)::bigint,
           NULL, {FACTS}
    FROM bookings_booking b
    WHERE b.status IN ('requested', 'questioned') AND b.room_id = ANY (%(rooms)s)
      AND b.start_at < %(day_until)s AND b.end_at > %(day_from)s
"""  # noqa: S608 - the same
ROOMS = """
    SELECT r.id, r.code,
           coalesce(nullif(r.{name}, ''), nullif(r.name_zh_hans, ''), nullif(r.name_zh_hant, ''), r.name_en),
           r.floor, r.position,
           coalesce((SELECT max(l.capacity) FROM rooms_roomlayout l WHERE l.room_id = r.id), 0),
           ARRAY (SELECT s.space_id FROM rooms_room_spaces s WHERE s.room_id = r.id),
           ARRAY (SELECT e.kind FROM rooms_roomequipment e WHERE e.room_id = r.id)
    FROM rooms_room r WHERE r.site_id = %s AND r.is_active ORDER BY r.position, r.code
"""
MOVABLE = (*Booking.PENDING, Booking.Status.APPROVED)


class Stretch(NamedTuple):
    """One meeting, request, closure or hold; moments in seconds, `lower` and `upper` with set-up and clearing."""

    kind: str
    lower: int
    start: int
    end: int
    upper: int
    # Masked already; the reference is there only for readers who may open the booking.
    title: str
    status: str = ""
    ref: str = ""
    host: str = ""
    headcount: int = 0
    booking_id: int = 0
    # The version that a move must name; none for what the reader may not move.
    version: int | None = None
    in_series: bool = False


class BoardRoom(NamedTuple):
    """A bookable room as the board needs it."""

    pk: int
    code: str
    # In the reader's language.
    name: str
    floor: str
    position: int
    # Of its largest layout.
    seats: int
    space_ids: Sequence[int]
    kinds: Sequence[str]

    @property
    def label(self) -> str:
        return room_label(self.code, self.name)


@dataclass(frozen=True)
class BoardSheet:
    """Rooms of a site and what stands in them between two midnights."""

    site: Site
    first: date
    days: int
    now: datetime
    rooms: Sequence[BoardRoom]
    stretches: Mapping[int, Sequence[Stretch]]
    # By the booking's id: what apps above say of its room.
    marks: Mapping[int, Mark]


@dataclass(frozen=True)
class BoardFilter:
    floor: str = ""
    people: int | None = None
    equipment: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.floor or self.people or self.equipment)

    def keeps(self, room: BoardRoom) -> bool:
        return (
            self.floor in ("", room.floor)
            and room.seats >= (self.people or 0)
            and set(self.equipment) <= set(room.kinds)
        )


def board_rooms(site: Site) -> list[BoardRoom]:
    with connection.cursor() as cursor:
        cursor.execute(ROOMS.format(name=f"name_{language_suffix()}"), [site.pk])
        return [BoardRoom(*row) for row in cursor.fetchall()]


def board_sheet(
    *, site: Site, rooms: Sequence[BoardRoom], first: date, user: User, now: datetime, days: int = 1
) -> BoardSheet:
    stretches = _stretches(site, rooms, first, days, Reader.of(user, site))
    shown = [
        each.booking_id
        for row in stretches.values()
        for each in row
        if each.ref and each.kind == SpanKind.MEETING and each.status in Booking.HOLDING
    ]
    return BoardSheet(site, first, days, now, rooms, stretches, marks_of(shown, now))


def _stretches(
    site: Site, rooms: Sequence[BoardRoom], first: date, days: int, reader: Reader
) -> dict[int, list[Stretch]]:
    day_from, day_until = midnight(site, first), midnight(site, first + timedelta(days=days))
    rooms_of_space: dict[int, list[int]] = defaultdict(list)
    for room in rooms:
        for space in room.space_ids:
            rooms_of_space[space].append(room.pk)
    rows = _rows(list(rooms_of_space), [room.pk for room in rooms], day_from, day_until)
    found: dict[int, list[Stretch]] = {room.pk: [] for room in rooms}
    seen: set[tuple[int, str, int]] = set()
    for row in rows:
        place, kind, holder = row[:3]
        stretch = _stretch(row, reader)
        for room_id in (place,) if kind == "pending" else rooms_of_space[place]:
            # Each holder once for each room it blocks, however many spaces they share.
            key = (room_id, kind, holder)
            if key not in seen:
                seen.add(key)
                found[room_id].append(stretch)
    for stretches in found.values():
        stretches.sort(key=lambda each: (each.lower, each.upper))
    return found


def _rows(spaces: list[int], rooms: list[int], day_from: datetime, day_until: datetime) -> Iterable[tuple[Any, ...]]:
    values: dict[str, Any] = {"spaces": spaces, "rooms": rooms, "day_from": day_from, "day_until": day_until}
    with connection.cursor() as cursor:
        cursor.execute(f"{TAKEN} UNION ALL {PENDING}", values)
        return cursor.fetchall()


def _stretch(row: Sequence[Any], reader: Reader) -> Stretch:
    """From a row: place, kind, holder, bounds, a closure's reason, and the facts of the booking."""
    _place, kind, _holder, lower, upper, reason, pk, ref, title, status, applicant, *rest = row
    is_private, host, count, version, in_series, start, end, ended = rest
    if kind == "closure":
        return Stretch(kind, lower, lower, upper, upper, reason)
    if not reader.may_read(applicant, status, is_private=is_private):
        title = str(MASKED_TITLE)
    if not reader.may_open(applicant, status):
        ref, host, count, in_series = "", "", 0, False
    if kind == "hold":
        return Stretch(kind, lower, lower, upper, upper, title, "", ref, host, count, pk)
    may_move = ref and status in MOVABLE and reader.may_change(applicant)
    if kind == "meeting":
        # A meeting that ended early is cut where it ended.
        start = max(lower, start)
        end = max(start, min(end if ended is None else min(end, ended), upper))
    free = version if may_move else None
    return Stretch(kind, lower, start, end, upper, title, status, ref, host, count, pk, free, in_series)
