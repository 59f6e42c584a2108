"""Small reads of a site's week, from Monday to Monday by the clock on its wall."""

from datetime import date, datetime, timedelta

from rooms.models import Site
from rooms.selectors import midnight, site_today
from staff.models import RosterPublication
from staff.working_time import monday_of

WEEK = timedelta(days=7)


def week_window(site: Site, on: date) -> tuple[datetime, datetime]:
    monday = monday_of(on)
    return midnight(site, monday), midnight(site, monday + WEEK)


def is_week_binding(site: Site, on: date, now: datetime) -> bool:
    """Published, or begun: nobody can wait for the publication of a week they are in."""
    monday = monday_of(on)
    if monday <= site_today(site, now):
        return True
    return RosterPublication.objects.filter(site=site, week_on=monday).exists()
