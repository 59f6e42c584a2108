"""Reads of sites, rooms and their working calendar."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from rooms.models import Room, Site
from rooms.permissions import ADMINISTRATOR, Person
from rooms.workcal import Period, WorkingCalendar


def calendar_of(site: Site) -> WorkingCalendar:
    """The site's working calendar, in two queries."""
    weekly: dict[int, list[Period]] = defaultdict(list)
    for period in site.working_periods.all():
        weekly[period.weekday].append((period.starts_at, period.ends_at))
    hours = {weekday: tuple(periods) for weekday, periods in sorted(weekly.items())}
    ordinary = next(iter(hours.values()), ())
    exceptions = {
        exception.on: hours.get(exception.on.weekday(), ordinary) if exception.is_working else ()
        for exception in site.calendar_exceptions.all()
    }
    return WorkingCalendar(zone=site.zone, weekly=hours, country=site.holiday_calendar, exceptions=exceptions)


def site_today(site: Site, now: datetime) -> date:
    return now.astimezone(site.zone).date()


def day_bounds(site: Site, on: date) -> tuple[datetime, datetime]:
    """The instants at which the site's day begins and ends: 23 or 25 hours apart at a clock change."""
    return midnight(site, on), midnight(site, on + timedelta(days=1))


def midnight(site: Site, on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=site.zone).astimezone(UTC)


def find_site(user: Person, code: str | None = None) -> Site | None:
    """The person's own site, or the one with this code where they may see it; administrators see every site."""
    sites = sites_visible_to(user)
    if code:
        return next((site for site in sites if site.code == code), None)
    return user.site or (sites[0] if sites else None)


def sites_visible_to(user: Person) -> list[Site]:
    if user.has_role(ADMINISTRATOR):
        return list(Site.objects.all())
    return [user.site] if user.site else []


def rooms_of(site: Site) -> list[Room]:
    return list(Room.objects.filter(site=site).with_fittings())
