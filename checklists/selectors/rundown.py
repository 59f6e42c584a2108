"""The day's rundown as plain, frozen data: a document made from it cannot reach the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from bookings.models import Booking, Guest
from bookings.permissions import can_see_guests, can_see_title
from bookings.selectors import title_for
from checklists.models import Assignment, RundownPrint, Step
from checklists.selectors.words import layout_word, service_heading
from rooms.dates import format_date
from rooms.equipment import EquipmentWords
from rooms.models import EquipmentKind, Room, Site
from rooms.selectors import calendar_of, day_bounds
from rooms.text import localized
from staff.models import User
from staff.roles import Role

# A key time is the earliest due moment among the steps made from these items of the standard.
KEY_TIMES = (
    ("tables", ("P1", "P2")),
    ("inspection", ("P4", "P5", "P6", "P7", "P8", "P9")),
    ("drinks", ("P10", "P11", "P12")),
    ("pour", ("P13",)),
)
KEY_ITEMS = tuple(code for _, codes in KEY_TIMES for code in codes)
PLAIN_SERVICES = ("tea", "coffee", "water", "fruit", "flowers", "stationery", "materials", "sign_in")


@dataclass(frozen=True)
class Need:
    name: str
    ash_tray: str = ""
    tea: str = ""
    drink: str = ""
    diet: str = ""
    seat: str = ""
    country: str = ""


@dataclass(frozen=True)
class KeyTime:
    kind: str
    time: str
    # Only where it is not the meeting's own day.
    day: str = ""


@dataclass(frozen=True)
class Server:
    role: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class SheetMeeting:
    ref: str
    room: str
    room_name: str
    start: datetime
    end: datetime
    occupied_from: datetime
    occupied_until: datetime
    topic: str
    is_masked: bool
    host: str
    contact: str
    headcount: int
    layout: str
    services: tuple[str, ...]
    temperature: int | None
    curtains: str
    countries: tuple[str, ...]
    flags: tuple[str, ...]
    needs: tuple[Need, ...]
    has_hidden_needs: bool
    served_by: tuple[Server, ...]
    key_times: tuple[KeyTime, ...]
    version: int
    # "new" or "changed" since the last print of that language, else empty.
    change: str = ""


@dataclass(frozen=True)
class SheetRoom:
    code: str
    name: str
    floor: str
    meetings: tuple[SheetMeeting, ...]


@dataclass(frozen=True)
class Sheet:
    site: str
    on: date
    zone: ZoneInfo
    is_working: bool
    holiday: str
    is_provisional: bool
    made_at: datetime
    meetings: tuple[SheetMeeting, ...]
    rooms: tuple[SheetRoom, ...]
    version: int | None = None
    since_version: int | None = None
    # What stood on the last print and is no longer on the day: (reference, room, time) as printed then.
    gone: tuple[dict[str, str], ...] = ()
    contents: dict[str, dict[str, str]] = field(default_factory=dict)


def rundown_context(
    *,
    site: Site,
    on: date,
    user: User,
    now: datetime,
    language: str,
    with_habits: bool = True,
    version: int | None = None,
) -> Sheet:
    """The sheet of one site's day as `user` may read it, in the language that is active.

    Differences are told against the last finished print of the same language before `version`.
    """
    words = EquipmentWords()
    meetings = [
        sheet_meeting(booking, user, site.zone, on, words=words, with_habits=with_habits)
        for booking in meetings_of_day(site, on)
    ]
    last = last_print(site, on, language, before=version)
    marked = tuple(meeting if last is None else with_change(meeting, last.contents) for meeting in meetings)
    contents = {meeting.ref: printed_line(meeting, site.zone) for meeting in marked}
    calendar = calendar_of(site)
    return Sheet(
        site=site.name,
        on=on,
        zone=site.zone,
        is_working=calendar.is_working(on),
        holiday=holiday_note(site, calendar.holiday_name(on, language), on),
        is_provisional=calendar.is_provisional(on),
        made_at=now,
        meetings=marked,
        rooms=by_room(site, marked),
        version=version,
        since_version=last.version if last else None,
        gone=tuple(line for ref, line in last.contents.items() if ref not in contents) if last else (),
        contents=contents,
    )


def planned_meetings(site: Site, on: date) -> QuerySet[Booking]:
    return Booking.objects.filter(site=site).planned().on_day(*day_bounds(site, on))


def meetings_of_day(site: Site, on: date) -> QuerySet[Booking]:
    key_steps = Step.objects.filter(item__code__in=KEY_ITEMS).exclude(state=Step.State.WITHDRAWN).select_related("item")
    return (
        planned_meetings(site, on)
        .select_related("room", "site", "applicant")
        .prefetch_related(
            "guests",
            Prefetch("assignments", Assignment.objects.select_related("user")),
            Prefetch("steps", key_steps, to_attr="key_steps"),
        )
        .order_by("start_at", "room__position", "room__code")
    )


def sheet_meeting(
    booking: Booking, user: User, zone: ZoneInfo, on: date, *, words: EquipmentWords, with_habits: bool
) -> SheetMeeting:
    is_masked = not can_see_title(user, booking)
    guests = list(booking.guests.all())
    shows_needs = with_habits and can_see_guests(user, booking)
    return SheetMeeting(
        ref=booking.ref,
        room=booking.room.code,
        room_name=booking.room.name,
        start=booking.start_at,
        end=booking.end_at,
        occupied_from=booking.occupied_from,
        occupied_until=booking.occupied_until,
        topic=title_for(user, booking),
        is_masked=is_masked,
        host="" if is_masked else booking.host_department,
        contact="" if is_masked else f"{booking.contact_name} {booking.contact_phone}".strip(),
        headcount=booking.headcount,
        layout=layout_word(booking.layout),
        services=services_of(booking, words),
        temperature=booking.temperature,
        curtains=booking.get_curtains_display() if booking.curtains else "",
        countries=countries_of(booking, guests),
        flags=tuple(booking.flags),
        needs=tuple(need_of(guest) for guest in guests) if shows_needs else (),
        has_hidden_needs=bool(guests) and not shows_needs,
        served_by=servers_of(booking),
        key_times=key_times_of(booking, zone, on),
        version=booking.version,
    )


def services_of(booking: Booking, words: EquipmentWords) -> tuple[str, ...]:
    labels = [service_heading(name) for name in PLAIN_SERVICES if getattr(booking, name)]
    if booking.name_plates:
        labels.append(f"{service_heading('name_plates')} {booking.name_plates}")
    for kind in booking.equipment:
        count = booking.microphones if kind == EquipmentKind.MICROPHONE else 0
        labels.append(f"{words.word(booking.site_id, kind)} {count or ''}".strip())
    return tuple(labels)


def countries_of(booking: Booking, guests: Iterable[Guest]) -> tuple[str, ...]:
    named = [*booking.foreign_countries, *(guest.country for guest in guests if guest.country)]
    return tuple(dict.fromkeys(named))


def need_of(guest: Guest) -> Need:
    return Need(
        name=guest.name,
        ash_tray=str(guest.get_ash_tray_display()) if guest.ash_tray else "",
        tea=str(dict(Guest.Tea.choices).get(guest.tea, guest.tea)) if guest.tea else "",
        drink=guest.drink,
        diet=guest.diet,
        seat=guest.seat,
        country=guest.country,
    )


def servers_of(booking: Booking) -> tuple[Server, ...]:
    names: dict[str, list[str]] = defaultdict(list)
    for assignment in booking.assignments.all():
        names[assignment.role].append(assignment.user.get_full_name())
    order = [Role.SERVICE_STAFF, *(role for role in Role if role != Role.SERVICE_STAFF)]
    return tuple(Server(str(role.label), tuple(names[role])) for role in order if role in names)


def key_times_of(booking: Booking, zone: ZoneInfo, on: date) -> tuple[KeyTime, ...]:
    steps: Sequence[Step] = booking.key_steps
    times = []
    for kind, codes in KEY_TIMES:
        due = [step.due_at for step in steps if step.item.code in codes]
        if due:
            times.append(key_time(kind, min(due), zone, on))
    return (*times, key_time("end", booking.end_at, zone, on))


def key_time(kind: str, at: datetime, zone: ZoneInfo, on: date) -> KeyTime:
    local = at.astimezone(zone)
    return KeyTime(kind, f"{local:%H:%M}", format_date(local.date()) if local.date() != on else "")


def by_room(site: Site, meetings: Iterable[SheetMeeting]) -> tuple[SheetRoom, ...]:
    """Every room in use, and the free ones, in the board's order."""
    grouped: dict[str, list[SheetMeeting]] = defaultdict(list)
    for meeting in meetings:
        grouped[meeting.room].append(meeting)
    rooms = Room.objects.filter(site=site)
    return tuple(
        SheetRoom(room.code, room.name, room.floor, tuple(grouped.get(room.code, ())))
        for room in rooms
        if room.is_active or room.code in grouped
    )


def last_print(site: Site, on: date, language: str, *, before: int | None) -> RundownPrint | None:
    prints = RundownPrint.objects.filter(site=site, on=on, language=language, state=RundownPrint.State.READY)
    if before is not None:
        prints = prints.filter(version__lt=before)
    return prints.order_by("-version").first()


def with_change(meeting: SheetMeeting, printed: dict) -> SheetMeeting:
    line = printed.get(meeting.ref)
    change = "new" if line is None else "changed" if line["mark"] != mark_of(meeting) else ""
    return replace(meeting, change=change)


def mark_of(meeting: SheetMeeting) -> str:
    """Differs when the booking, its people or its key times do; the same for every reader of a language."""
    facts = (meeting.version, meeting.served_by, meeting.key_times)
    return sha256(repr(facts).encode()).hexdigest()[:16]


def printed_line(meeting: SheetMeeting, zone: ZoneInfo) -> dict[str, str]:
    """What a later print needs to say that this line changed or went; nothing confidential is kept."""
    start, end = meeting.start.astimezone(zone), meeting.end.astimezone(zone)
    return {
        "ref": meeting.ref,
        "mark": mark_of(meeting),
        "room": meeting.room,
        "time": f"{start:%H:%M}–{end:%H:%M}",
    }


def holiday_note(site: Site, public: str, on: date) -> str:
    own = site.calendar_exceptions.filter(on=on).first()
    return localized(own, "name") if own else public
