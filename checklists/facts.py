"""What the planner needs to know, read from the tables; and a digest that tells whether any of it changed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from bookings.models import Booking, Guest
from checklists.models import Incident, ServicePlan, Step
from checklists.planner import AgendaFacts, DayFacts, Facts, GuestFacts, RoomDayFacts
from rooms.models import Room, Site
from rooms.selectors import day_bounds
from rooms.workcal import WorkingCalendar

# While a meeting runs over its booked end, what follows it is expected this much later, again and again.
OVERRUN_STEP = timedelta(minutes=15)
# A meeting nobody marked ended: past this its clearing up falls due and somebody will look.
LONGEST_OVERRUN = timedelta(hours=4)

# The standard's item by which tables and chairs are back in place, and how far back a meeting is looked for.
PUT_BACK = "A6"
TABLES_STAND = timedelta(days=14)

# A booking with the columns and lists that `with_facts` adds, which its class does not know.
BookingWithFacts = Any


def with_facts(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """Bookings with everything `facts_of` reads, in a number of queries that does not grow with them."""
    before = Booking.objects.planned().filter(room=OuterRef("room"), end_at__lte=OuterRef("start_at"))
    last_before = before.order_by("-end_at")
    done = Step.objects.filter(state=Step.State.DONE, round=1).select_related("item").order_by("done_at")
    return (
        bookings.select_related("room", "site", "applicant")
        .prefetch_related("guests", "agenda", Prefetch("steps", queryset=done, to_attr="first_done"))
        .annotate(
            previous_layout=Subquery(last_before.values("layout")[:1]),
            previous_end_at=Subquery(last_before.values("end_at")[:1]),
            has_incident=Exists(Incident.objects.filter(booking=OuterRef("pk"))),
            has_complaint=Exists(ServicePlan.objects.filter(booking=OuterRef("pk"), has_complaint=True)),
        )
    )


def facts_of(booking: BookingWithFacts, anchors: Collection[str]) -> Facts:
    """The facts of a booking read by `with_facts`; `anchors` are the items whose tick moves others."""
    room = booking.room
    return Facts(
        start_at=booking.start_at,
        end_at=booking.end_at,
        actual_start_at=booking.actual_start_at,
        actual_end_at=booking.actual_end_at,
        headcount=booking.headcount,
        kind=booking.kind,
        secrecy=booking.secrecy,
        room_code=room.code,
        layout=booking.layout,
        standing_layout=room.standing_layout,
        previous_layout=previous_layout(booking),
        has_movable_tables=room.has_movable_tables,
        allows_smoking=room.allows_smoking,
        tea=booking.tea,
        coffee=booking.coffee,
        water=booking.water,
        fruit=booking.fruit,
        flowers=booking.flowers,
        stationery=booking.stationery,
        materials=booking.materials,
        sign_in=booking.sign_in,
        name_plates=booking.name_plates,
        flags=tuple(booking.flags),
        equipment=tuple(booking.equipment),
        microphones=booking.microphones,
        guests=tuple(guest_facts(guest) for guest in booking.guests.all()),
        foreign_countries=tuple(booking.foreign_countries),
        agenda=agenda_facts(booking),
        curtains=booking.curtains,
        temperature=booking.temperature,
        has_incident=booking.has_incident,
        has_complaint=booking.has_complaint,
        seed=booking.ref,
        done_at={step.item.code: step.done_at for step in reversed(booking.first_done) if step.item.code in anchors},
    )


def previous_layout(booking: BookingWithFacts) -> str | None:
    """The layout of the meeting before it there, if that one ended on the same day of the site."""
    if booking.previous_end_at is None:
        return None
    days = (moment.astimezone(booking.site.zone).date() for moment in (booking.previous_end_at, booking.start_at))
    return booking.previous_layout if len(set(days)) == 1 else None


def guest_facts(guest: Guest) -> GuestFacts:
    """Known by name: editing a request writes its guests anew, and a ticked step must find its guest again."""
    names = ("name", "ash_tray", "tea", "drink", "diet", "seat", "country")
    return GuestFacts(**{name: getattr(guest, name) for name in names})


def agenda_facts(booking: Booking) -> tuple[AgendaFacts, ...]:
    """A private meeting's items go by number: steps and reminders are read by people its topic is hidden from."""
    items = [
        (str(number) if booking.is_private else item.title, item)
        for number, item in enumerate(booking.agenda.all(), start=1)
    ]
    return tuple(
        AgendaFacts(key=name[:60], title=name, start_at=item.starts_at, end_at=item.ends_at) for name, item in items
    )


def expected_end(booking: Booking, now: datetime) -> datetime:
    """What follows the meeting counts from here: its actual end, or the booked one moved on while it runs over."""
    if booking.actual_end_at or now <= booking.end_at:
        return booking.actual_end_at or booking.end_at
    steps = -((booking.end_at - now) // OVERRUN_STEP)
    return min(booking.end_at + steps * OVERRUN_STEP, booking.end_at + LONGEST_OVERRUN)


def digest_of(facts: Facts, *, standard_id: int, booking: Booking, calendar: WorkingCalendar, now: datetime) -> str:
    known = [
        asdict(facts),
        standard_id,
        booking.room_id,
        booking.applicant_id,
        booking.status,
        expected_end(booking, now),
        calendar_data(calendar),
    ]
    text = json.dumps(known, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def calendar_data(calendar: WorkingCalendar) -> list[object]:
    exceptions = sorted((str(on), str(periods)) for on, periods in calendar.exceptions.items())
    return [calendar.zone.key, sorted((day, str(periods)) for day, periods in calendar.weekly.items()), exceptions]


def day_facts(site: Site, on: date) -> DayFacts:
    """The rooms of a site and its planned meetings of one day."""
    day_from, day_until = day_bounds(site, on)
    meetings = list(Booking.objects.filter(site=site).planned().on_day(day_from, day_until).order_by("start_at"))
    layouts: dict[int, list[str]] = defaultdict(list)
    for meeting in meetings:
        layouts[meeting.room_id].append(meeting.layout)
    return DayFacts(
        on=on,
        rooms=tuple(
            RoomDayFacts(code=room.code, layouts=tuple(layouts.get(room.pk, ())), stands=standing_in(room))
            for room in rooms_before(site, day_from)
        ),
        meetings=tuple((meeting.start_at, meeting.end_at) for meeting in meetings),
    )


def rooms_before(site: Site, day_from: datetime) -> QuerySet[Room]:
    """The rooms of a site, each with the layout of its last meeting before that day and whether it was put back."""
    put_back = Step.objects.filter(booking=OuterRef("pk"), item__code=PUT_BACK, state=Step.State.DONE)
    before = Booking.objects.planned().filter(
        room=OuterRef("pk"), start_at__lt=day_from, start_at__gte=day_from - TABLES_STAND, end_at__lte=day_from
    )
    last = before.annotate(is_put_back=Exists(put_back)).order_by("-start_at")[:1]
    return (
        Room.objects.filter(site=site)
        .active()
        .annotate(left_in=Subquery(last.values("layout")), is_put_back=Subquery(last.values("is_put_back")))
    )


def standing_in(room: Any) -> str:
    """As the last meeting left the tables, unless they were put back since."""
    return room.standing_layout if room.is_put_back or not room.left_in else room.left_in
