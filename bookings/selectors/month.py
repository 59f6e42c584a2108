"""A site's month at a glance: how many meetings and requests each day has, and how full its rooms are."""

import calendar as python_calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from bookings.models import Booking
from bookings.selectors.board import BoardRoom
from rooms.models import Site
from rooms.selectors import midnight
from rooms.workcal import Period, WorkingCalendar

# One pass over the index of the site's days; what it needs stands in the index itself.
# Days are told by the midnights between them: a conversion of each moment into its zone takes twice as long.
COUNTS = """
    SELECT width_bucket(start_at, %(midnights)s::timestamptz[]), status, count(*),
           extract(epoch FROM sum(end_at - start_at))::bigint
    FROM bookings_booking
    WHERE site_id = %(site)s AND start_at >= %(first)s AND start_at < %(until)s AND room_id = ANY (%(rooms)s)
    GROUP BY 1, 2
"""


@dataclass(frozen=True)
class MonthDay:
    on: date
    meetings: int
    waiting: int
    # Per cent of the rooms' open hours; of a day off, of those of an ordinary day.
    load: int
    is_working: bool
    holiday: str

    @property
    def is_weekend(self) -> bool:
        return self.on.weekday() >= 5


@dataclass(frozen=True)
class BoardMonth:
    year: int
    number: int
    weeks: list[list[MonthDay | None]]

    @property
    def days(self) -> list[MonthDay]:
        return [day for week in self.weeks for day in week if day]

    @property
    def meetings(self) -> int:
        return sum(day.meetings for day in self.days)


def month_of(
    *, site: Site, rooms: Sequence[BoardRoom], on: date, calendar: WorkingCalendar, language: str
) -> BoardMonth:
    first = on.replace(day=1)
    counts = _counts(site, rooms, first, (first + timedelta(days=31)).replace(day=1))

    def cell(day: date) -> MonthDay:
        meetings, waiting, seconds = counts.get(day, (0, 0, 0))
        load = _load(seconds, len(rooms), day, calendar)
        holiday = calendar.holiday_name(day, language)
        return MonthDay(day, meetings, waiting, load, calendar.is_working(day), holiday)

    weeks = python_calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    days = [[cell(day) if day.month == first.month else None for day in week] for week in weeks]
    return BoardMonth(first.year, first.month, days)


def _counts(site: Site, rooms: Sequence[BoardRoom], first: date, until: date) -> Mapping[date, tuple[int, int, int]]:
    """Of each day that has any: meetings, requests, and seconds of meetings."""
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    midnights = [midnight(site, on) for on in days]
    values: dict[str, Any] = {"site": site.pk, "rooms": [room.pk for room in rooms], "midnights": midnights}
    values |= {"first": midnights[0], "until": midnight(site, until)}
    counts: dict[date, tuple[int, int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        for place, status, number, seconds in cursor.fetchall():
            on = days[place - 1]
            meetings, waiting, taken = counts.get(on, (0, 0, 0))
            if status in Booking.PLANNED:
                counts[on] = (meetings + number, waiting, taken + seconds)
            elif status in Booking.PENDING:
                counts[on] = (meetings, waiting + number, taken)
    return counts


def _load(seconds: int, rooms: int, on: date, calendar: WorkingCalendar) -> int:
    opened = sum(_seconds(on, period) for period in calendar.hours(on) or calendar.ordinary_hours()) * rooms
    return min(round(100 * seconds / opened), 100) if opened else 0


def _seconds(on: date, period: Period) -> int:
    begins, ends = (datetime.combine(on, at) for at in period)
    return int((ends - begins).total_seconds())
