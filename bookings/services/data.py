"""What a request says, as one immutable value; reading it off a booking, writing it back, and the difference of two."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from bookings.models import AgendaItem, Booking, Guest
from rooms.models import EquipmentKind, Room


@dataclass(frozen=True)
class GuestData:
    name: str
    ash_tray: str = ""
    tea: str = ""
    drink: str = ""
    diet: str = ""
    seat: str = ""
    country: str = ""


@dataclass(frozen=True)
class AgendaData:
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class BookingData:
    room: Room
    title: str
    start_at: datetime
    end_at: datetime
    headcount: int
    host_department: str
    contact_name: str
    # Empty: the room's standing one.
    layout: str = ""
    purpose: str = ""
    kind: str = Booking.Kind.EXCHANGE.value
    contact_phone: str = ""
    is_private: bool = False
    secrecy: str = Booking.Secrecy.INTERNAL.value
    tea: bool = False
    coffee: bool = False
    water: bool = False
    fruit: bool = False
    flowers: bool = False
    flags: tuple[str, ...] = ()
    name_plates: int = 0
    stationery: bool = False
    materials: bool = False
    sign_in: bool = False
    equipment: tuple[str, ...] = ()
    microphones: int = 0
    foreign_countries: tuple[str, ...] = ()
    curtains: str = ""
    temperature: int | None = None
    wishes: str = ""
    exception_reason: str = ""
    guests: tuple[GuestData, ...] = ()
    agenda: tuple[AgendaData, ...] = ()


FIELDS = tuple(each.name for each in fields(BookingData))
LISTS = ("guests", "agenda")
COLUMNS = tuple(name for name in FIELDS if name not in LISTS)
ARRAYS = ("flags", "equipment", "foreign_countries")
SERVICES = ("tea", "coffee", "water", "fruit", "flowers", "stationery", "materials", "sign_in")
MICROPHONE = EquipmentKind.MICROPHONE.value


def tidied(data: BookingData) -> BookingData:
    """Blanks around texts go, defaults come in: standing layout, a microphone where microphones are wanted."""
    texts = {name: _stripped(getattr(data, name)) for name in COLUMNS if isinstance(getattr(data, name), str)}
    arrays: dict[str, Any] = {name: tuple(map(_stripped, getattr(data, name))) for name in ARRAYS}
    texts["layout"] = texts["layout"] or data.room.standing_layout
    wanted = set(arrays["equipment"]) | ({MICROPHONE} if data.microphones else set())
    arrays["equipment"] = (
        *(kind for kind in EquipmentKind.values if kind in wanted),
        *sorted(wanted - set(EquipmentKind.values)),
    )
    microphones = (data.microphones or 1) if MICROPHONE in wanted else 0
    guests = tuple(
        replace(guest, **{name: _stripped(text) for name, text in asdict(guest).items()}) for guest in data.guests
    )
    agenda = tuple(replace(item, title=_stripped(item.title)) for item in data.agenda)
    return replace(data, **texts, **arrays, microphones=microphones, guests=guests, agenda=agenda)


def _stripped(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text


def data_of(booking: Booking) -> BookingData:
    columns = {name: getattr(booking, name) for name in COLUMNS} | {
        name: tuple(getattr(booking, name)) for name in ARRAYS
    }
    guests = tuple(_read(GuestData, guest) for guest in booking.guests.all())
    agenda = tuple(_read(AgendaData, item) for item in booking.agenda.all())
    return BookingData(**columns, guests=guests, agenda=agenda)


def with_changes(data: BookingData, changes: Mapping[str, Any]) -> BookingData:
    """The data after the changes; an agenda that is not given anew moves along with the meeting."""
    changed = replace(data, **changes)
    if "agenda" not in changes and "start_at" in changes and _is_usable(changed.start_at):
        changed = replace(changed, agenda=shifted_agenda(data.agenda, changed.start_at - data.start_at))
    if "microphones" in changes and not changed.microphones:
        changed = replace(changed, equipment=tuple(kind for kind in changed.equipment if kind != MICROPHONE))
    elif "equipment" in changes and MICROPHONE not in changed.equipment:
        changed = replace(changed, microphones=changes.get("microphones", 0))
    return tidied(changed)


def _is_usable(moment: datetime) -> bool:
    # Anything else is refused by validation; here it would only overflow.
    return moment.tzinfo is not None and 1900 < moment.year < 9000


def shifted_agenda(agenda: Iterable[AgendaData], by: timedelta) -> tuple[AgendaData, ...]:
    return tuple(replace(item, starts_at=item.starts_at + by, ends_at=item.ends_at + by) for item in agenda)


def write(booking: Booking, data: BookingData) -> None:
    """Put the columns onto the booking, unsaved."""
    for name in COLUMNS:
        value = getattr(data, name)
        setattr(booking, name, list(value) if name in ARRAYS else value)
    booking.site = data.room.site


def write_lists(booking: Booking, data: BookingData, names: tuple[str, ...] = LISTS) -> None:
    if "guests" in names:
        booking.guests.all().delete()
        Guest.objects.bulk_create(
            Guest(booking=booking, position=position, **asdict(guest)) for position, guest in enumerate(data.guests)
        )
    if "agenda" in names:
        booking.agenda.all().delete()
        AgendaItem.objects.bulk_create(AgendaItem(booking=booking, **asdict(item)) for item in data.agenda)


def difference(old: BookingData, new: BookingData) -> dict[str, list[Any]]:
    """By field, the value before and after, fit for JSON."""
    return {
        name: [plain(getattr(old, name)), plain(getattr(new, name))]
        for name in FIELDS
        if getattr(old, name) != getattr(new, name)
    }


def plain(value: Any) -> Any:
    if isinstance(value, Room):
        return value.code
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (GuestData, AgendaData)):
        return {name: plain(each) for name, each in asdict(value).items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def _read(kind: Any, row: Model) -> Any:
    return kind(**{each.name: getattr(row, each.name) for each in fields(kind)})


def is_substantial(old: BookingData, new: BookingData) -> bool:
    """Whether an approval of the old no longer covers the new: room, layout, time, more people or services."""
    return (
        old.room != new.room
        or old.layout != new.layout
        or new.start_at < old.start_at
        or new.end_at > old.end_at
        or new.headcount > old.headcount
        or _wants_more(old, new)
    )


def _wants_more(old: BookingData, new: BookingData) -> bool:
    return (
        any(getattr(new, name) and not getattr(old, name) for name in SERVICES)
        or new.name_plates > old.name_plates
        or new.microphones > old.microphones
        or not set(new.flags) <= set(old.flags)
        or not set(new.equipment) <= set(old.equipment)
    )
