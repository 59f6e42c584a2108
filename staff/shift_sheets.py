"""Shifts of a week or a month as the rows of a table."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from rooms.models import Site
from rooms.selectors import midnight
from staff.models import Shift
from staff.working_time import monday_of

WEEK = timedelta(days=7)


def heads() -> list[str]:
    return [
        _("User name"),
        _("Name"),
        _("Date"),
        _("From"),
        _("Until"),
        _("Usual shift"),
        _("on call"),
        _("draft"),
    ]


def window_of(site: Site, on: date, span: str) -> tuple[datetime, datetime]:
    """The week around a day, or its month."""
    if span == "month":
        first = on.replace(day=1)
        return midnight(site, first), midnight(site, (first + timedelta(days=32)).replace(day=1))
    monday = monday_of(on)
    return midnight(site, monday), midnight(site, monday + WEEK)


def rows_between(site: Site, window: tuple[datetime, datetime], *, with_drafts: bool) -> Iterator[list[str]]:
    """Those that begin in it, in the site's time; an end before its beginning is of the next day."""
    rows = Shift.objects.filter(site=site, during__overlap=DateTimeTZRange(*window, "[)"))
    rows = rows if with_drafts else rows.published()
    for shift in rows.select_related("user", "pattern").order_by("during", "user"):
        if shift.during.lower < window[0]:
            continue
        start, end = (each.astimezone(site.zone) for each in (shift.during.lower, shift.during.upper))
        yield [
            shift.user.username,
            shift.user.get_full_name(),
            f"{start:%Y-%m-%d}",
            f"{start:%H:%M}",
            f"{end:%H:%M}",
            shift.pattern.code if shift.pattern else "",
            _("yes") if shift.is_on_call else "",
            _("yes") if shift.is_draft else "",
        ]
