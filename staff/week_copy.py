"""One week's shifts worked out for another: what can be made, and what stands in the way of the rest."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from rooms.selectors import calendar_of
from rooms.workcal import WorkingCalendar
from staff.models import Leave, Shift, User
from staff.pattern_times import at_wall
from staff.week_reads import week_window
from staff.working_time import Limits, breaches, caused, monday_of
from staff.working_time_reads import limits_of, spans_of_people

Span = tuple[datetime, datetime]

REASONS = {
    "gone": _("no longer works here"),
    "closed": _("holiday or closed day"),
    "clock": _("falls into the skipped hour of the clock change"),
    "there": _("there already"),
    "overlap": _("another shift in that time"),
    "away": _("away in that time"),
    "rules": _("against a rule of working time that bars"),
}


@dataclass(frozen=True)
class LeftOut:
    shift: Shift
    on: date
    reason: str

    @property
    def words(self) -> str:
        return str(REASONS[self.reason])


@dataclass(frozen=True)
class WeekCopy:
    """Shifts not yet saved, and those of the source that have no counterpart."""

    shifts: list[Shift] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True)
class Ground:
    """What the target week holds already."""

    site: Site
    calendar: WorkingCalendar
    taken: dict[int, list[Span]]
    at_work: dict[int, list[Span]]
    away: dict[int, list[Span]]
    limits: Limits


def plan_copy(*, site: Site, source_on: date, target_on: date) -> WeekCopy:
    """In a number of statements that does not grow with the people."""
    source_from, source_until = week_window(site, source_on)
    rows = Shift.objects.filter(site=site, during__overlap=DateTimeTZRange(source_from, source_until, "[)"))
    source = [
        each
        for each in rows.select_related("user", "pattern").order_by("during", "user")
        if begins_in(each, source_from)
    ]
    distance = monday_of(target_on) - monday_of(source_on)
    ground = ground_of(site, {each.user_id for each in source}, target_on)
    copy = WeekCopy()
    for shift in source:
        on = shift.during.lower.astimezone(site.zone).date()
        span = span_at(shift, site, distance)
        if reason := hindrance(shift, on, on + distance, span, ground):
            copy.left_out.append(LeftOut(shift, on + distance, reason))
            continue
        copy.shifts.append(draft_like(shift, span))
        ground.taken[shift.user_id].append(span)
        if not shift.is_on_call:
            ground.at_work[shift.user_id].append(span)
    return copy


def begins_in(shift: Shift, begins: datetime) -> bool:
    """What began before the week belongs to the one before."""
    return shift.during.lower >= begins


def ground_of(site: Site, user_ids: set[int], target_on: date) -> Ground:
    limits = limits_of(site)
    begins, ends = week_window(site, target_on)
    # A night shift of its last day reaches beyond it.
    window = DateTimeTZRange(begins - limits.reach, ends + limits.reach, "[)")
    taken: dict[int, list[Span]] = defaultdict(list)
    for user_id, during in Shift.objects.filter(user__in=user_ids, during__overlap=window).values_list(
        "user_id", "during"
    ):
        taken[user_id].append((during.lower, during.upper))
    away: dict[int, list[Span]] = defaultdict(list)
    granted = Leave.objects.filter(user__in=user_ids, state=Leave.State.GRANTED, during__overlap=window)
    for user_id, during in granted.values_list("user_id", "during"):
        away[user_id].append((during.lower, during.upper))
    at_work = spans_of_people(user_ids, (window.lower, window.upper)) if limits.bars else {pk: [] for pk in user_ids}
    return Ground(site, calendar_of(site), taken, at_work, away, limits)


def hindrance(shift: Shift, source_on: date, on: date, span: Span, ground: Ground) -> str:
    """The first thing that stands in the way; empty where nothing does."""
    person: User = shift.user
    taken = ground.taken[person.pk]
    reasons = {
        "gone": not person.is_active or person.site_id != ground.site.pk,
        "closed": ground.calendar.is_working(source_on) and not ground.calendar.is_working(on),
        "clock": span[0] >= span[1],
        "there": span in taken,
        "overlap": meets(span, taken),
        "away": meets(span, ground.away[person.pk]),
        "rules": not shift.is_on_call and is_barred(span, ground.at_work[person.pk], ground),
    }
    return next((reason for reason, stands in reasons.items() if stands), "")


def meets(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def is_barred(span: Span, present: Sequence[Span], ground: Ground) -> bool:
    if not ground.limits.bars:
        return False
    zone = ground.site.zone
    broken = caused(breaches(present, ground.limits, zone), breaches([*present, span], ground.limits, zone))
    return any(each.is_bar for each in broken)


def span_at(shift: Shift, site: Site, distance: timedelta) -> Span:
    start, end = (each.astimezone(site.zone) for each in (shift.during.lower, shift.during.upper))
    return (
        at_wall(start.date() + distance, start.time(), site.zone),
        at_wall(end.date() + distance, end.time(), site.zone),
    )


def draft_like(shift: Shift, span: Span) -> Shift:
    return Shift(
        user=shift.user,
        site_id=shift.site_id,
        during=DateTimeTZRange(*span, "[)"),
        pattern=shift.pattern,
        is_on_call=shift.is_on_call,
        is_draft=True,
    )
