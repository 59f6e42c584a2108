"""The bar on top of the manager's day: where the day stands between opening and closing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bookings.models import Booking
from checklists.models import ServiceDay, ServiceDayEvent
from checklists.selectors.service_day import (
    Closing,
    DayOff,
    Opening,
    closing_of,
    days_off_on,
    opening_of,
    service_day_of,
)
from rooms.models import Site
from rooms.selectors import day_bounds, site_today
from rooms.workcal import WorkingCalendar
from staff.models import User

# From when on closing is what comes next.
CLOSE_AHEAD = timedelta(minutes=30)


@dataclass(frozen=True)
class Bar:
    """`state`: ahead, unopened, never, open, unclosed (of a day gone by), closed; quiet where there is nothing to open.

    `opening` and `closing` are there where they can be acted on.
    """

    state: str
    day: ServiceDay | None
    opening: Opening | None
    closing: Closing | None
    days_off: tuple[DayOff, ...]
    log: tuple[ServiceDayEvent, ...]
    waiting: int
    opens_at: datetime | None
    is_late: bool
    is_time_to_close: bool

    @property
    def can_reopen(self) -> bool:
        return self.state == "closed"


def bar_of(site: Site, on: date, *, user: User, calendar: WorkingCalendar, now: datetime) -> Bar:
    day, today = service_day_of(site, on), site_today(site, now)
    state = state_of(day, site, on, today, calendar)
    opens_at, closes_at = calendar.opens_at(on), calendar.closes_at(on)
    closing = closing_of(site, on, user) if state in {"open", "unclosed"} else None
    return Bar(
        state=state,
        day=day,
        opening=opening_of(site, on, calendar) if state in {"unopened", "open"} else None,
        closing=closing,
        days_off=days_off_on(site, on, user=user, calendar=calendar, now=now),
        log=tuple(day.events.select_related("actor")) if day else (),
        waiting=Booking.objects.filter(site=site).waiting().count() if on == today else 0,
        opens_at=opens_at,
        is_late=state == "unopened" and opens_at is not None and now >= opens_at,
        is_time_to_close=state == "unclosed" or is_time_to_close(closing, closes_at, now),
    )


def state_of(day: ServiceDay | None, site: Site, on: date, today: date, calendar: WorkingCalendar) -> str:
    if day and day.closed_at:
        return "closed"
    if day and day.opened_at:
        return "open" if on == today else "unclosed"
    if on > today:
        return "ahead"
    if not calendar.is_working(on) and not has_meetings(site, on):
        return "quiet"
    return "unopened" if on == today else "never"


def has_meetings(site: Site, on: date) -> bool:
    return Booking.objects.filter(site=site).planned().on_day(*day_bounds(site, on)).exists()


def is_time_to_close(closing: Closing | None, closes_at: datetime | None, now: datetime) -> bool:
    if closing is None or closing.running or closing.to_come:
        return False
    return closes_at is None or now >= closes_at - CLOSE_AHEAD
