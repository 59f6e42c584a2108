"""A site's week: usual shifts put on days, shifts moved between people and days, a week copied, a week published.

A shift of a coming week that was never published is a draft; one of a published or present week binds at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.models import Site
from rooms.selectors import midnight
from staff import live
from staff.duty_news import tell_added, tell_changed, tell_published, tell_removed
from staff.errors import StaffError
from staff.models import RosterPublication, Shift, ShiftPattern, StaffLog, User
from staff.pattern_times import at_wall, spans_on, walls_of
from staff.services.shifts import (
    create_shifts,
    leave_trace,
    locked_shift,
    overlap_refused,
    queue_for,
    queue_for_roster,
    range_of,
    record_shift,
    refuse_absent,
    save_times,
)
from staff.services.working_time import held_to_rules
from staff.week_copy import WeekCopy, plan_copy
from staff.week_reads import is_week_binding, last_publication, week_window, why_not_published
from staff.working_time import monday_of

Span = tuple[datetime, datetime]


def place_pattern(*, pattern: ShiftPattern, user: User, on: date, actor: User, now: datetime) -> list[Shift]:
    """The pattern's shifts of that day, all or none."""
    if not pattern.is_active:
        raise StaffError("pattern_out_of_use")
    site = pattern.site
    return plan_shifts(
        site=site,
        on=on,
        now=now,
        user=user,
        spans=spans_on(walls_of(pattern.spans), on, site.zone),
        pattern=pattern,
        is_on_call=pattern.is_on_call,
        actor=actor,
    )


@transaction.atomic
def plan_shifts(
    *,
    user: User,
    site: Site,
    on: date,
    spans: Sequence[Span],
    actor: User,
    now: datetime,
    pattern: ShiftPattern | None = None,
    is_on_call: bool = False,
) -> list[Shift]:
    """Drafts where the day's week is not published yet; whoever publishes it meanwhile waits, or is waited for."""
    queue_for_roster(site)
    facts: dict[str, Any] = {"pattern": pattern, "is_on_call": is_on_call}
    facts["is_draft"] = not is_week_binding(site, on, now)
    return create_shifts(user=user, site=site, spans=spans, actor=actor, now=now, **facts)


def move_shift(*, shift_id: int, user: User, on: date, actor: User, now: datetime) -> Shift:
    """The same times of another day, or another person's; there twice is there once."""
    with transaction.atomic(), overlap_refused():
        shift = locked_shift(shift_id, user)
        before, giver = (shift.during.lower, shift.during.upper), shift.user
        span = moved_span(shift, on)
        if span == before and giver.pk == user.pk:
            return shift
        refuse_absent(user, [span])
        with held_to_rules([giver, user], shift.site, [before, span]):
            shift.during = range_of(*span)
            if giver.pk == user.pk:
                save_times(shift, before, actor, now)
            else:
                tell_removed_from(shift, giver, before, actor, now)
                pass_on(shift, user, before, actor, now)
        if giver.pk == user.pk:
            tell_changed(shift, before, actor, now)
        else:
            tell_added([shift], actor, now)
    return shift


def tell_removed_from(shift: Shift, giver: User, before: Span, actor: User, now: datetime) -> None:
    gone = Shift(pk=shift.pk, user=giver, during=range_of(*before), version=shift.version, is_draft=shift.is_draft)
    tell_removed(gone, actor, now)


def pass_on(shift: Shift, user: User, before: Span, actor: User | None, now: datetime) -> None:
    """To another person: gone from the one calendar, new in the other."""
    old = [moment.isoformat() for moment in before]
    new = [shift.during.lower.isoformat(), shift.during.upper.isoformat()]
    kept, shift.during = shift.during, range_of(*before)
    record_shift(shift, "shift_removed", {"during": [old, None]}, actor, now)
    leave_trace(shift, now)
    shift.during = kept
    shift.user = user
    shift.version += 2
    shift.changed_at = now
    shift.save(update_fields=["user", "during", "version", "changed_at"])
    record_shift(shift, "shift_created", {"during": [None, new]}, actor, now)


def copy_shift(*, shift_id: int, user: User, on: date, actor: User, now: datetime) -> Shift:
    """One like it on another day or for another person."""
    shift = Shift.objects.select_related("site", "pattern").filter(pk=shift_id).first()
    if shift is None:
        raise StaffError("shift_gone")
    return plan_shifts(
        user=user,
        site=shift.site,
        on=on,
        spans=[moved_span(shift, on)],
        pattern=shift.pattern,
        is_on_call=shift.is_on_call,
        actor=actor,
        now=now,
    )[0]


def moved_span(shift: Shift, on: date) -> Span:
    """The same wall clock on another day, also where a clock change lies between."""
    start, end = (each.astimezone(shift.site.zone) for each in (shift.during.lower, shift.during.upper))
    ends_on = on + (end.date() - start.date())
    zone = shift.site.zone
    return at_wall(on, start.time(), zone), at_wall(ends_on, end.time(), zone)


@transaction.atomic
def copy_week(*, site: Site, source_on: date, target_on: date, actor: User, now: datetime) -> WeekCopy:
    """As drafts; answers what stood in the way as well. A second time finds everything there already."""
    people = User.objects.filter(
        pk__in=Shift.objects.filter(
            site=site, during__overlap=DateTimeTZRange(*week_window(site, source_on), "[)")
        ).values("user")
    )
    queue_for(*people)
    copy = plan_copy(site=site, source_on=source_on, target_on=target_on)
    with overlap_refused():
        Shift.objects.bulk_create(copy.shifts)
    StaffLog.objects.bulk_create(
        StaffLog(person_id=shift.user_id, at=now, actor=actor, verb="shift_created", changes=drafted(shift))
        for shift in copy.shifts
    )
    return copy


def drafted(shift: Shift) -> dict[str, list[object]]:
    return {"during": [None, [shift.during.lower.isoformat(), shift.during.upper.isoformat()]]}


@transaction.atomic
def publish_week(*, site: Site, on: date, actor: User, now: datetime) -> RosterPublication:
    """The drafts of the week become binding, and each person is told of theirs.

    Raises `week_empty`, and `week_unchanged` where nothing is new since the last time: of two at once the second.
    """
    queue_for_roster(site)
    week_on = monday_of(on)
    drafts = drafts_of_week(site, week_on)
    queue_for(*{shift.user for shift in drafts})
    # Behind the locks: what was removed meanwhile is not told of.
    drafts = drafts_of_week(site, week_on)
    if code := why_not_published(site, week_on):
        last = last_publication(site, week_on)
        raise StaffError(code, **({"who": str(last.published_by)} if last else {}))
    Shift.objects.filter(pk__in=[shift.pk for shift in drafts]).update(is_draft=False, changed_at=now)
    publication = RosterPublication.objects.create(
        site=site, week_on=week_on, shift_count=len(drafts), published_at=now, published_by=actor
    )
    tell_published(publication, by_person(drafts), now)
    live.publish("shift", 0, site_id=site.pk)
    return publication


def drafts_of_week(site: Site, week_on: date) -> list[Shift]:
    begins, ends = midnight(site, week_on), midnight(site, week_on + timedelta(days=7))
    rows = Shift.objects.filter(site=site, is_draft=True, during__overlap=DateTimeTZRange(begins, ends, "[)"))
    return [shift for shift in rows.select_related("user").order_by("during") if shift.during.lower >= begins]


def by_person(shifts: Sequence[Shift]) -> dict[User, list[Shift]]:
    found: dict[User, list[Shift]] = defaultdict(list)
    for shift in shifts:
        found[shift.user].append(shift)
    return found
