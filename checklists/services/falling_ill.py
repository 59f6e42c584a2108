"""Somebody cannot come: sickness entered, their meetings and steps passed on, and everyone told, in one go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.links import tablet_url
from checklists.models import Assignment, Step
from checklists.selectors.absence import assignments_lost, digest_of, steps_lost
from checklists.services.events import log_step
from checklists.services.locks import lock_bookings, lock_site
from checklists.services.proposals import in_words
from checklists.services.reminders import arm_reminders
from checklists.services.staffing import hand_out_steps, span_of, write_in_a_lane
from staff import live
from staff.models import Leave, User
from staff.notice_kinds import Urgency
from staff.services.leave import enter_sickness
from staff.services.notices import Draft, notify_all
from staff.services.shift_cover import Choice, ShiftsCovered, cover_shifts, named_in
from staff.shift_cover import shifts_lost


@dataclass(frozen=True)
class Covered:
    passed: int
    open: int
    shifts: ShiftsCovered = field(default_factory=ShiftsCovered)


@transaction.atomic
def cover_sickness(
    *,
    user_id: int,
    start: datetime,
    end: datetime,
    takers: Mapping[int, int],
    shifts: Mapping[int, Choice],
    digest: str,
    actor: User,
    now: datetime,
) -> Covered:
    """`takers` by assignment, `shifts` by shift; what nobody is named for is left open. Twice is the same as once.

    Raises `absence_changed` when the person has other meetings or shifts by now than were shown, `person_elsewhere`
    and `person_without_role`; of the staff `leave_overlap` where other leave of that time stands, and what a shift is
    refused by.
    """
    person = User.objects.select_related("site").get(pk=user_id)
    lost = assignments_lost(person, start, end)
    lock_all(person, lost, steps_lost(person, start, end), {*takers.values()} | named_in(shifts.values()))
    if Leave.objects.filter(user=person, kind=Leave.Kind.SICK, state=Leave.State.GRANTED, during=(start, end)).exists():
        return Covered(0, 0)
    lost = assignments_lost(person, start, end)
    shifts_now = shifts_lost(person, start, end)
    if digest_of(lost, shifts_now) != digest:
        raise ChecklistError("absence_changed")
    enter_sickness(user=person, start=start, end=end, actor=actor, now=now, is_told=False)
    facts: dict[str, Any] = {"actor": actor, "now": now}
    handed = cover_shifts(person=person, lost=shifts_now, span=(start, end), choices=shifts, **facts)
    steps = steps_lost(person, start, end)
    release_steps(steps, actor, now)
    passed = pass_meetings(lost, takers, actor, now)
    hand_out([*(each.booking for each in lost), *(step.booking for step in steps if step.booking)], now)
    tell(person, lost, passed, end=end, actor=actor, now=now)
    live.publish("booking", 0, site_id=person.site_id)
    return Covered(len(passed), len(lost) - len(passed), handed)


def lock_all(person: User, lost: Sequence[Assignment], steps: Sequence[Step], takers: Collection[int]) -> None:
    """Meetings in their order, the site for daily steps, then people in theirs; the sickness wants a full lock."""
    lock_bookings([*(each.booking_id for each in lost), *(step.booking_id for step in steps if step.booking_id)])
    if person.site_id:
        lock_site(person.site_id)
    people = {person.pk, *takers}
    list(User.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))


def release_steps(steps: Sequence[Step], actor: User, now: datetime) -> None:
    """Back to whoever serves the meeting, or to the role."""
    for step in steps:
        step.assignee, step.is_taken_over = None, False
        step.save(update_fields=["assignee", "is_taken_over"])
        log_step(step, "assigned", actor=actor, now=now, user=None)
    daily = [step for step in steps if step.booking_id is None]
    if daily:
        arm_reminders(steps=daily, now=now)


def pass_meetings(
    lost: Sequence[Assignment], takers: Mapping[int, int], actor: User, now: datetime
) -> dict[int, Assignment]:
    """The new assignments by the old ones' ids."""
    Assignment.objects.filter(pk__in=[each.pk for each in lost]).delete()
    people = User.objects.in_bulk(set(takers.values()))
    passed = {}
    for each in lost:
        taker = people.get(takers.get(each.pk, 0))
        if taker is not None:
            passed[each.pk] = place(each, taker, actor, now)
    return passed


def hand_out(bookings: Sequence[Booking], now: datetime) -> None:
    for _pk, booking in sorted({each.pk: each for each in bookings}.items()):
        hand_out_steps(booking, now)


def place(lost: Assignment, taker: User, actor: User, now: datetime) -> Assignment:
    booking, role = lost.booking, lost.role
    if taker.pk == lost.user_id or taker.site_id != booking.site_id or not taker.has_role(role):
        raise ChecklistError("person_without_role")
    known = Assignment.objects.filter(booking=booking, user=taker, role=role).first()
    facts: dict[str, Any] = {"booking": booking, "user": taker, "role": role, "during": span_of(booking)}
    return known or write_in_a_lane(Assignment(**facts, assigned_by=actor, assigned_at=now))


def tell(
    person: User,
    lost: Sequence[Assignment],
    passed: Mapping[int, Assignment],
    *,
    end: datetime,
    actor: User,
    now: datetime,
) -> None:
    """Each taker urgently, with all they take; who is ill gently. Nobody reads why somebody is away."""
    moment = f"{now.timestamp():.0f}"
    by_taker: dict[int, list[Assignment]] = {}
    for assignment in passed.values():
        by_taker.setdefault(assignment.user_id, []).append(assignment)
    drafts = [
        Draft(
            recipient=rows[0].user,
            code="cover_taken",
            params={
                "person": person.get_full_name(),
                "meetings": len(rows),
                "lines": in_words([each.booking for each in rows]),
            },
            url=tablet_url(),
            key=f"cover-taken:{person.pk}:{taker_id}:{moment}",
            urgency=Urgency.URGENT,
        )
        for taker_id, rows in sorted(by_taker.items())
        if taker_id != actor.pk
    ]
    if person.pk != actor.pk:
        params = {"until": end.isoformat(), "meetings": len(lost)}
        key = f"sick-entered:{person.pk}:{moment}"
        drafts.append(Draft(person, "sick_entered", params, tablet_url(), key, urgency=Urgency.QUIET))
    notify_all(drafts=drafts, now=now)
