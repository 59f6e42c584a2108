"""Small reads of a site's week, from Monday to Monday by the clock on its wall."""

from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from rooms.models import Site
from rooms.ranges import Lower
from rooms.selectors import midnight, site_today
from staff.models import RemovedShift, RosterPublication, Shift
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


def last_publication(site: Site, monday: date) -> RosterPublication | None:
    rows = RosterPublication.objects.filter(site=site, week_on=monday).select_related("published_by")
    return rows.first()


def why_not_published(site: Site, monday: date) -> str:
    """The code of what would be refused; empty where there is something to publish."""
    begins, ends = week_window(site, monday)
    # What began before belongs to the week before.
    of_week = Q(during__overlap=DateTimeTZRange(begins, ends, "[)"), begins__gte=begins)
    shifts = Shift.objects.alias(begins=Lower("during")).filter(of_week, site=site)
    last = last_publication(site, monday)
    if last is None:
        return "" if shifts.exists() else "week_empty"
    is_new = Q(is_draft=True) | Q(changed_at__gt=last.published_at)
    gone = RemovedShift.objects.alias(begins=Lower("during")).filter(of_week, site=site)
    has_gone = gone.filter(removed_at__gt=last.published_at).exists()
    return "" if has_gone or shifts.filter(is_new).exists() else "week_unchanged"
