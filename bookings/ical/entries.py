"""Entries of a calendar, and the text that Outlook, Google and Apple read alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
    vText,
)

from bookings.ical.zones import Observance, observances

PRODUCT = "-//Huiwu//Huiwu//ZH"
REFRESHED_AFTER = timedelta(minutes=15)
BUSY = {"CONFIRMED": "BUSY", "TENTATIVE": "TENTATIVE", "CANCELLED": "FREE"}


@dataclass(frozen=True)
class Entry:
    uid: str
    # Rises with every change: a program keeps what has the greater one.
    sequence: int
    changed_at: datetime
    start: datetime
    end: datetime
    zone: ZoneInfo
    summary: str
    status: str
    location: str = ""
    description: str = ""
    url: str = ""
    is_private: bool = False
    organizer: str = ""
    attendee: tuple[str, str] | None = None


def calendar_text(entries: Iterable[Entry], *, name: str = "", method: str = "") -> bytes:
    """A feed under a name, or one invitation by its method."""
    rows = list(entries)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name:
        name_calendar(calendar, name)
    for component in timezones(rows):
        calendar.add_component(component)
    for entry in rows:
        calendar.add_component(event_of(entry))
    return bytes(calendar.to_ical())


def name_calendar(calendar: Calendar, name: str) -> None:
    """Twice each: once as the standard has it, once as Apple and Outlook read it."""
    calendar["name"] = calendar["x-wr-calname"] = vText(name)
    refresh = vDuration(REFRESHED_AFTER)
    refresh.params["VALUE"] = "DURATION"
    calendar["refresh-interval"] = refresh
    calendar["x-published-ttl"] = vDuration(REFRESHED_AFTER)


def timezones(entries: list[Entry]) -> list[Timezone]:
    """Every zone that is named, from the year before the first entry until after the last."""
    found = []
    for key in sorted({entry.zone.key for entry in entries}):
        zone = ZoneInfo(key)
        moments = [moment for entry in entries if entry.zone.key == key for moment in (entry.start, entry.end)]
        first, last = min(moments) - timedelta(days=366), max(moments) + timedelta(days=366)
        component = Timezone()
        component.add("tzid", key)
        for each in observances(zone, first.date(), last.date()):
            component.add_component(part_of(each))
        found.append(component)
    return found


def part_of(observance: Observance) -> Any:
    part = TimezoneDaylight() if observance.is_daylight else TimezoneStandard()
    part.add("dtstart", observance.begins)
    part.add("tzoffsetfrom", observance.before)
    part.add("tzoffsetto", observance.after)
    part.add("tzname", observance.name)
    if observance.rule:
        month, day = observance.rule
        part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday=day))
    return part


def event_of(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    # The standard has nothing smaller than a second, and some programs refuse what has.
    event.add("dtstart", entry.start.astimezone(entry.zone).replace(microsecond=0))
    event.add("dtend", entry.end.astimezone(entry.zone).replace(microsecond=0))
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    event.add("class", "PRIVATE" if entry.is_private else "PUBLIC")
    event.add("transp", "TRANSPARENT" if entry.status == "CANCELLED" else "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", BUSY[entry.status])
    for field in ("location", "description", "url"):
        if text := getattr(entry, field):
            event.add(field, text)
    add_people(event, entry)
    return event


def add_people(event: Event, entry: Entry) -> None:
    if entry.organizer:
        organizer = vCalAddress(f"mailto:{entry.organizer}")
        organizer.params["CN"] = vText("Huiwu")
        event["organizer"] = organizer
    if entry.attendee:
        address, name = entry.attendee
        attendee = vCalAddress(f"mailto:{address}")
        # It was they who asked: nobody waits for their answer.
        attendee.params |= {"CN": vText(name), "PARTSTAT": vText("ACCEPTED"), "RSVP": vText("FALSE")}
        event.add("attendee", attendee, encode=0)
