"""The three moments of a working day by which every request has been read: at opening, midday and towards the close."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from rooms.workcal import WorkingCalendar

BEFORE_CLOSE = timedelta(minutes=30)
# The longest stretch of closed days that is looked back over.
FURTHEST_BACK = 30


def look_times(calendar: WorkingCalendar, on: date) -> list[datetime]:
    """None on a closed day."""
    closes = calendar.closes_at(on)
    moments = (calendar.opens_at(on), calendar.midday_at(on), closes - BEFORE_CLOSE if closes else None)
    return sorted({moment for moment in moments if moment})


def last_look(calendar: WorkingCalendar, now: datetime) -> datetime | None:
    return next((moment for moment in _back_from(calendar, now) if moment <= now), None)


def next_look(calendar: WorkingCalendar, now: datetime) -> datetime | None:
    today = calendar.local_date(now)
    days = (today + timedelta(days=ahead) for ahead in range(FURTHEST_BACK))
    return next((moment for on in days for moment in look_times(calendar, on) if moment > now), None)


def _back_from(calendar: WorkingCalendar, now: datetime) -> Iterator[datetime]:
    today = calendar.local_date(now)
    for back in range(FURTHEST_BACK):
        yield from reversed(look_times(calendar, today - timedelta(days=back)))
