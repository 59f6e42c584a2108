"""Leave: asked for, granted or declined, taken back; and sickness, which nobody asks leave for.

A shift says when somebody will work, so what falls into granted leave is cut out of their shifts.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.refusals import refusing
from staff.duty_news import tell_managers, tell_person
from staff.errors import StaffError
from staff.languages import in_each_language
from staff.models import Leave, Shift, StaffLog, User
from staff.services.shifts import queue_for, record_shift, save_times, take_away

Span = tuple[datetime, datetime]


@transaction.atomic
def request_leave(
    *, user: User, kind: str, start: datetime, end: datetime, note: str, actor: User, now: datetime
) -> Leave:
    """Raises `leave_order`, and `leave_overlap` when granted leave of that time stands already."""
    queue_for(user)
    wanted = span_of(start, end)
    if Leave.objects.filter(user=user, state=Leave.State.GRANTED, during__overlap=wanted).exists():
        raise StaffError("leave_overlap")
    leave = Leave.objects.create(user=user, during=wanted, kind=kind, note=note, asked_by=actor, asked_at=now)
    record(leave, "leave_requested", actor, now)
    cut = Shift.objects.filter(user=user, during__overlap=wanted).count()
    params = {"kind": in_each_language(Leave.Kind(kind).label), "count": cut}
    tell_managers(leave, "leave_asked", params, actor, now)
    return leave


@transaction.atomic
def grant_leave(*, leave_id: int, actor: User, now: datetime) -> list[Span]:
    """Answers the working time that falls away by it, published or not."""
    leave = open_request(leave_id)
    decide(leave, Leave.State.GRANTED, actor, now)
    lost = cut_shifts(leave, actor, now)
    tell_person(leave, "leave_granted", {"count": len(lost)}, actor, now)
    return lost


@transaction.atomic
def decline_leave(*, leave_id: int, actor: User, now: datetime) -> None:
    leave = open_request(leave_id)
    decide(leave, Leave.State.DECLINED, actor, now)
    tell_person(leave, "leave_declined", {}, actor, now)


@transaction.atomic
def withdraw_leave(*, leave_id: int, actor: User, now: datetime) -> None:
    """An open request, or granted leave that has not ended; the shifts it cut are not brought back."""
    leave = locked(leave_id)
    is_over = leave.during.upper <= now
    if leave.state not in (Leave.State.REQUESTED, Leave.State.GRANTED) or is_over:
        raise StaffError("leave_settled")
    leave.state = Leave.State.WITHDRAWN
    leave.save(update_fields=["state"])
    record(leave, "leave_withdrawn", actor, now)
    tell_person(leave, "leave_called_off", {}, actor, now)
    tell_managers(leave, "leave_withdrawn", {}, actor, now)


@transaction.atomic
def enter_sickness(
    *,
    user: User,
    start: datetime,
    end: datetime,
    actor: User,
    now: datetime,
    note: str = "",
    is_told: bool = True,
) -> tuple[Leave, list[Span]]:
    """Granted as it is entered; answers the working time that falls away by it too. Raises `leave_overlap`.

    Without `is_told` whoever calls has more to say to the person and says it.
    """
    queue_for(user)
    facts = {"user": user, "during": span_of(start, end), "kind": Leave.Kind.SICK, "note": note}
    with overlap_refused():
        leave = Leave.objects.create(
            **facts, state=Leave.State.GRANTED, asked_by=actor, asked_at=now, decided_by=actor, decided_at=now
        )
    record(leave, "sickness_entered", actor, now)
    if is_told:
        tell_person(leave, "sickness_entered", {}, actor, now)
    return leave, cut_shifts(leave, actor, now)


def open_request(leave_id: int) -> Leave:
    leave = locked(leave_id)
    if leave.state != Leave.State.REQUESTED:
        raise StaffError("leave_settled")
    return leave


def locked(leave_id: int) -> Leave:
    """The leave, behind its person, in the order every writer of working time takes."""
    found = Leave.objects.select_related("user").filter(pk=leave_id).first()
    if found is None:
        raise StaffError("leave_gone")
    queue_for(found.user)
    return Leave.objects.select_for_update(of=("self",)).select_related("user__site").get(pk=leave_id)


def decide(leave: Leave, state: str, actor: User, now: datetime) -> None:
    leave.state, leave.decided_by, leave.decided_at = state, actor, now
    with overlap_refused():
        leave.save(update_fields=["state", "decided_by", "decided_at"])
    record(leave, f"leave_{state}", actor, now)


def cut_shifts(leave: Leave, actor: User, now: datetime) -> list[Span]:
    begins, ends = leave.during.lower, leave.during.upper
    lost = []
    for shift in Shift.objects.filter(user=leave.user_id, during__overlap=leave.during).order_by("during"):
        old = (shift.during.lower, shift.during.upper)
        lost.append((max(old[0], begins), min(old[1], ends)))
        keep_rest(shift, [(old[0], min(old[1], begins)), (max(old[0], ends), old[1])], actor, now)
    return lost


def keep_rest(shift: Shift, parts: Sequence[Span], actor: User | None, now: datetime) -> None:
    before = (shift.during.lower, shift.during.upper)
    left = [DateTimeTZRange(*part, "[)") for part in parts if part[0] < part[1]]
    if not left:
        take_away(shift, actor, now)
        return
    shift.during = left[0]
    save_times(shift, before, actor, now)
    for further in left[1:]:
        facts = {"pattern_id": shift.pattern_id, "is_on_call": shift.is_on_call, "is_draft": shift.is_draft}
        facts |= {"user_id": shift.user_id, "site_id": shift.site_id}
        made = Shift.objects.create(during=further, changed_at=now, **facts)
        record_shift(made, "shift_created", {"during": [None, bounds(further)]}, actor, now)


def overlap_refused() -> AbstractContextManager[None]:
    return refusing({"leave_no_overlap": "leave_overlap"}, StaffError)


def span_of(start: datetime, end: datetime) -> DateTimeTZRange:
    if start >= end:
        raise StaffError("leave_order")
    return DateTimeTZRange(start, end, "[)")


def bounds(during: DateTimeTZRange) -> list[str]:
    return [during.lower.isoformat(), during.upper.isoformat()]


def record(leave: Leave, verb: str, actor: User, now: datetime) -> None:
    # Not the note: a log of who worked when is read by more people than what somebody was ill with.
    changes = {"kind": leave.kind, "during": bounds(leave.during)}
    StaffLog.objects.create(person=leave.user, at=now, actor=actor, verb=verb, changes=changes)
