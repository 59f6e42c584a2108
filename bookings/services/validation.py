"""What a request must fulfil: one list of rules for pages and API alike; a change is held to those it touches."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from bookings.errors import Fault, InvalidBooking
from bookings.models import AgendaItem, Booking, Guest
from bookings.models.booking import LONGEST
from bookings.services.data import BookingData
from rooms.equipment import all_shared_at
from rooms.models import EquipmentKind, LayoutKind

SHORTEST = timedelta(minutes=5)
FURTHEST = timedelta(days=730)
MOST_ENTRIES = 50
MOST_NAME_PLATES = 2000

Found = Iterator[tuple[str, Fault]]
Rule = Callable[[BookingData, datetime], Found]

ONE_LINE = ("title", "host_department", "contact_name", "contact_phone")
TEXTS = (*ONE_LINE, "purpose", "wishes", "exception_reason")
REQUIRED = ("title", "host_department", "contact_name")
CHOICES = {
    "kind": Booking.Kind.values,
    "secrecy": Booking.Secrecy.values,
    "curtains": Booking.Curtains.values,
    "layout": LayoutKind.values,
}


def check_data(data: BookingData, *, now: datetime, changed: Iterable[str] | None = None) -> None:
    """Raise `InvalidBooking` with every fault; with `changed`, only of rules that read one of those fields."""
    errors: dict[str, list[Fault]] = {}
    names = None if changed is None else set(changed)
    for reads, rule in RULES:
        if names is None or names & reads:
            for name, fault in rule(data, now):
                errors.setdefault(name, []).append(fault)
    if errors:
        raise InvalidBooking(errors)


def check_text(name: str, text: str, *, limit: int, required: bool = True) -> str:
    """A reason, question or answer, tidied."""
    tidy = text.strip()
    faults = list(text_faults(tidy, limit=limit))
    if required and not tidy:
        faults.append(Fault("required"))
    if faults:
        raise InvalidBooking({name: faults})
    return tidy


def text_faults(text: str, *, limit: int, one_line: bool = False) -> Iterator[Fault]:
    if len(text) > limit:
        yield Fault("too_long", {"limit": limit})
    if not is_storable(text):
        yield Fault("bad_character")
    elif one_line and ("\n" in text or "\r" in text):
        yield Fault("one_line")


def limit_of(model: type[Model], name: str) -> int:
    field: Any = model._meta.get_field(name)
    return field.max_length or 0


def is_storable(text: str) -> bool:
    """Control characters and lone surrogates are refused by the database or by print."""
    return all(mark in "\n\r\t" or unicodedata.category(mark) not in {"Cc", "Cs"} for mark in text)


def time_faults(moment: datetime, zone: ZoneInfo) -> Iterator[Fault]:
    if moment.tzinfo is None:
        yield Fault("no_zone")
    elif not 2000 <= moment.year <= 2199:
        yield Fault("out_of_bounds", {"least": 2000, "most": 2199})
    elif is_skipped(moment, zone):
        yield Fault("no_such_time")


def is_skipped(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether a wall time with one of the site's own offsets falls into the gap of a clock change.

    An instant in UTC is no wall time and always exists, also where the site's clock is that of UTC in winter.
    """
    if moment.tzinfo != zone and not moment.utcoffset():
        return False
    wall = moment.replace(tzinfo=zone)
    if wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None):
        return False
    return moment.utcoffset() in {wall.replace(fold=fold).utcoffset() for fold in (0, 1)}


def _room(data: BookingData, now: datetime) -> Found:
    if not data.room.is_active:
        yield "room", Fault("room_inactive")


def _times(data: BookingData, now: datetime) -> Found:
    faults = [
        (name, fault)
        for name in ("start_at", "end_at")
        for fault in time_faults(getattr(data, name), data.room.site.zone)
    ]
    if faults:
        yield from faults
        return
    length = data.end_at - data.start_at
    if length <= timedelta(0):
        yield "end_at", Fault("end_before_start")
    elif length < SHORTEST:
        yield "end_at", Fault("too_short", {"minutes": int(SHORTEST.total_seconds() // 60)})
    elif length > LONGEST:
        yield "end_at", Fault("lasts_too_long", {"hours": int(LONGEST.total_seconds() // 3600)})
    if data.start_at > now + FURTHEST:
        yield "start_at", Fault("too_far_ahead", {"days": FURTHEST.days})


def _not_past(data: BookingData, now: datetime) -> Found:
    if data.start_at.tzinfo is not None and data.start_at < now:
        yield "start_at", Fault("in_past")


def _not_over(data: BookingData, now: datetime) -> Found:
    if data.end_at.tzinfo is not None and data.end_at <= now:
        yield "end_at", Fault("in_past")


def _texts(data: BookingData, now: datetime) -> Found:
    for name in TEXTS:
        limit = limit_of(Booking, name)
        yield from ((name, fault) for fault in text_faults(getattr(data, name), limit=limit, one_line=name in ONE_LINE))
    yield from ((name, Fault("required")) for name in REQUIRED if not getattr(data, name))


def _choices(data: BookingData, now: datetime) -> Found:
    for name, choices in CHOICES.items():
        if getattr(data, name) not in choices:
            yield name, Fault("unknown_choice")


def _shared(data: BookingData, now: datetime) -> Found:
    """What no room has of its own is a code of the site's shared equipment."""
    if not all_shared_at(data.room.site, data.equipment):
        yield "equipment", Fault("unknown_choice")


def _lent(data: BookingData, now: datetime) -> Found:
    """What is lent no more stays with those who have it."""
    site = data.room.site
    if all_shared_at(site, data.equipment) and not all_shared_at(site, data.equipment, is_lent=True):
        yield "equipment", Fault("unknown_choice")


def _people(data: BookingData, now: datetime) -> Found:
    layouts = {each.layout: each.capacity for each in data.room.layouts.all()}
    if data.headcount < 1:
        yield "headcount", Fault("below_one")
    if data.layout in layouts and data.headcount > layouts[data.layout]:
        yield "headcount", Fault("over_capacity", {"capacity": layouts[data.layout]})
    if data.layout in LayoutKind.values and data.layout not in layouts:
        yield "layout", Fault("no_layout")


def _equipment(data: BookingData, now: datetime) -> Found:
    stock = {each.kind: each.quantity for each in data.room.equipment.all()}
    missing = [
        EquipmentKind(kind).label for kind in data.equipment if kind in EquipmentKind.values and kind not in stock
    ]
    if missing:
        yield "equipment", Fault("not_equipped", {"missing": missing})
    available = stock.get(EquipmentKind.MICROPHONE.value, 0)
    if data.microphones < 0:
        yield "microphones", Fault("out_of_bounds", {"least": 0, "most": available})
    elif available and data.microphones > available:
        yield "microphones", Fault("too_few_microphones", {"available": available})


def _numbers(data: BookingData, now: datetime) -> Found:
    if not 0 <= data.name_plates <= MOST_NAME_PLATES:
        yield "name_plates", Fault("out_of_bounds", {"least": 0, "most": MOST_NAME_PLATES})
    if data.temperature is not None and not 18 <= data.temperature <= 28:
        yield "temperature", Fault("out_of_bounds", {"least": 18, "most": 28})


def _entries(data: BookingData, now: datetime) -> Found:
    for name in ("flags", "foreign_countries"):
        entries = getattr(data, name)
        yield from _count(name, entries)
        for entry in entries[:MOST_ENTRIES]:
            yield from ((name, fault) for fault in text_faults(entry, limit=60, one_line=True))
            if not entry:
                yield name, Fault("required")


def _guests(data: BookingData, now: datetime) -> Found:
    yield from _count("guests", data.guests)
    for guest in data.guests[:MOST_ENTRIES]:
        for name, text in asdict(guest).items():
            limit = limit_of(Guest, name)
            yield from (("guests", fault) for fault in text_faults(text, limit=limit, one_line=True))
        if not guest.name:
            yield "guests", Fault("required")
        if guest.ash_tray not in Guest.AshTray.values:
            yield "guests", Fault("unknown_choice")


def _agenda(data: BookingData, now: datetime) -> Found:
    yield from _count("agenda", data.agenda)
    limit = limit_of(AgendaItem, "title")
    for item in data.agenda[:MOST_ENTRIES]:
        faults = list(text_faults(item.title, limit=limit, one_line=True))
        if not item.title:
            faults.append(Fault("required"))
        moments = (item.starts_at, item.ends_at, data.start_at, data.end_at)
        unusable = [fault for moment in moments for fault in time_faults(moment, data.room.site.zone)]
        if unusable:
            faults.append(unusable[0])
        elif item.ends_at <= item.starts_at:
            faults.append(Fault("agenda_order", {"title": item.title}))
        elif item.starts_at < data.start_at or item.ends_at > data.end_at:
            faults.append(Fault("outside_meeting", {"title": item.title}))
        yield from (("agenda", fault) for fault in faults)


def _count(name: str, entries: tuple[object, ...]) -> Found:
    if len(entries) > MOST_ENTRIES:
        yield name, Fault("too_many", {"limit": MOST_ENTRIES})


# Which fields a rule reads, so that an old booking is not held to what a change leaves alone.
RULES: tuple[tuple[frozenset[str], Rule], ...] = (
    (frozenset({"room"}), _room),
    (frozenset({"start_at", "end_at", "room"}), _times),
    (frozenset({"start_at"}), _not_past),
    (frozenset({"end_at"}), _not_over),
    (frozenset(TEXTS), _texts),
    (frozenset(CHOICES), _choices),
    (frozenset({"equipment", "room"}), _shared),
    (frozenset({"equipment"}), _lent),
    (frozenset({"headcount", "layout", "room"}), _people),
    (frozenset({"equipment", "microphones", "room"}), _equipment),
    (frozenset({"name_plates", "temperature"}), _numbers),
    (frozenset({"flags", "foreign_countries"}), _entries),
    (frozenset({"guests"}), _guests),
    (frozenset({"agenda", "start_at", "end_at"}), _agenda),
)
