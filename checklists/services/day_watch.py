"""The sweep's part that reminds managers of a day nobody opened, or nobody closed; each is told once."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode

from bookings.models import Booking
from checklists.models import ServiceDay
from checklists.selectors.roster import roster_of
from rooms.models import Site
from rooms.selectors import calendar_of, day_bounds, site_today
from rooms.text import SUFFIXES
from staff.services.notices import notify_many

OPEN_AHEAD = timedelta(minutes=15)
CLOSE_WITHIN = timedelta(hours=1)


def tell_days(now: datetime) -> int:
    """Days that should be open by now, and those that should be closed; how many people were told."""
    sites = Site.objects.prefetch_related("working_periods", "calendar_exceptions")
    return sum(tell_unopened(site, now) + tell_unclosed(site, now) for site in sites)


def tell_unopened(site: Site, now: datetime) -> int:
    """From a quarter of an hour before the opening until the close; a closed day need not be opened."""
    on, calendar = site_today(site, now), calendar_of(site)
    opens_at, closes_at = calendar.opens_at(on), calendar.closes_at(on)
    if not opens_at or not closes_at or not opens_at - OPEN_AHEAD <= now < closes_at:
        return 0
    if ServiceDay.objects.filter(site=site, on=on, opened_at__isnull=False).exists():
        return 0
    return tell_managers("day_unopened", site, on, opens_at, now)


def tell_unclosed(site: Site, now: datetime) -> int:
    """An hour after the close or the last meeting's end, whichever is later; not while one still runs."""
    today = site_today(site, now)
    waiting = ServiceDay.objects.filter(
        site=site, on__in=(today, today - timedelta(days=1)), opened_at__isnull=False, closed_at=None
    )
    told = 0
    for day in waiting.order_by("on"):
        over_at = over_since(site, day.on)
        if over_at and over_at + CLOSE_WITHIN <= now:
            told += tell_managers("day_unclosed", site, day.on, over_at, now)
    return told


def over_since(site: Site, on: date) -> datetime | None:
    """When the day's work was over; None while a meeting of it runs."""
    meetings = Booking.objects.filter(site=site).planned().on_day(*day_bounds(site, on))
    rows = list(meetings.values_list("status", "end_at", "actual_end_at"))
    if any(status == Booking.Status.RUNNING for status, _end, _actual in rows):
        return None
    ends = [actual or end for _status, end, actual in rows]
    closes_at = calendar_of(site).closes_at(on)
    return max([*ends, closes_at] if closes_at else ends, default=None)


def tell_managers(code: str, site: Site, on: date, at: datetime, now: datetime) -> int:
    query = urlencode({"site": site.code, "date": on.isoformat()})
    notices = notify_many(
        recipients=roster_of(site, now, now + timedelta(minutes=1)).managers_at(now),
        code=code,
        params={"site": names_of(site), "on": on.isoformat(), "at": at.isoformat()},
        url=f"{reverse('checklists:day')}?{query}",
        key=f"{code}:{site.pk}:{on}",
        now=now,
    )
    return len(notices)


def names_of(site: Site) -> dict[str, str]:
    return {suffix: getattr(site, f"name_{suffix}") for suffix in SUFFIXES}
