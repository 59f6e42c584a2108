"""What stands in the way of many stretches at once, in a number of statements that does not grow with them."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from bookings.errors import Span
from bookings.models import Booking
from bookings.recurrence import overlapping_keys
from rooms.models import Room

# In the shape of the exclusion's index: each stretch is one probe of it, however much was ever taken.
TAKEN = """
    SELECT w.n, o.space_id, lower(o.during), upper(o.during)
    FROM unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[])
        AS w(n, space, starts, ends, booking)
    JOIN bookings_occupancy o ON int8range(o.space_id, o.space_id, '[]') && int8range(w.space, w.space, '[]')
        AND o.during && tstzrange(w.starts, w.ends)
    LEFT JOIN bookings_offer f ON f.id = o.offer_id
    WHERE (o.booking_id IS NULL OR o.booking_id <> ALL(%s::bigint[]))
        AND (f.booking_id IS NULL OR f.booking_id <> w.booking)
    ORDER BY 1, 3, 4
"""
# The plain bounds (a meeting and a set-up take a day at most) let the index of pending requests narrow the rows down.
COMPETING = """
    SELECT DISTINCT w.n, b.id
    FROM unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS w(n, space, starts, ends)
    JOIN rooms_room_spaces s ON s.space_id = w.space
    JOIN bookings_booking b ON b.room_id = s.room_id AND b.status IN ('requested', 'questioned')
        AND b.start_at < w.ends + interval '1 day' AND b.start_at > w.starts - interval '2 days'
        AND tstzrange(b.start_at - b.setup_minutes * interval '1 minute',
                      b.end_at + b.teardown_minutes * interval '1 minute') && tstzrange(w.starts, w.ends)
    WHERE b.id <> ALL(%s::bigint[])
"""


@dataclass(frozen=True)
class Claim:
    """A stretch that spaces are wanted for, set-up and tear-down included; `key` names it to whoever asks.

    What is held for an offer of its own `booking_id` is not in its way.
    """

    key: Hashable
    spaces: tuple[int, ...]
    start: datetime
    end: datetime
    booking_id: int = 0


def claim_of(booking: Booking, spaces: Mapping[int, Sequence[int]], key: Hashable = None) -> Claim:
    """What the booking takes; `spaces` are those of each room."""
    key = booking.pk if key is None else key
    own = booking.pk or 0
    return Claim(key, tuple(spaces[booking.room_id]), booking.occupied_from, booking.occupied_until, own)


def spaces_by_room(room_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    rows = Room.spaces.through.objects.filter(room_id__in=set(room_ids)).values_list("room_id", "space_id")
    found: dict[int, list[int]] = defaultdict(list)
    for room_id, space_id in rows.order_by("space_id"):
        found[room_id].append(space_id)
    return {room_id: tuple(spaces) for room_id, spaces in found.items()}


def conflicts_at(claims: Iterable[Claim], *, exclude: Collection[int] = ()) -> dict[Hashable, list[Span]]:
    """By key, when a claim is already taken, bookings of these ids apart; free ones are not there."""
    pieces = [(claim, space) for claim in claims for space in claim.spaces]
    found: dict[Hashable, list[Span]] = defaultdict(list)
    for number, _space, start, end in _rows(pieces, exclude):
        spans = found[pieces[number][0].key]
        if (start, end) not in spans:
            spans.append((start, end))
    return dict(found)


def taken_around(claims: Iterable[Claim]) -> dict[Hashable, dict[int, list[Span]]]:
    """By key and space, what is taken within the claims."""
    pieces = [(claim, space) for claim in claims for space in claim.spaces]
    found: dict[Hashable, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for number, space, start, end in _rows(pieces, ()):
        found[pieces[number][0].key][space].append((start, end))
    return found


def clashes_among(claims: Iterable[Claim]) -> set[Hashable]:
    """Keys of claims that run into an earlier one of the same list in one of their spaces."""
    by_space: dict[int, list[tuple[Hashable, datetime, datetime]]] = defaultdict(list)
    for claim in claims:
        for space in claim.spaces:
            by_space[space].append((claim.key, claim.start, claim.end))
    return {key for spans in by_space.values() for key in overlapping_keys(spans)}


def competing_with_all(claims: Sequence[Claim], *, exclude: Collection[int]) -> QuerySet[Booking]:
    """Pending requests that want a claimed space at a claimed time."""
    ids = {booking_id for ids in rivals_by_claim(claims, exclude=exclude).values() for booking_id in ids}
    rows = Booking.objects.filter(pk__in=ids).select_related("room", "site", "applicant")
    return rows.order_by("requested_at", "pk")


def rivals_by_claim(claims: Sequence[Claim], *, exclude: Collection[int]) -> dict[Hashable, set[int]]:
    """By key, ids of the pending requests that want a part of it; a claim without any is not there."""
    pieces = [(claim, space) for claim in claims for space in claim.spaces]
    found: dict[Hashable, set[int]] = defaultdict(set)
    if not pieces:
        return found
    with connection.cursor() as cursor:
        cursor.execute(COMPETING, [*_columns(pieces), list(exclude)])
        for number, booking_id in cursor.fetchall():
            found[pieces[number][0].key].add(booking_id)
    return found


def _rows(pieces: Sequence[tuple[Claim, int]], exclude: Collection[int]) -> list[tuple[int, int, datetime, datetime]]:
    if not pieces:
        return []
    own = [claim.booking_id for claim, _space in pieces]
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [*_columns(pieces), own, list(exclude)])
        return cursor.fetchall()


def _columns(pieces: Sequence[tuple[Claim, int]]) -> tuple[list[int], list[int], list[datetime], list[datetime]]:
    return (
        list(range(len(pieces))),
        [space for _claim, space in pieces],
        [claim.start for claim, _space in pieces],
        [claim.end for claim, _space in pieces],
    )
