"""Whose step it is: the assigned person of its role, the applicant for the host, else everyone of the role on shift.

Where several people are assigned in one role their steps are dealt out by the item's place in the standard and the
round, so that a step stays with its person when other items come or go, and two servers take rounds in turn.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bookings.models import Booking
from checklists.models import Assignment, Step, StepEvent
from checklists.models.standard import StepRole
from checklists.services.diffing import Difference
from staff.models import User


def set_owners(*, booking: Booking, steps: Iterable[Step], now: datetime, found: Difference) -> None:
    """Give open steps their assignee; rows that change for nothing else join the difference as changed."""
    people = people_by_role(booking)
    saved = {id(step) for step in found.open_steps}
    events = []
    for step in steps:
        if step.state != Step.State.OPEN or step.is_taken_over:
            continue
        owner = owner_of(step, people)
        if step.assignee_id == (owner.pk if owner else None):
            continue
        step.assignee = owner
        found.columns.add("assignee")
        if id(step) not in saved:
            found.changed.append(step)
            events.append(StepEvent(step=step, at=now, verb="assigned", data={"user": owner.pk if owner else None}))
    StepEvent.objects.bulk_create(events)


def people_by_role(booking: Booking) -> Mapping[str, Sequence[User]]:
    people: dict[str, list[User]] = {StepRole.HOST.value: [booking.applicant]}
    for assignment in Assignment.objects.filter(booking=booking).select_related("user").order_by("pk"):
        people.setdefault(assignment.role, []).append(assignment.user)
    return people


def owner_of(step: Step, people: Mapping[str, Sequence[User]]) -> User | None:
    candidates = people.get(step.role, ())
    return candidates[(step.item.position + step.round) % len(candidates)] if candidates else None
