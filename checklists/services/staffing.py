"""Who serves which booking: assigned by hand, carried along when the meeting moves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.links import booking_params, day_url
from checklists.models import Assignment, PlanRevision, ReleasedPerson, Step
from checklists.selectors.needs import rules_for
from checklists.selectors.staffing import may_share
from checklists.services.diffing import Difference
from checklists.services.locks import lock_booking
from checklists.services.owners import set_owners
from checklists.services.reminder_rows import NewReminder
from checklists.services.reminders import arm_reminders
from rooms.refusals import constraint_name
from staff import live
from staff.models import User
from staff.roles import Role
from staff.selectors import role_members
from staff.services.notices import notify, notify_many

STAFFABLE = (Booking.Status.APPROVED, Booking.Status.RUNNING)


@transaction.atomic
def assign_staff(*, booking_id: int, user_id: int, role: str, actor: User | None, now: datetime) -> Assignment:
    """Once per person and role; twice is the same as once. Raises `person_elsewhere` from the constraint."""
    booking = staffable(booking_id)
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if user.site_id != booking.site_id or not user.has_role(role):
        raise ChecklistError("person_without_role")
    known = Assignment.objects.filter(booking=booking, user=user, role=role).first()
    if known:
        return known
    assignment = write_in_a_lane(
        Assignment(booking=booking, user=user, role=role, during=span_of(booking), assigned_by=actor, assigned_at=now)
    )
    hand_out_steps(booking, now)
    if actor is None or actor.pk != user.pk:
        tell_person(assignment, "assigned", booking, now)
    return assignment


@transaction.atomic
def unassign_staff(*, booking_id: int, user_id: int, role: str, actor: User | None, now: datetime) -> bool:
    """True when the person was assigned."""
    booking = lock_booking(booking_id)
    found = Assignment.objects.filter(booking=booking, user=user_id, role=role).select_related("user").first()
    if found is None:
        return False
    if actor is None or actor.pk != user_id:
        tell_person(found, "unassigned", booking, now)
    found.delete()
    hand_out_steps(booking, now)
    return True


def staffable(booking_id: int) -> Booking:
    booking = lock_booking(booking_id)
    if booking.status not in STAFFABLE:
        raise ChecklistError("not_staffable", status=booking.status)
    return booking


def write_in_a_lane(assignment: Assignment) -> Assignment:
    """Where somebody serves a neighbouring room whose rounds may be shared, in the second lane."""
    try:
        return write_assignment(assignment)
    except ChecklistError:
        beside = Assignment.objects.filter(
            user=assignment.user_id, role=assignment.role, during__overlap=assignment.during
        )
        others, shared = list(beside.select_related("booking__room")), rules_for(assignment.booking.site).shared_heads
        if len(others) != 1 or not may_share(others[0].booking, assignment.booking, shared or 0):
            raise
        assignment.lane = 1 - others[0].lane
        return write_assignment(assignment)


def write_assignment(assignment: Assignment) -> Assignment:
    try:
        with transaction.atomic():
            assignment.save()
    except IntegrityError as exc:
        if constraint_name(exc) == "assignment_one_place":
            raise ChecklistError("person_elsewhere") from exc
        raise
    return assignment


def hand_out_steps(booking: Booking, now: datetime) -> None:
    """Steps and reminders follow the people; the plan itself stays."""
    steps = list(Step.objects.filter(booking=booking, state=Step.State.OPEN).select_related("item", "assignee"))
    found = Difference()
    set_owners(booking=booking, steps=steps, now=now, found=found)
    found.save(actor=None, now=now)
    arm_reminders(steps=steps, now=now)
    live.publish("booking", booking.pk, site_id=booking.site_id)


def span_of(booking: Booking) -> DateTimeTZRange:
    """The booked time, cut or moved by the actual one once the meeting has ended."""
    start, end = booking.start_at, booking.actual_end_at or booking.end_at
    if end <= start:
        start = booking.actual_start_at or start
    return DateTimeTZRange(start, end)


def follow_booking(*, booking: Booking, now: datetime) -> frozenset[int]:
    """Assignments keep to the meeting's time; who no longer fits is dropped, except from a meeting already running.

    Answers who was told of it.
    """
    assignments = list(Assignment.objects.filter(booking=booking).select_related("user").order_by("user_id", "pk"))
    if not assignments:
        return frozenset()
    list(User.objects.select_for_update(no_key=True).filter(assignments__in=assignments).order_by("pk"))
    span = span_of(booking)
    is_other_room = Step.objects.filter(booking=booking).exclude(room=booking.room_id).exists()
    told = set()
    for assignment in assignments:
        if assignment.during != span and not span.isempty:
            if move_assignment(assignment, span, booking, now):
                told.add(assignment.user_id)
        elif is_other_room:
            tell_person(assignment, "assignment_moved", booking, now)
            told.add(assignment.user_id)
    return frozenset(told)


def move_assignment(assignment: Assignment, span: DateTimeTZRange, booking: Booking, now: datetime) -> bool:
    """True when the person was told."""
    assignment.during = span
    try:
        write_assignment(assignment)
    except ChecklistError:
        if booking.status == Booking.Status.RUNNING:
            # The person is in the room; the planners decide who takes the other meeting.
            tell_planners(assignment, "assignment_overruns", booking, now)
            return False
        tell_person(assignment, "assignment_dropped", booking, now)
        tell_planners(assignment, "assignment_dropped", booking, now)
        assignment.delete()
        return True
    if booking.status == Booking.Status.ENDED:
        return False
    tell_person(assignment, "assignment_moved", booking, now)
    return True


def release_people(*, booking: Booking, now: datetime) -> frozenset[int]:
    """The meeting will not take place: its people are free again and are told; who they were."""
    released = list(Assignment.objects.filter(booking=booking).select_related("user"))
    rows = [ReleasedPerson(booking=booking, user=each.user, role=each.role) for each in released]
    ReleasedPerson.objects.bulk_create(rows, ignore_conflicts=True)
    for assignment in released:
        tell_person(assignment, "assignment_cancelled", booking, now)
        assignment.delete()
    return frozenset(assignment.user_id for assignment in released)


def tell_person(assignment: Assignment, code: str, booking: Booking, now: datetime) -> None:
    notify(
        recipient=assignment.user,
        code=code,
        params=people_params(assignment, booking),
        url=booking.get_absolute_url(),
        key=change_key(assignment, code, booking, now),
        now=now,
    )


def tell_planners(assignment: Assignment, code: str, booking: Booking, now: datetime) -> None:
    planners = {user.pk: user for role in (Role.SECRETARY, Role.MANAGER) for user in role_members(booking.site, role)}
    planners.pop(assignment.user_id, None)
    notify_many(
        recipients=planners.values(),
        code=code,
        params=people_params(assignment, booking),
        url=booking.get_absolute_url(),
        key=change_key(assignment, code, booking, now),
        now=now,
    )


def people_params(assignment: Assignment, booking: Booking) -> dict[str, Any]:
    return booking_params(booking) | {"person": assignment.user.get_full_name()}


def change_key(assignment: Assignment, code: str, booking: Booking, now: datetime) -> str:
    """One notice for one change, however often it is planned: the moment tells two like changes apart."""
    return f"{code}:{assignment.pk}:{booking.pk}:{now.timestamp():.0f}"


def tell_late_plan(
    *, booking: Booking, revision: PlanRevision, reminders: Iterable[NewReminder], now: datetime
) -> None:
    """One notice for each person whose steps were overdue when they were planned, instead of a storm of reminders."""
    overdue: dict[User, set[int]] = {}
    for reminder in reminders:
        if reminder.step.due_at <= now:
            overdue.setdefault(reminder.recipient, set()).add(reminder.step.pk)
    for user, steps in overdue.items():
        notify(
            recipient=user,
            code="plan_late",
            params=booking_params(booking) | {"count": len(steps)},
            url=day_url(booking) if user.has_role(Role.MANAGER) else booking.get_absolute_url(),
            key=f"plan-late:{revision.pk}:{user.pk}",
            now=now,
        )
