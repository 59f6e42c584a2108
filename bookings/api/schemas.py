"""The shapes of bookings in the HTTP API, and their way into and out of the services' data."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from ninja import Field, Schema

from bookings.alternatives import Kind as AlternativeKind
from bookings.errors import Alternative
from bookings.models import Booking, Offer
from bookings.permissions import can_see_guests, can_see_title, can_view
from bookings.selectors import remarks_on, title_for
from bookings.services import AgendaData, GuestData
from bookings.services.groups import MOST_FURTHER
from rooms.api import RoomOut
from rooms.api_tools import Code, Filters, Input, Moment, Page, Text, local
from rooms.models import EquipmentKind, LayoutKind
from staff.models import User

Count = Annotated[int, Field(ge=0, le=32767)]
Entries = Annotated[list[Text], Field(max_length=50)]


# For what is only read when it was sent: without a default in the documentation, where it would mislead.
UNSAID: Any = Field(default_factory=lambda: None)


def one_of(*values: str) -> Any:
    """Documented here and judged by the services, so that pages and API refuse alike."""
    return Field(json_schema_extra={"enum": list(values)})


Layout = Annotated[Text, one_of(*LayoutKind.values)]
OF_ROOMS = ", ".join(EquipmentKind.values)
Equipment = Annotated[list[Text], Field(max_length=50, description=f"{OF_ROOMS}; codes of shared equipment.")]


class ServicesIn(Input):
    tea: bool = False
    coffee: bool = False
    water: bool = False
    fruit: bool = False
    flowers: bool = False
    flags: Entries = []
    name_plates: Annotated[bool | Count, Field(description="true: as many as people; or a number.")] = 0
    stationery: bool = False
    materials: bool = False
    sign_in: bool = False


class GuestIn(Input):
    name: Text
    ash_tray: Annotated[Text | None, one_of("left", "right")] = None
    tea: Text | None = None
    drink: Text | None = None
    diet: Text | None = None
    seat: Text | None = None
    foreign: Annotated[Text | None, Field(description="The country of a foreign guest.")] = None


class AgendaIn(Input):
    title: Text
    start: Moment
    end: Moment


class Wishes(Input):
    """What a request may say beside room, topic, time and head count."""

    layout: Layout = ""
    kind: Annotated[Text, one_of(*Booking.Kind.values)] = Booking.Kind.EXCHANGE.value
    host: Annotated[Text, Field(description="Host department; left out: the caller's.")] = ""
    contact: Annotated[Text, Field(description="Contact person; left out: the caller.")] = ""
    phone: Text = ""
    purpose: Text = ""
    private: bool = False
    secrecy: Annotated[Text, one_of(*Booking.Secrecy.values)] = Booking.Secrecy.INTERNAL.value
    services: ServicesIn = ServicesIn()
    equipment: Equipment = []
    microphones: Count = 0
    foreign_countries: Entries = []
    curtains: Annotated[Text, one_of(*Booking.Curtains.values)] = ""
    temperature: Annotated[int, Field(ge=18, le=28)] | None = None
    wishes: Text = ""
    exception_reason: Annotated[Text, Field(description="Why it may go beyond the rules of the room.")] = ""
    guests: Annotated[list[GuestIn], Field(max_length=50)] = []
    agenda: Annotated[list[AgendaIn], Field(max_length=50)] = []


class FurtherIn(Input):
    """Another room at the same time, decided and moved together with the first."""

    room: Code
    headcount: Annotated[int, Field(ge=1, le=32767)]
    layout: Layout = ""
    purpose: Text = ""


class BookingFields(Wishes):
    room: Code
    title: Text
    start: Moment
    end: Moment
    headcount: Annotated[int, Field(ge=1, le=32767)]


class BookingIn(BookingFields):
    further: Annotated[list[FurtherIn], Field(max_length=MOST_FURTHER, description="Rooms besides `room`.")] = []
    submit: Annotated[bool, Field(description="false keeps it as a draft.")] = True
    wait: Annotated[bool, Field(description="true: a taken room puts it into the waiting list.")] = False
    external_id: Annotated[
        Text, Field(max_length=80, description="Your own number; sent again, the booking that has it is answered.")
    ] = ""


class BookingChange(Wishes):
    """Every field may be left out; what is left out stays as it is."""

    room: Code = ""
    title: Text = ""
    start: Moment = UNSAID
    end: Moment = UNSAID
    headcount: Annotated[int, Field(ge=1, le=32767)] = 1


class Nothing(Input):
    """An empty body."""


class Reason(Input):
    reason: Text


class OptionalReason(Input):
    reason: Text = ""
    all_rooms: Annotated[bool, Field(description="true: every room of the request.")] = False


class Words(Input):
    text: Text


class OfferIn(Input):
    room: Code
    start: Moment
    end: Moment
    held_until: Moment | None = None


class ExtendIn(Input):
    end: Moment


class BookingFilters(Filters):
    date: Any = None
    room: Code = ""
    state: Code = ""


class FitOut(RoomOut):
    layout: str
    capacity: int
    setup_minutes: int
    teardown_minutes: int


class ServicesOut(Schema):
    tea: bool
    coffee: bool
    water: bool
    fruit: bool
    flowers: bool
    flags: list[str]
    name_plates: int
    stationery: bool
    materials: bool
    sign_in: bool


class GuestOut(Schema):
    name: str
    ash_tray: str | None
    tea: str
    drink: str
    diet: str
    seat: str
    foreign: str | None


class SlotOut(Schema):
    room: str
    start: datetime
    end: datetime


class CostOut(Schema):
    minutes_shifted: Annotated[int, Field(description="Below zero: earlier.")]
    minutes_lost: int
    days_later: int
    spare_seats: Annotated[int, Field(description="Below zero: people without a seat.")]
    moves_tables: bool
    other_floor: bool
    missing: Annotated[list[str], Field(description="Equipment asked for that the room lacks.")]


class AlternativeOut(SlotOut):
    kind: Annotated[str, one_of(*AlternativeKind)]
    cost: CostOut


class FreeOut(Page[FitOut]):
    alternatives: Annotated[
        list[AlternativeOut], Field(description="When no room suits: what is free instead, the least costly first.")
    ]


class OfferOut(SlotOut):
    held_until: datetime


class TogetherOut(Schema):
    ref: str
    room: str
    state: str


class AgendaOut(Schema):
    title: str
    start: datetime
    end: datetime


class BookingOut(Schema):
    ref: str
    external_id: str
    state: str
    site: str
    room: str
    title: str
    start: datetime
    end: datetime
    headcount: int
    layout: str
    kind: str
    host: str
    contact: str
    phone: str
    applicant: str
    purpose: str
    private: bool
    secrecy: str
    services: ServicesOut
    equipment: list[str]
    microphones: int
    foreign_countries: list[str]
    curtains: str
    temperature: int | None
    wishes: str
    exceptions: Annotated[list[str], Field(description="In which respects it goes beyond the rules of the room.")]
    exception_reason: str
    agenda: list[AgendaOut]
    guests: Annotated[list[GuestOut] | None, Field(description="null where their habits are not yours to see.")]
    setup_minutes: int
    teardown_minutes: int
    version: int
    requested_at: datetime | None
    decided_at: datetime | None
    decline_reason: str
    cancel_reason: str
    actual_start: datetime | None
    actual_end: datetime | None
    offer: OfferOut | None
    together: Annotated[list[TogetherOut], Field(description="All rooms of its request, where there are several.")]
    remarks: Annotated[list[str], Field(description="Codes of what is accepted but worth knowing.")]


class ChangeOut(Schema):
    ref: str
    state: str
    reopened: bool
    by_rule: Annotated[bool, Field(description="The approval stands: a rule of the site covers what is new.")]
    changes: Annotated[dict[str, list[Any]], Field(description="By field, the value before and after.")]


# Said of the request as a whole and no field of it.
APART = frozenset({"submit", "wait", "further", "external_id"})
# Name in the API, name in the services; what is not listed has the same name in both.
NAMES = {
    "start": "start_at",
    "end": "end_at",
    "host": "host_department",
    "contact": "contact_name",
    "phone": "contact_phone",
    "private": "is_private",
}
SERVICE_NAMES = tuple(ServicesIn.model_fields)
PUBLIC_NAMES = {inner: outer for outer, inner in NAMES.items()} | {name: f"services.{name}" for name in SERVICE_NAMES}


def public_name(name: str) -> str:
    return PUBLIC_NAMES.get(name, name)


def service_fields(payload: Wishes, headcount: int) -> dict[str, Any]:
    """What was sent, in the services' words; the room stays a code."""
    given = {name: getattr(payload, name) for name in payload.model_fields_set if name not in APART}
    services = given.pop("services", None)
    fields = {NAMES.get(name, name): _plain(name, value) for name, value in given.items()}
    if services:
        fields |= {name: getattr(services, name) for name in services.model_fields_set}
    if "flags" in fields:
        fields["flags"] = tuple(fields["flags"])
    if isinstance(fields.get("name_plates"), bool):
        fields["name_plates"] = headcount if fields["name_plates"] else 0
    return fields


def _plain(name: str, value: Any) -> Any:
    if name == "guests":
        return tuple(_guest(guest) for guest in value)
    if name == "agenda":
        return tuple(AgendaData(item.title, item.start, item.end) for item in value)
    return tuple(value) if isinstance(value, list) else value


def _guest(guest: GuestIn) -> GuestData:
    fields = {name: value or "" for name, value in guest.model_dump().items()}
    return GuestData(country=fields.pop("foreign"), **fields)


def booking_fields(booking: Booking, user: User) -> dict[str, Any]:
    """The booking as this reader may see it, its times in the site's zone."""
    zone = booking.site.zone
    same = {name: getattr(booking, name) for name in BookingOut.model_fields if hasattr(booking, name)}
    may_see_title = can_see_title(user, booking)
    offer = next((each for each in booking.offers.all() if each.state == Offer.State.OPEN), None)
    return {
        **same,
        "state": booking.status,
        "site": booking.site.code,
        "room": booking.room.code,
        "title": title_for(user, booking),
        "purpose": booking.purpose if may_see_title else "",
        "exception_reason": booking.exception_reason if may_see_title else "",
        "start": local(booking.start_at, zone),
        "end": local(booking.end_at, zone),
        "host": booking.host_department,
        "contact": booking.contact_name,
        "phone": booking.contact_phone,
        "applicant": booking.applicant.username,
        "private": booking.is_private,
        "services": {name: getattr(booking, name) for name in SERVICE_NAMES},
        "guests": [_guest_out(guest) for guest in booking.guests.all()] if can_see_guests(user, booking) else None,
        "agenda": [_agenda_out(item, zone, may_see_title) for item in booking.agenda.all()],
        "requested_at": local(booking.requested_at, zone),
        "decided_at": local(booking.decided_at, zone),
        "actual_start": local(booking.actual_start_at, zone),
        "actual_end": local(booking.actual_end_at, zone),
        "offer": offer and {**slot_fields(offer), "held_until": local(offer.held_until, zone)},
        "together": _together_out(booking, user),
        "remarks": remarks_on(booking),
    }


def _guest_out(guest: Any) -> dict[str, Any]:
    same = {name: getattr(guest, name) for name in ("name", "tea", "drink", "diet", "seat")}
    return {**same, "ash_tray": guest.ash_tray or None, "foreign": guest.country or None}


def _together_out(booking: Booking, user: User) -> list[dict[str, Any]]:
    rows = sorted(booking.group.bookings.all(), key=lambda each: each.pk) if booking.group else []
    seen = [each for each in rows if can_view(user, each)]
    return [{"ref": each.ref, "room": each.room.code, "state": each.status} for each in seen]


def _agenda_out(item: Any, zone: ZoneInfo, may_see_title: bool) -> dict[str, Any]:
    title = item.title if may_see_title else ""
    return {"title": title, "start": local(item.starts_at, zone), "end": local(item.ends_at, zone)}


def slot_fields(slot: Offer | Alternative) -> dict[str, Any]:
    start, end = (slot.start_at, slot.end_at) if isinstance(slot, Offer) else (slot.start, slot.end)
    zone = slot.room.site.zone
    return {"room": slot.room.code, "start": local(start, zone), "end": local(end, zone)}


def alternative_fields(each: Alternative) -> dict[str, Any]:
    cost = asdict(each.cost)
    cost["other_floor"] = cost.pop("is_other_floor")
    return {**slot_fields(each), "kind": each.kind, "cost": cost}


def public_changes(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {public_name(name): pair for name, pair in changes.items()}
