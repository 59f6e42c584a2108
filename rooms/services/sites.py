"""Sites: their names, hours, and days off or at work of their own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from rooms.errors import RoomsError
from rooms.models import CalendarException, Site, WorkingPeriod
from rooms.refusals import refusing
from rooms.services.log import Changes, apply_fields, record
from rooms.signals import site_created
from rooms.workcal import Period, check_periods

FIELDS = (
    "code",
    "name_zh_hans",
    "name_zh_hant",
    "name_en",
    "time_zone",
    "holiday_calendar",
    "on_post_at",
    "allows_self_approval",
    "door_acts",
    "no_show_minutes",
    "tablet_idle_minutes",
)
Hours = Mapping[int, Sequence[Period]]


def create_site(*, fields: Mapping[str, Any], hours: Hours, actor: Any, now: datetime) -> Site:
    site = Site()
    changes = apply_fields(site, fields, FIELDS)
    _check_hours(hours)
    with transaction.atomic():
        with refusing({"rooms_site_code_key": "code_taken"}):
            site.save()
        changes |= _set_hours(site, hours)
        record(site=site, room=None, verb="site_created", changes=changes, actor=actor, now=now)
        site_created.send(sender=Site, site=site, now=now)
    return site


def change_site(
    *, site_id: int, fields: Mapping[str, Any], hours: Hours | None = None, actor: Any, now: datetime
) -> Site:
    """Change a site; without `hours` its working time stays."""
    _check_hours(hours or {})
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site_id)
        changes = apply_fields(site, fields, FIELDS)
        if changes:
            site.save(update_fields=list(changes))
        if hours is not None:
            changes |= _set_hours(site, hours)
        if changes:
            record(site=site, room=None, verb="site_changed", changes=changes, actor=actor, now=now)
    return site


def add_exception(
    *, site: Site, on: date, is_working: bool, names: Mapping[str, str], actor: Any, now: datetime
) -> CalendarException:
    """A day off, or an extra working day; `names` are its three names. One exception a day."""
    with refusing({"calendar_exception_once": "exception_exists"}):
        added = CalendarException.objects.create(site=site, on=on, is_working=is_working, **names)
        changes: Changes = {"on": [None, str(on)], "is_working": [None, is_working]}
        record(site=site, room=None, verb="exception_added", changes=changes, actor=actor, now=now)
    return added


def remove_exception(*, exception_id: int, actor: Any, now: datetime) -> None:
    with transaction.atomic():
        gone = CalendarException.objects.select_for_update(of=("self",)).select_related("site").get(pk=exception_id)
        changes: Changes = {"on": [str(gone.on), None], "is_working": [gone.is_working, None]}
        record(site=gone.site, room=None, verb="exception_removed", changes=changes, actor=actor, now=now)
        gone.delete()


def _check_hours(hours: Hours) -> None:
    for weekday, periods in hours.items():
        try:
            check_periods(tuple(periods))
        except ValueError as exc:
            raise RoomsError("hours_overlap", weekday=weekday) from exc
        # The calendar knows periods that end at midnight; a row of the table does not.
        if any(begins >= ends for begins, ends in periods):
            raise RoomsError("hours_overlap", weekday=weekday)


def _set_hours(site: Site, hours: Hours) -> Changes:
    old = _texts((each.weekday, (each.starts_at, each.ends_at)) for each in site.working_periods.all())
    rows = [(weekday, period) for weekday in sorted(hours) for period in sorted(hours[weekday])]
    new = _texts(rows)
    if old == new:
        return {}
    site.working_periods.all().delete()
    WorkingPeriod.objects.bulk_create(
        WorkingPeriod(site=site, weekday=weekday, starts_at=begins, ends_at=ends) for weekday, (begins, ends) in rows
    )
    return {"hours": [old, new]}


def _texts(rows: Any) -> list[str]:
    return [f"{weekday} {begins:%H:%M}-{ends:%H:%M}" for weekday, (begins, ends) in rows]
