"""Bookings as rows of the columns that an import reads back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from bookings.importing.columns import COLUMNS
from bookings.models import Booking
from rooms.equipment import KINDS
from rooms.models import EquipmentKind, Site
from rooms.text import listed

CHOICES = ("layout", "kind", "secrecy", "curtains")
PERSONS = ("applicant",)


def bookings_between(site: Site, start: datetime, end: datetime) -> QuerySet[Booking]:
    """What was asked for and not called off."""
    gone = (Booking.Status.DRAFT, Booking.Status.DECLINED, Booking.Status.CANCELLED)
    rows = Booking.objects.filter(site=site, start_at__gte=start, start_at__lt=end).exclude(status__in=gone)
    return rows.select_related("room", "site", "applicant").order_by("start_at", "pk")


def heads() -> list[str]:
    return [str(label) for label in COLUMNS.values()]


def rows_of(bookings: QuerySet[Booking]) -> Iterator[list[str]]:
    for booking in bookings.iterator(chunk_size=1000):
        yield [cell_of(booking, name) for name in COLUMNS]


def cell_of(booking: Booking, name: str) -> str:
    start, end = (moment.astimezone(booking.site.zone) for moment in (booking.start_at, booking.end_at))
    special: dict[str, Any] = {
        "room": booking.room.code,
        "date": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}",
        "applicant": booking.applicant.username,
    }
    if name in special:
        return str(special[name])
    return as_text(booking, name, getattr(booking, name))


def as_text(booking: Booking, name: str, value: Any) -> str:
    if name in CHOICES:
        return str(getattr(booking, f"get_{name}_display")()) if value else ""
    if name == "equipment":
        # Shared pieces go by their code, which an import reads back.
        return listed(EquipmentKind(each).label if each in KINDS else each for each in value)
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):
        return listed(value)
    return "" if value is None or value == 0 else str(value)
