"""Plans and steps as the outside reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from bookings.models import Booking
from checklists.models import PlanRevision, ServicePlan, Step
from checklists.unannounced import announced_to, without_hidden
from rooms.models import Site
from rooms.selectors import day_bounds
from staff.models import User
from staff.roles import DUTY_ROLES, Role


@dataclass(frozen=True)
class PlanView:
    """A booking's plan: the number of its standard, its steps in due order and what each planning changed."""

    standard: int
    steps: Sequence[Step]
    revisions: Sequence[PlanRevision]


def plan_of(booking: Booking, reader: User | None = None) -> PlanView | None:
    """All of it, or as much as `reader` may know."""
    plan = ServicePlan.objects.select_related("standard").defer("standard__document").filter(booking=booking).first()
    if plan is None:
        return None
    steps = without_hidden(booking.steps.all(), reader) if reader else booking.steps.all()
    # Plans are made by published standards, and those have a number.
    return PlanView(plan.standard.number or 0, list(steps_with_people(steps)), list(plan.revisions.all()))


def steps_with_people(steps: QuerySet[Step]) -> QuerySet[Step]:
    return steps.select_related("item", "assignee", "done_by", "room", "booking", "site")


def steps_visible_to(user: User) -> QuerySet[Step]:
    """Steps of the site for those who work there, and of one's own meetings; spot checks for managers."""
    if user.has_role(Role.ADMINISTRATOR):
        return Step.objects.all()
    mine = Q(booking__applicant=user) | Q(assignee=user)
    if user.site_id and user.has_role(*DUTY_ROLES):
        mine |= Q(site=user.site_id)
    return Step.objects.filter(mine, announced_to(user))


def steps_of(user: User, *, mine: bool, day: tuple[Site, date] | None, state: str | None) -> QuerySet[Step]:
    """`mine`: what the person has, and what has nobody and is of their role."""
    steps = steps_with_people(steps_visible_to(user))
    if mine:
        own = Q(assignee=user)
        if user.site_id:
            own |= Q(assignee=None, site=user.site_id, role__in=sorted(user.roles))
        steps = steps.filter(own)
    if day:
        day_from, day_until = day_bounds(*day)
        steps = steps.filter(due_at__gte=day_from, due_at__lt=day_until)
    return steps.filter(state=state) if state else steps


def late_seconds(step: Step, now: datetime) -> int:
    """How long after its due time a step was settled, or how long it has been waiting; 0 when in time."""
    until = step.done_at or (now if step.state == Step.State.OPEN else None)
    return max(int((until - step.due_at).total_seconds()), 0) if until else 0


def step_data(step: Step, now: datetime) -> dict[str, Any]:
    """One step as plain data, times in the site's zone."""
    zone = step.site.zone
    return {
        "id": step.pk,
        "item": step.item.code,
        "phase": step.item.phase,
        "round": step.round,
        "subject": step.subject,
        "role": step.role,
        "title": step.item.title,
        "evidence": step.details.get("evidence", {"kind": "tick"}),
        "quantities": step.details.get("quantities", {}),
        "booking": step.booking.ref if step.booking else None,
        "room": step.room.code if step.room else None,
        "opens_at": step.opens_at.astimezone(zone),
        "due_at": step.due_at.astimezone(zone),
        "state": step.state,
        "assignee": step.assignee.username if step.assignee else None,
        "done_at": step.done_at.astimezone(zone) if step.done_at else None,
        "done_by": step.done_by.username if step.done_by else None,
        "late_seconds": late_seconds(step, now),
    }


def plan_data(booking: Booking, now: datetime, reader: User | None = None) -> dict[str, Any]:
    plan = plan_of(booking, reader)
    steps: Iterable[Step] = plan.steps if plan else ()
    return {"standard": plan.standard if plan else None, "steps": [step_data(step, now) for step in steps]}
