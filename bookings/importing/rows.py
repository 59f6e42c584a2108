"""A row of a sheet as a request: who asks, for what, under which external id; or every fault by its column."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bookings.errors import Fault
from bookings.importing import cells
from bookings.importing.columns import NEEDED
from bookings.services.data import ARRAYS, SERVICES, BookingData
from rooms import sheet_cells
from rooms.equipment import pools_by_code
from rooms.models import Room, Site
from staff.models import User

TEXTS = ("title", "purpose", "host_department", "contact_name", "contact_phone", "wishes")
CHOICES = ("layout", "kind", "secrecy", "curtains")
# The fields that a column's fault leaves without a value, where they are called otherwise.
FIELDS_OF = {"date": ("start_at", "end_at"), "start": ("start_at",), "end": ("end_at",)}
# By what a row without an id is known.
IDENTITY = frozenset({"room", "start_at", "end_at", "title", "applicant"})
LIKELY = timedelta(hours=1)
NUMBERS = ("headcount", "name_plates", "microphones", "temperature")


@dataclass
class Wanted:
    """What a row asks for. Where cells have faults, `data` has stand-ins in the fields named in `broken`."""

    external_id: str = ""
    ref: str = ""
    applicant: User | None = None
    data: BookingData | None = None
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()


class RowReader:
    """Knows the rooms and people of one site, so that a row costs no query."""

    def __init__(self, site: Site, mapping: Sequence[str], importer: User, now: datetime) -> None:
        self.site, self.mapping, self.importer, self.now = site, mapping, importer, now
        rooms = list(Room.objects.filter(site=site).with_fittings())
        self.any_room = next(iter(rooms), None)
        self.rooms = {word.casefold(): room for room in reversed(rooms) for word in self.words_of(room)}
        self.pools = {code.casefold(): code for code in pools_by_code(site)}
        people = User.objects.filter(site=site, is_active=True)
        self.people = {person.username.casefold(): person for person in people}

    @staticmethod
    def words_of(room: Room) -> list[str]:
        return [word for word in (room.name_en, room.name_zh_hant, room.name_zh_hans, room.code) if word]

    def read(self, row: Sequence[str]) -> Wanted:
        texts = {name: text for name, text in zip(self.mapping, row, strict=False) if name and text}
        wanted = Wanted(external_id=texts.get("external_id", ""), ref=texts.get("ref", ""))
        values = self.values_of(texts, wanted)
        wanted.broken = broken_in(wanted.faults, texts)
        if not wanted.broken:
            self.complete(wanted, values)
        elif self.any_room is not None:
            self.complete(wanted, stand_ins(self.any_room) | with_times(values, self.now))
        return wanted

    def values_of(self, texts: Mapping[str, str], wanted: Wanted) -> dict[str, Any]:
        values: dict[str, Any] = {name: texts[name] for name in TEXTS if name in texts}
        for name in NEEDED:
            if name not in texts:
                wanted.faults[name] = [Fault("required")]
        wanted.applicant = self.take(wanted, texts, "applicant", self.person) or self.importer
        for name in ("room", *CHOICES, *NUMBERS, *ARRAYS, *SERVICES, "is_private"):
            value = self.take(wanted, texts, name, self.reader_of(name))
            if value is not None:
                values[name] = value
        on = self.take(wanted, texts, "date", sheet_cells.day)
        # Without its date a time says nothing.
        for name in ("start", "end") if "date" not in wanted.faults else ():
            values[f"{name}_at"] = self.take(wanted, texts, name, self.moment_on(on))
        return values

    def take(self, wanted: Wanted, texts: Mapping[str, str], name: str, read: Callable[[str], Any]) -> Any:
        """The value of a cell; None for an empty one and for one with a fault, which is noted."""
        if name not in texts:
            return None
        try:
            return read(texts[name])
        except ValueError as error:
            wanted.faults.setdefault(name, []).append(Fault(str(error)))
        return None

    def reader_of(self, name: str) -> Callable[[str], Any]:
        if name == "room":
            return self.room
        if name in CHOICES:
            return lambda text: cells.choice(name, text)
        if name in NUMBERS:
            return cells.number
        if name == "equipment":
            return lambda text: tuple(map(self.device, cells.names(text)))
        return cells.names if name in ARRAYS else sheet_cells.switch

    def moment_on(self, on: date | None) -> Callable[[str], Any]:
        return lambda text: cells.moment(text, on, self.site.zone)

    def room(self, text: str) -> Room:
        if text.casefold() not in self.rooms:
            raise ValueError("unknown_room")
        return self.rooms[text.casefold()]

    def device(self, text: str) -> str:
        """A kind that rooms have of their own, or the code of a shared piece."""
        try:
            return cells.choice("equipment", text)
        except ValueError:
            if text.casefold() not in self.pools:
                raise
        return self.pools[text.casefold()]

    def person(self, text: str) -> User:
        if text.casefold() not in self.people:
            raise ValueError("unknown_person")
        return self.people[text.casefold()]

    def complete(self, wanted: Wanted, values: dict[str, Any]) -> None:
        person = wanted.applicant or self.importer
        defaults = {"host_department": person.department, "contact_name": person.display_name}
        wanted.data = BookingData(**(defaults | values))
        if not IDENTITY & wanted.broken:
            wanted.external_id = wanted.external_id or fingerprint(wanted.data, person)


def broken_in(faults: Mapping[str, object], texts: Mapping[str, str]) -> frozenset[str]:
    """The fields of a request that no value is known of."""
    broken = {name for column in faults for name in FIELDS_OF.get(column, (column,))}
    if "applicant" in broken:
        # Else they are the applicant's own.
        broken |= {"host_department", "contact_name"} - texts.keys()
    return frozenset(broken)


def stand_ins(room: Room) -> dict[str, Any]:
    """Values that give no faults of their own; faults of the fields that have one are not told."""
    return {"room": room, "title": "-", "headcount": 1}


def with_times(values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A start or end that is not known, beside one that is."""
    known = {name: value for name, value in values.items() if value is not None}
    start, end = known.get("start_at"), known.get("end_at")
    start = start or (end - LIKELY if end else now + timedelta(days=1))
    return {**known, "start_at": start, "end_at": end or start + LIKELY}


def fingerprint(data: BookingData, person: User) -> str:
    """For a row without an id: the same request read again is the same."""
    facts = (data.room.pk, data.start_at.timestamp(), data.end_at.timestamp(), data.title, person.pk)
    return f"sheet-{hashlib.sha256(repr(facts).encode()).hexdigest()[:32]}"
