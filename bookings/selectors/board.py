"""What is taken and asked for of many rooms over some days, in one statement and as plain values.

A full day of a big house has thousands of meetings: objects of the models would take ten times as long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db import connection

from bookings.marks import Mark, source
from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.permissions import Reader
from bookings.selectors.day import SpanKind
from rooms.models import Site
from rooms.selectors import midnight
from rooms.text import language_suffix, room_label
from staff.models import User

# Of each place one text with all that stands in it: most places are as they were at the last look, and a text that was
# read before needs not be taken apart. Between the facts of one thing, and between things.
UNIT, RECORD = "\x1f", "\x1e"
FACTS = (
    "b.id",
    "b.ref",
    "b.title",
    "b.status",
    "b.applicant_id",
    "b.is_private",
    "b.host_department",
    "b.headcount",
    "b.version",
    "b.series_id IS NOT NULL",
    "extract(epoch FROM b.start_at)::bigint",
    "extract(epoch FROM b.end_at)::bigint",
    "extract(epoch FROM b.actual_end_at)::bigint",
)
HELD = (
    "CASE WHEN o.booking_id IS NOT NULL THEN 'meeting' WHEN o.closure_id IS NOT NULL THEN 'closure' ELSE 'hold' END",
    "coalesce(o.booking_id, o.closure_id, o.offer_id)",
    "extract(epoch FROM lower(o.during))::bigint",
    "extract(epoch FROM upper(o.during))::bigint",
    "c.reason",
)
ASKED = (
    "'pending'",
    "b.id",
    "extract(epoch FROM b.start_at)::bigint",
    "extract(epoch FROM b.end_at)::bigint",
    "''",
)
# What people wrote. No form takes the signs; a row from elsewhere may hold them, and is read without.
WRITTEN = ("b.title", "b.host_department", "c.reason")
STATEMENT = """
    SELECT true, o.space_id, {held}
    FROM bookings_occupancy o
    LEFT JOIN bookings_closure c ON c.id = o.closure_id
    LEFT JOIN bookings_offer f ON f.id = o.offer_id
    LEFT JOIN bookings_booking b ON b.id = coalesce(o.booking_id, f.booking_id)
    {join}
    WHERE o.during && tstzrange(%(day_from)s, %(day_until)s) AND o.space_id = ANY (%(spaces)s)
    GROUP BY o.space_id
    UNION ALL
    SELECT false, b.room_id, {asked}
    FROM bookings_booking b
    WHERE b.status IN ('requested', 'questioned') AND b.room_id = ANY (%(rooms)s)
      AND b.start_at < %(day_until)s AND b.end_at > %(day_from)s
    GROUP BY b.room_id
"""
ROOMS = """
    SELECT r.id, r.code,
           coalesce(nullif(r.{name}, ''), nullif(r.name_zh_hans, ''), nullif(r.name_zh_hant, ''), r.name_en),
           r.floor, r.position,
           coalesce(l.seats, 0), coalesce(s.ids, '{{}}'), coalesce(e.kinds, '{{}}')
    FROM rooms_room r
    LEFT JOIN (SELECT room_id, max(capacity) AS seats FROM rooms_roomlayout GROUP BY 1) l ON l.room_id = r.id
    LEFT JOIN (SELECT room_id, array_agg(space_id) AS ids FROM rooms_room_spaces GROUP BY 1) s ON s.room_id = r.id
    LEFT JOIN (SELECT room_id, array_agg(kind) AS kinds FROM rooms_roomequipment GROUP BY 1) e ON e.room_id = r.id
    WHERE r.site_id = %s AND r.is_active ORDER BY r.position, r.code
"""
MOVABLE = (*Booking.PENDING, Booking.Status.APPROVED)
# Places whose text each process remembers taken apart, of some 12 KiB each.
LINES_KEPT = 2048


# When a room should be ready, and when it was.
Plan = tuple[datetime | None, datetime | None]
# What a stretch is and the id of who has it.
Key = tuple[str, str]
NEVER = datetime.min.replace(tzinfo=UTC)


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


class Row(tuple[Stretch, ...]):
    """What stands in one room, by time; its hash is worked out once, for it is looked up at every view."""

    def __hash__(self) -> int:
        known = self.__dict__
        if "hash" not in known:
            known["hash"] = super().__hash__()
        return int(known["hash"])


@dataclass(frozen=True)
class Line:
    """A room's row, and of each stretch when its room should be ready and was."""

    row: Row
    plans: tuple[Plan | None, ...]

    @cached_property
    def is_settled(self) -> bool:
        """Whether its marks are the same at any time."""
        return all(plan is None or plan[1] is not None for plan in self.plans)

    def marks(self, now: datetime) -> tuple[Mark | None, ...]:
        return self._settled if self.is_settled else self._marks_at(now)

    @cached_property
    def _settled(self) -> tuple[Mark | None, ...]:
        return self._marks_at(NEVER)

    def _marks_at(self, now: datetime) -> tuple[Mark | None, ...]:
        mark_at = source().mark_at
        return tuple([mark_at(*plan, now) if plan else None for plan in self.plans])


@dataclass(frozen=True)
class BoardSheet:
    """Rooms of a site and what stands in them between two midnights."""

    site: Site
    first: date
    days: int
    now: datetime
    rooms: Sequence[BoardRoom]
    lines: Mapping[int, Line]

    @cached_property
    def stretches(self) -> Mapping[int, Sequence[Stretch]]:
        return {pk: line.row for pk, line in self.lines.items()}

    @cached_property
    def marks_by_room(self) -> Mapping[int, tuple[Mark | None, ...]]:
        return {pk: line.marks(self.now) for pk, line in self.lines.items()}

    @cached_property
    def has_marks(self) -> bool:
        return any(map(any, self.marks_by_room.values()))


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
    return BoardSheet(site, first, days, now, rooms, _lines(site, rooms, first, days, Reader.of(user, site)))


def _lines(site: Site, rooms: Sequence[BoardRoom], first: date, days: int, reader: Reader) -> dict[int, Line]:
    held, asked = _texts(rooms, midnight(site, first), midnight(site, first + timedelta(days=days)))
    stranger, own = replace(reader, user_id=0), f"{UNIT}{reader.user_id}{UNIT}"
    masked, found = str(MASKED_TITLE), {}
    for room in rooms:
        texts = [held[space] for space in room.space_ids if space in held]
        if room.pk in asked:
            texts.append(asked[room.pk])
        # Where nothing is the reader's own, everybody of the same roles reads the same.
        mine = any(own in text for text in texts)
        found[room.pk] = _line(tuple(texts), reader if mine else stranger, masked)
    return found


def _texts(
    rooms: Sequence[BoardRoom], day_from: datetime, day_until: datetime
) -> tuple[dict[int, str], dict[int, str]]:
    """What is taken by space, and what is asked for by room."""
    values: dict[str, Any] = {"day_from": day_from, "day_until": day_until, "rooms": [room.pk for room in rooms]}
    values["spaces"] = [space for room in rooms for space in room.space_ids]
    known = source()
    held = _text((*HELD, *FACTS, known.due_at, known.ready_at), "o.id")
    asked = _text((*ASKED, *FACTS, "''", "''"), "b.id")
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(held=held, asked=asked, join=known.join), values)
        rows = cursor.fetchall()
    return {place: text for is_held, place, text in rows if is_held}, {
        place: text for is_held, place, text in rows if not is_held
    }


def _text(columns: Sequence[str], order: str) -> str:
    """One text of all columns, where nothing stands as an empty one, and of all rows of a place."""
    texts = [f"translate({name}, chr(30) || chr(31), '')" if name in WRITTEN else name for name in columns]
    return f"string_agg(concat({', chr(31), '.join(texts)}), chr(30) ORDER BY {order})"


@lru_cache(LINES_KEPT)
def _line(texts: Sequence[str], reader: Reader, masked: str) -> Line:
    """Of its arguments alone; `masked` is the word of the reader's language in place of a topic."""
    # Each holder once, however many spaces it takes.
    found = {key: (each, plan) for text in texts for key, each, plan in _read(text, reader, masked)}
    held = {each.booking_id: each for each, _plan in found.values() if each.kind == SpanKind.HOLD}
    shown = [pair for pair in found.values() if not _stands_as_held(pair[0], held.get(pair[0].booking_id))]
    ordered = sorted(shown, key=lambda pair: (pair[0].lower, pair[0].upper))
    return Line(Row([each for each, _plan in ordered]), tuple([plan for _each, plan in ordered]))


def _stands_as_held(each: Stretch, hold: Stretch | None) -> bool:
    """A request for which its own slot is held would stand there twice."""
    return hold is not None and each.kind == "pending" and hold.lower <= each.start and each.end <= hold.upper


@lru_cache(LINES_KEPT)
def _read(text: str, reader: Reader, masked: str) -> list[tuple[Key, Stretch, Plan | None]]:
    # Kept, so that the parts of a hall have its meetings from it and not their own ones like them.
    found = []
    for record in text.split(RECORD):
        kind, holder, *rest, due, ready = record.split(UNIT)
        each = _stretch(kind, rest, reader, masked)
        is_told = each.ref and kind == SpanKind.MEETING and each.status in Booking.HOLDING
        found.append(((kind, holder), each, _plan(due, ready) if is_told else None))
    return found


def _plan(due: str, ready: str) -> Plan | None:
    return (_moment(due), _moment(ready)) if due or ready else None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _stretch(kind: str, facts: Sequence[str], reader: Reader, masked: str) -> Stretch:
    """From bounds, a closure's reason, and the facts of the booking."""
    lower, upper, reason, pk, ref, title, status, applicant, private, host, count, version, in_series, *times = facts
    begins, until = int(lower), int(upper)
    if kind == "closure":
        return Stretch(kind, begins, begins, until, until, reason)
    asker = int(applicant)
    if not reader.may_read(asker, status, is_private=private == "t"):
        title = masked
    if not reader.may_open(asker, status):
        ref, host, count, in_series = "", "", "0", "f"
    shown = (ref, host, int(count), int(pk))
    if kind == "hold":
        return Stretch(kind, begins, begins, until, until, title, "", *shown)
    start, end = begins, until
    if kind == "meeting":
        # A meeting that ended early is cut where it ended.
        booked, ends, ended = times
        start = max(begins, int(booked))
        end = max(start, min(int(ends), int(ended) if ended else until, until))
    free = int(version) if ref and status in MOVABLE and reader.may_change(asker) else None
    return Stretch(kind, begins, start, end, until, title, status, *shown, free, in_series == "t")
