"""The bounds of an ordinary request, and in which respects a request goes beyond them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from bookings.models import BookingPolicy
from rooms.models import Room

FIELDS = ("longest_minutes", "furthest_days", "notice_minutes", "opens_at", "closes_at")
TOO_LONG, TOO_FAR, TOO_SOON, OUTSIDE_HOURS = "too_long", "too_far", "too_soon", "outside_hours"


@dataclass(frozen=True)
class Bounds:
    """None stands for no bound."""

    longest_minutes: int | None = None
    furthest_days: int | None = None
    notice_minutes: int | None = None
    opens_at: time | None = None
    closes_at: time | None = None


def bounds_of(room: Room) -> Bounds:
    """What the room says, and for the rest what its site says."""
    return bounds_of_rooms([room])[room.pk]


def bounds_of_rooms(rooms: Iterable[Room]) -> dict[int, Bounds]:
    """By room, read at once."""
    sites = {room.pk: room.site_id for room in rooms}
    rows = list(BookingPolicy.objects.filter(Q(room__in=sites) | Q(site__in=set(sites.values()), room=None)))
    return {
        pk: _bounds([row for row in rows if row.room_id == pk or (row.room_id is None and row.site_id == site_id)])
        for pk, site_id in sites.items()
    }


def _bounds(rows: Iterable[BookingPolicy]) -> Bounds:
    ordered = sorted(rows, key=lambda row: row.room_id is None)
    first = {name: [getattr(row, name) for row in ordered if getattr(row, name) is not None] for name in FIELDS}
    return Bounds(**{name: values[0] for name, values in first.items() if values})


def beyond(bounds: Bounds, start: datetime, end: datetime, *, now: datetime, zone: ZoneInfo) -> list[str]:
    """Codes of `EXCEPTION_TEXTS`."""
    today, on = now.astimezone(zone).date(), start.astimezone(zone).date()
    checks = {
        TOO_LONG: bounds.longest_minutes is not None and end - start > timedelta(minutes=bounds.longest_minutes),
        TOO_FAR: bounds.furthest_days is not None and (on - today).days > bounds.furthest_days,
        TOO_SOON: bounds.notice_minutes is not None and start - now < timedelta(minutes=bounds.notice_minutes),
        OUTSIDE_HOURS: _is_outside(bounds, on, start, end, zone),
    }
    return [code for code, is_beyond in checks.items() if is_beyond]


def _is_outside(bounds: Bounds, on: date, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    opens = datetime.combine(on, bounds.opens_at, tzinfo=zone) if bounds.opens_at else None
    closes = datetime.combine(on, bounds.closes_at, tzinfo=zone) if bounds.closes_at else None
    return (opens is not None and start < opens) or (closes is not None and end > closes)
