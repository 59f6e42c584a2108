"""The request form: when, how many, which room, what is needed, who."""

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bookings.errors import InvalidBooking
from bookings.forms.rows import AgendaFormSet, FurtherFormSet, GuestFormSet
from bookings.forms.tools import clock_field, day_field, instant, long_text_field, number_field, put_faults, text_field
from bookings.messages import BOOKING_MESSAGES, error_texts
from bookings.models import Booking
from bookings.services import FurtherRoom
from bookings.services.data import MICROPHONE, AgendaData, BookingData, GuestData
from bookings.services.validation import MOST_NAME_PLATES
from rooms.equipment import KINDS, pools_by_code, shared_codes
from rooms.models import EquipmentKind, LayoutKind, Room, Site
from rooms.text import NAMES as ROOM_NAMES

# Fields of a booking that are called otherwise in the form.
NAMES = {"start_at": "start", "end_at": "end"}
SWITCHES = ("tea", "coffee", "water", "fruit", "flowers", "stationery", "materials", "sign_in")
PLAIN = (
    "room", "title", "headcount", "host_department", "contact_name", "layout", "purpose", "kind", "contact_phone",
    "is_private", "secrecy", *SWITCHES, "microphones", "name_plates", "curtains", "temperature", "wishes",
    "exception_reason",
)  # fmt: skip
FURTHER = "further"
BETWEEN_NAMES = re.compile(r"[,，、;；\n]+")


def switch(name: str) -> forms.BooleanField:
    column: Any = Booking._meta.get_field(name)
    return forms.BooleanField(label=column.verbose_name, required=False)


class ListField(forms.CharField):
    """Several names in one line, between commas of either width."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in BETWEEN_NAMES.split(value or ""))))

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) or value is None else ", ".join(value)

    def run_validators(self, value: Any) -> None:
        """The services look at each name."""

    def validate(self, value: Any) -> None:
        """Nothing is needed."""


class RequestForm(forms.Form):
    on = day_field(_("Date"))
    start = clock_field(_("From"))
    end = clock_field(_("Until"))
    ends_on = day_field(_("Ends on another day"), required=False)
    headcount = number_field(_("Head count"), least=1, most=5000)
    layout = forms.ChoiceField(
        label=_("Layout"), choices=[("", _("As the room stands")), *LayoutKind.choices], required=False
    )
    room = forms.ModelChoiceField(
        queryset=Room.objects.none(),
        label=_("Room"),
        error_messages={"required": _("Please choose a room."), "invalid_choice": BOOKING_MESSAGES["unknown_room"]},
    )
    tea = switch("tea")
    coffee = switch("coffee")
    water = switch("water")
    fruit = switch("fruit")
    flowers = switch("flowers")
    stationery = switch("stationery")
    materials = switch("materials")
    sign_in = switch("sign_in")
    equipment = forms.MultipleChoiceField(
        label=_("Equipment"),
        choices=[choice for choice in EquipmentKind.choices if choice[0] != MICROPHONE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    shared = forms.MultipleChoiceField(
        label=_("Brought to the room"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": BOOKING_MESSAGES["unknown_choice"]},
    )
    microphones = number_field(_("Microphones"), least=0, most=200, required=False)
    name_plates = number_field(_("Name plates"), least=0, most=MOST_NAME_PLATES, required=False)
    flags = ListField(label=_("Flags"), help_text=_("Countries or organisations in order, between commas."))
    foreign_countries = ListField(label=_("Guests from abroad"), help_text=_("Their countries, between commas."))
    curtains = forms.ChoiceField(label=_("Curtains"), choices=Booking.Curtains, required=False)
    temperature = number_field(_("Temperature in °C"), least=18, most=28, required=False)
    wishes = long_text_field(_("Further wishes"), limit=1000, required=False)
    exception_reason = long_text_field(_("Why an exception is needed"), limit=500, rows=2, required=False)
    title = text_field(_("Topic"), limit=120)
    purpose = long_text_field(_("Purpose"), limit=500, rows=2, required=False)
    kind = forms.ChoiceField(label=_("Kind of meeting"), choices=Booking.Kind)
    host_department = text_field(_("Host department"), limit=80)
    contact_name = text_field(_("Contact person"), limit=60)
    contact_phone = text_field(_("Phone"), limit=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    secrecy = forms.ChoiceField(label=_("Secrecy class"), choices=Booking.Secrecy)
    is_private = forms.BooleanField(
        label=_("Hide the topic from others"),
        help_text=_("On the board others then read “Reserved”."),
        required=False,
    )

    def __init__(
        self, *args: Any, site: Site, lists: dict[str, list[dict[str, Any]]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["room"].queryset = Room.objects.active().filter(site=site).with_fittings()
        # Those out of use as well, which a booking may have from before; the services refuse them to a new one.
        self.fields["shared"].choices = [(code, pool.name) for code, pool in pools_by_code(site).items()]
        rows = lists or {}
        bound = self.data if self.is_bound else None
        self.guests = GuestFormSet(bound, prefix="guests", initial=rows.get("guests"))
        self.agenda = AgendaFormSet(bound, prefix="agenda", initial=rows.get("agenda"))
        is_sent = f"{FURTHER}-TOTAL_FORMS" in (bound or ())
        self.further = FurtherFormSet(
            bound if is_sent else None,
            prefix=FURTHER,
            initial=rows.get(FURTHER),
            # Read only where rows are shown or sent.
            form_kwargs={"rooms": SimpleLazyObject(lambda: _rooms_of(site, is_sent=is_sent))},
        )
        self.row_errors: dict[str, list[str]] = {}

    def is_valid(self) -> bool:
        # All are asked, so that every fault is shown at once.
        rows = [self.guests, self.agenda, *([self.further] if self.further.is_bound else [])]
        return all([super().is_valid(), *(each.is_valid() for each in rows)])

    def to_data(self) -> BookingData:
        cleaned = self.cleaned_data
        return BookingData(
            **{name: cleaned[name] for name in PLAIN if cleaned[name] is not None or name == "temperature"},
            start_at=self._start(),
            end_at=self._end(),
            equipment=self._equipment(),
            flags=cleaned["flags"],
            foreign_countries=cleaned["foreign_countries"],
            guests=tuple(GuestData(**row) for row in self.guests.written()),
            agenda=tuple(self._agenda_items()),
        )

    def further_rooms(self) -> list[FurtherRoom]:
        return [row.to_room() for row in self._further_rows()]

    def put_taken(self, room_id: int, words: str) -> None:
        """Beside the room that is taken: the main one, or the row of a further one."""
        row = next((row for row in self._further_rows() if row.to_room().room.pk == room_id), None)
        row.add_error("room", words) if row else self.add_error("room", words)

    def put_faults(self, error: InvalidBooking) -> None:
        error = self._put_further(error)
        rows = {name: texts for name, texts in error_texts(error).items() if name in {"guests", "agenda"}}
        self.row_errors |= rows
        others = {name: faults for name, faults in error.errors.items() if name not in rows}
        put_faults(self, InvalidBooking(others), NAMES)

    def _further_rows(self) -> list[Any]:
        return self.further.written_forms() if self.further.is_bound else []

    def _put_further(self, error: InvalidBooking) -> InvalidBooking:
        """Faults such as `further.0.headcount` into their rows; the rest is left."""
        rows, rest = self._further_rows(), {}
        for name, faults in error.errors.items():
            if name == FURTHER:
                self.row_errors[FURTHER] = error_texts(InvalidBooking({name: faults}))[name]
            elif name.startswith(f"{FURTHER}."):
                _, number, field = name.split(".")
                put_faults(rows[int(number)], InvalidBooking({field: faults}), {})
            else:
                rest[name] = faults
        return InvalidBooking(rest)

    def _start(self) -> datetime:
        return instant(self.cleaned_data["on"], self.cleaned_data["start"], self.site.zone)

    def _end(self) -> datetime:
        on = self.cleaned_data["ends_on"] or self.cleaned_data["on"]
        return instant(on, self.cleaned_data["end"], self.site.zone)

    def _equipment(self) -> tuple[str, ...]:
        chosen = self.cleaned_data["equipment"]
        microphone = (MICROPHONE,) if self.cleaned_data["microphones"] else ()
        return (*chosen, *microphone, *self.cleaned_data["shared"])

    def _agenda_items(self) -> Iterable[AgendaData]:
        for row in self.agenda.written():
            starts, ends = self._on_the_day(row["starts"]), self._on_the_day(row["ends"])
            yield AgendaData(title=row["title"], starts_at=starts, ends_at=ends)

    def _on_the_day(self, at: time) -> datetime:
        """In a meeting over midnight, times before its start are of the next day."""
        is_next = self.cleaned_data["ends_on"] and at < self.cleaned_data["start"]
        on = self.cleaned_data["on"] + timedelta(days=1 if is_next else 0)
        return instant(on, at, self.site.zone)


def _rooms_of(site: Site, *, is_sent: bool) -> dict[str, Room]:
    """To a service they come with what belongs to them, to a list with their names."""
    rows = Room.objects.active().filter(site=site)
    return {str(room.pk): room for room in (rows.with_fittings() if is_sent else rows.only("code", *ROOM_NAMES))}


def further_rows(bookings: Iterable[Booking]) -> list[dict[str, Any]]:
    """Bookings of one request besides the main one, as rows of the form."""
    return [
        {"room": str(each.room_id), "headcount": each.headcount, "layout": each.layout, "purpose": each.purpose}
        for each in bookings
    ]


def initial_of(data: BookingData, *, on: date | None = None) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """A booking's data as the form shows it, and its rows; `on` puts the meeting on another day."""
    zone = data.room.site.zone
    start, end = data.start_at.astimezone(zone), data.end_at.astimezone(zone)
    first = on or start.date()
    last = first + (end.date() - start.date())
    initial = {name: getattr(data, name) for name in PLAIN}
    initial |= {"on": first, "start": start.time(), "end": end.time(), "ends_on": last if last != first else None}
    own = [kind for kind in data.equipment if kind in KINDS and kind != MICROPHONE]
    initial |= {"equipment": own, "shared": list(shared_codes(data.equipment)), "room": data.room.pk}
    initial |= {"flags": data.flags, "foreign_countries": data.foreign_countries}
    agenda = [
        {
            "title": item.title,
            "starts": item.starts_at.astimezone(zone).time(),
            "ends": item.ends_at.astimezone(zone).time(),
        }
        for item in data.agenda
    ]
    return initial, {"guests": [asdict(guest) for guest in data.guests], "agenda": agenda}
