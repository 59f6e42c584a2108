"""Shifts: the working time of one person. The database refuses two that overlap."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.models import Site
from rooms.refusals import refusing
from staff import live
from staff.duty_news import tell_added, tell_changed, tell_removed
from staff.errors import StaffError
from staff.models import Leave, RemovedShift, Shift, ShiftPattern, StaffLog, User
from staff.services.working_time import held_to_rules

Span = tuple[datetime, datetime]
# One of two numbers, the site's is the other; nothing else here locks by number.
ROSTER_LOCK = 7_310


def create_shift(
    *,
    user: User,
    site: Site,
    start: datetime,
    end: datetime,
    actor: User | None,
    now: datetime,
    is_on_call: bool = False,
    is_draft: bool = False,
) -> Shift:
    return create_shifts(
        user=user, site=site, spans=[(start, end)], actor=actor, now=now, is_on_call=is_on_call, is_draft=is_draft
    )[0]


def create_shifts(
    *,
    user: User,
    site: Site,
    spans: Iterable[Span],
    actor: User | None,
    now: datetime,
    pattern: ShiftPattern | None = None,
    is_on_call: bool = False,
    is_draft: bool = False,
    is_told: bool = True,
) -> list[Shift]:
    """All of them or none. Raises `shift_overlap`, `person_away`, and `bar_…` of a rule that bars.

    Without `is_told` whoever calls tells the person, of more than these.
    """
    spans = list(spans)
    facts = {"pattern": pattern, "is_on_call": is_on_call, "is_draft": is_draft, "changed_at": now}
    with transaction.atomic(), overlap_refused():
        queue_for(user)
        refuse_absent(user, spans)
        with held_to_rules([user], site, spans):
            shifts = [Shift.objects.create(user=user, site=site, during=range_of(*span), **facts) for span in spans]
        for shift in shifts:
            record_shift(shift, "shift_created", {"during": [None, _text(shift)]}, actor, now)
        if is_told:
            tell_added(shifts, actor, now)
    return shifts


def change_shift(*, shift_id: int, start: datetime, end: datetime, actor: User | None, now: datetime) -> Shift:
    with transaction.atomic(), overlap_refused():
        shift = locked_shift(shift_id)
        before = (shift.during.lower, shift.during.upper)
        shift.during = range_of(start, end)
        if before == (start, end):
            return shift
        refuse_absent(shift.user, [(start, end)])
        with held_to_rules([shift.user], shift.site, [before, (start, end)]):
            save_times(shift, before, actor, now)
        tell_changed(shift, before, actor, now)
    return shift


def save_times(shift: Shift, before: Span, actor: User | None, now: datetime) -> None:
    """Its new times, as a newer version for calendars."""
    shift.version += 1
    shift.changed_at = now
    shift.save(update_fields=["during", "version", "changed_at"])
    old = [moment.isoformat() for moment in before]
    record_shift(shift, "shift_changed", {"during": [old, _text(shift)]}, actor, now)


def remove_shift(*, shift_id: int, actor: User | None, now: datetime) -> None:
    with transaction.atomic():
        shift = locked_shift(shift_id)
        tell_removed(shift, actor, now)
        take_away(shift, actor, now)


def take_away(shift: Shift, actor: User | None, now: datetime) -> None:
    record_shift(shift, "shift_removed", {"during": [_text(shift), None]}, actor, now)
    leave_trace(shift, now)
    shift.delete()


def leave_trace(shift: Shift, now: datetime) -> None:
    """For the calendar of whoever loses a published shift; a draft was in none."""
    if shift.is_draft:
        return
    facts = {"site_id": shift.site_id, "during": shift.during, "is_on_call": shift.is_on_call}
    facts |= {"version": shift.version + 1, "removed_at": now}
    RemovedShift.objects.update_or_create(shift_id=shift.pk, user_id=shift.user_id, defaults=facts)


def overlap_refused() -> AbstractContextManager[None]:
    return refusing({"shift_no_overlap": "shift_overlap"}, StaffError)


def refuse_absent(user: User, spans: Sequence[Span]) -> None:
    """Behind the person's lock, under which leave is granted as well."""
    ranges = [range_of(*span) for span in spans]
    if not ranges:
        return
    window = range_of(min(each.lower for each in ranges), max(each.upper for each in ranges))
    away = Leave.objects.filter(user=user, state=Leave.State.GRANTED, during__overlap=window)
    for during in away.values_list("during", flat=True):
        if any(each.lower < during.upper and during.lower < each.upper for each in ranges):
            raise StaffError("person_away")


def queue_for_roster(site: Site) -> None:
    """Before the people: a week is published, filled from a sheet or planned by one after the other.

    Not the site's row, which ticks wait for as well.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ROSTER_LOCK, site.pk])


def queue_for(*people: User) -> None:
    # Rivals for one person wait here in turn, for several in one order: losing cleanly beats a deadlock.
    pks = sorted({person.pk for person in people})
    # Of no key: a notice to somebody else must not wait for a rival who waits for what this one holds.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))


def locked_shift(shift_id: int, *others: User) -> Shift:
    """The shift, locked behind its person and those it may pass to, in the order every writer takes."""
    found = Shift.objects.select_related("user").filter(pk=shift_id).first()
    if found is None:
        raise StaffError("shift_gone")
    queue_for(found.user, *others)
    rows = Shift.objects.select_for_update(of=("self",)).select_related("user", "site").filter(pk=shift_id)
    shift = rows.first()
    # Meanwhile removed, or passed to somebody whose lock is not held.
    if shift is None or shift.user_id != found.user_id:
        raise StaffError("shift_gone")
    return shift


def range_of(start: datetime, end: datetime) -> DateTimeTZRange:
    if start >= end:
        raise StaffError("shift_order")
    return DateTimeTZRange(start, end, "[)")


def _text(shift: Shift) -> list[str]:
    return [shift.during.lower.isoformat(), shift.during.upper.isoformat()]


def record_shift(shift: Shift, verb: str, changes: dict[str, list[object]], actor: User | None, now: datetime) -> None:
    StaffLog.objects.create(person=shift.user, at=now, actor=actor, verb=verb, changes=changes)
    live.publish("shift", shift.pk or 0, site_id=shift.site_id)
