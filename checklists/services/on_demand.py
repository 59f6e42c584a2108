"""Steps that people set off, not the standard's clock: made with a person and a time at once, settled by what happens.

Planning leaves them alone (`is_on_demand`); everything here is called under the lock of the booking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.models import ServicePlan, ServiceStandard, StandardItem, Step
from checklists.selectors.roster import roster_of
from checklists.selectors.standards import current_standard, items_of, rules_of
from checklists.services.events import log_step
from checklists.services.owners import owner_of, people_by_role
from checklists.services.reminders import arm_reminders, responsible, withdraw_reminders
from checklists.standards.rules import Rule
from staff import live
from staff.models import User
from staff.selectors import people_on_shift

State = Step.State
SERVED = (Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED)
# Where the standard says nothing of its own.
DUE_WITHIN = {"U5": timedelta(minutes=5), "U6": timedelta(minutes=10), "U7": timedelta(minutes=60)}
# The same thing said again by the same person within this time is one tap that arrived twice.
SAME_TAP = timedelta(seconds=20)


@dataclass(frozen=True)
class Asked:
    """What sets a step off; `role` is wanted where somebody has it, and `due_at` overrides the standard's time."""

    code: str
    details: Mapping[str, Any]
    role: str = ""
    due_at: datetime | None = None


def add_step(*, booking: Booking, asked: Asked, actor: User | None, now: datetime) -> Step:
    """A step of the meeting from now on, with its person and its reminders; raises `not_in_standard`."""
    rule, item = rule_of(booking, asked.code)
    number = Step.objects.filter(booking=booking, item__code=asked.code).count() + 1
    people = people_by_role(booking)
    role = chosen_role(rule, asked.role, people, booking, now)
    step = Step(
        site=booking.site,
        booking=booking,
        room=booking.room,
        item=item,
        key=f"{asked.code}:{number}:{uuid4().hex[:8]}",
        round=number,
        details=dict(asked.details) | {"evidence": evidence_of(rule)},
        role=role,
        helpers=[each for each in rule.roles if each != role],
        opens_at=now,
        due_at=asked.due_at or now + due_within(rule),
        is_on_demand=True,
    )
    step.assignee = owner_of(step, people)
    step.save()
    log_step(step, "asked", actor=actor, now=now)
    arm_reminders(steps=[step], now=now)
    live.publish("step", step.pk, site_id=step.site_id)
    return step


def rule_of(booking: Booking, code: str) -> tuple[Rule, StandardItem]:
    standard = standard_of(booking)
    rule = rules_of(standard).by_id.get(code)
    if rule is None:
        raise ChecklistError("not_in_standard", item=code)
    return rule, items_of(standard)[code]


def standard_of(booking: Booking) -> ServiceStandard:
    plan = ServicePlan.objects.select_related("standard").defer("standard__document").filter(booking=booking).first()
    return plan.standard if plan else current_standard(booking.site)


def evidence_of(rule: Rule) -> dict[str, Any]:
    return {name: value for name, value in asdict(rule.evidence).items() if value not in (None, "")}


def due_within(rule: Rule) -> timedelta:
    minutes = next((moment.minutes for moment in rule.moments if moment.minutes > 0), 0)
    return timedelta(minutes=minutes) if minutes else DUE_WITHIN[rule.id]


def chosen_role(rule: Rule, wanted: str, people: Mapping[str, Sequence[User]], booking: Booking, now: datetime) -> str:
    """The wanted role where somebody serves the meeting in it or is on shift; the rule's own otherwise."""
    if wanted and (people.get(wanted) or people_on_shift(site=booking.site, role=wanted, at=now)):
        return wanted
    return rule.role


def people_asked(step: Step, now: datetime) -> list[User]:
    """Whom the step concerns at once: its person, else everyone of its role on shift, else whoever can be reached."""
    return list(responsible(step, now, roster_of(step.site_id, now, now + timedelta(minutes=1)), now))


def settle(step: Step, state: str, *, note: str, actor: User, now: datetime) -> None:
    """Done or skipped by what happened to its wish, note or incident; one missed at the meeting's end is made good."""
    if step.state not in {State.OPEN, State.MISSED}:
        return
    step.state, step.done_at, step.done_by, step.note = state, now, actor, note
    step.save(update_fields=["state", "done_at", "done_by", "note"])
    withdraw_reminders(steps=[step], reason="settled")
    log_step(step, state, actor=actor, now=now)
    live.publish("step", step.pk, site_id=step.site_id)


def refuse_own_way(step: Step) -> None:
    """A note has two sides and an incident an end: neither is done, or taken back, by one tap."""
    if step.details.get("note"):
        raise ChecklistError("note_unfinished")
    if step.details.get("incident"):
        raise ChecklistError("incident_open")
