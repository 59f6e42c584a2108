"""Plans of bookings: the standard applied as a difference, again and again, until the meeting is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.models import Booking
from checklists.facts import digest_of, expected_end, facts_of, with_facts
from checklists.models import Breach, PlanRevision, ServicePlan, Step
from checklists.selectors.standards import anchor_items, current_standard, items_of, rules_of
from checklists.services.acknowledgements import ask, owners_by_key
from checklists.services.breaches import record_breaches
from checklists.services.diffing import Difference, difference
from checklists.services.locks import lock_booking
from checklists.services.owners import set_owners
from checklists.services.readiness import keep_readiness
from checklists.services.reminders import arm_reminders, withdraw_reminders
from checklists.services.staffing import follow_booking, release_people, tell_late_plan
from checklists.unforeseen import keep_ahead
from checklists.wanted import AFTER, WantedStep, wanted_for_booking
from rooms.models import Room
from rooms.selectors import calendar_of
from staff import live
from staff.models import User

LIVE = (Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED)
GONE = (Booking.Status.CANCELLED, Booking.Status.DECLINED)


@transaction.atomic
def plan_booking(
    *, booking_id: int, now: datetime, actor: User | None = None, cause: str = "sweep"
) -> PlanRevision | None:
    """Bring the plan in line with the booking; None when nothing changed, so that twice is the same as once.

    A booking that is no longer to be served has its plan withdrawn; a closed one is left as it is. What was
    ticked, skipped or missed stays. `cause` and `actor` say in the difference what set the planning off.
    """
    status = lock_booking(booking_id).status
    if status not in LIVE:
        if status != Booking.Status.CLOSED:
            withdraw_plan(booking_id=booking_id, now=now, actor=actor, cause=cause)
        return None
    booking = with_facts(Booking.objects.filter(pk=booking_id)).get()
    plan = plan_row(booking, now)
    is_first = not plan.facts_digest and not plan.revisions.exists()
    found, steps = compare(booking, plan, now)
    owners = owners_by_key(steps)
    told = follow_booking(booking=booking, now=now)
    set_owners(booking=booking, steps=steps, now=now, found=found)
    found.save(actor=actor, now=now)
    keep_readiness(plan, steps)
    record_breaches(booking=booking, steps=steps, now=now)
    belated = arm_reminders(steps=steps, now=now)
    revision = record_revision(plan, found, Origin(booking, actor, cause, now))
    if revision and belated:
        tell_late_plan(booking=booking, revision=revision, reminders=belated, now=now)
    if revision and not is_first:
        ask(revision=revision, booking=booking, steps=steps, owners=owners, told=told, now=now)
    if found:
        live.publish("step", (found.open_steps + found.withdrawn + found.missed)[0].pk, site_id=booking.site_id)
    return revision


def plan_row(booking: Booking, now: datetime) -> ServicePlan:
    """The booking's plan; it keeps the standard it was first made from."""
    plan = ServicePlan.objects.select_related("standard").defer("standard__document").filter(booking=booking).first()
    return plan or ServicePlan.objects.create(booking=booking, standard=current_standard(booking.site), planned_at=now)


def compare(booking: Booking, plan: ServicePlan, now: datetime) -> tuple[Difference, list[Step]]:
    """The difference to make, and every step as it will be then; the plan's digest is saved on the way."""
    rules, calendar = rules_of(plan.standard), calendar_of(booking.site)
    facts = facts_of(booking, anchor_items(rules))
    mine = Step.objects.filter(booking=booking, is_on_demand=False)
    existing = list(mine.select_related("item", "assignee"))
    wanted = wanted_for_booking(
        rules=rules,
        facts=facts,
        calendar=calendar,
        expected_end_at=expected_end(booking, now),
        steps=existing,
    )
    wanted = keep_ahead(wanted, rules=rules, facts=facts, steps=existing, now=now)
    found = difference(
        wanted=wanted_until(booking, wanted),
        existing=existing,
        items=items_of(plan.standard),
        owner={"booking_id": booking.pk, "site_id": booking.site_id, "room_id": booking.room_id},
    )
    miss_past(booking, found, existing)
    plan.planned_at = now
    plan.facts_digest = digest_of(facts, standard_id=plan.standard_id, booking=booking, calendar=calendar, now=now)
    plan.save(update_fields=["planned_at", "facts_digest"])
    return found, [*existing, *found.created]


def wanted_until(booking: Booking, wanted: Sequence[WantedStep]) -> list[WantedStep]:
    """Once the meeting is over, what was only due later before or during it is not wanted any more."""
    over_at = booking.actual_end_at
    if over_at is None:
        return list(wanted)
    return [each for each in wanted if each.phase == AFTER or each.fields["due_at"] <= over_at]


def miss_past(booking: Booking, found: Difference, existing: Sequence[Step]) -> None:
    """At the end, open steps from before and during the meeting become missed, rounds that were due among them."""
    over_at = booking.actual_end_at
    if over_at is None:
        return
    asked = Step.objects.filter(booking=booking, is_on_demand=True, state=Step.State.OPEN).select_related("item")
    for step in [*existing, *found.created, *asked]:
        was_open = step.state == Step.State.OPEN or (step in found.withdrawn and "rhythm" in step.details)
        if was_open and step.item.phase != AFTER and step.due_at <= over_at:
            step.state = Step.State.MISSED
            found.missed.append(step)
    found.withdrawn = [step for step in found.withdrawn if step.state == Step.State.WITHDRAWN]


@dataclass(frozen=True)
class Origin:
    """What set a planning off."""

    booking: Booking
    actor: User | None
    cause: str
    now: datetime


def record_revision(plan: ServicePlan, found: Difference, origin: Origin) -> PlanRevision | None:
    """The difference as a row; a round that rolls on from a tick is the plan at work, not a change of it."""
    rolled = {step.key for step in [*found.created, *found.revived] if step.round > 1 and "rhythm" in step.details}
    added = [step.key for step in [*found.created, *found.revived] if step.key not in rolled]
    withdrawn = [step.key for step in found.withdrawn]
    moved, altered = ([each for each in told if each["key"] not in rolled] for told in (found.moved, found.altered))
    changed = [*room_changes(found, origin.booking), *altered]
    if not (added or withdrawn or moved or changed):
        return None
    return PlanRevision.objects.create(
        plan=plan,
        at=origin.now,
        actor=origin.actor,
        cause=origin.cause,
        added=added,
        moved=moved,
        withdrawn=withdrawn,
        changed=changed,
    )


def room_changes(found: Difference, booking: Booking) -> list[dict[str, Any]]:
    """One entry for the meeting's move to another room, not one for each of its steps."""
    left = Room.objects.filter(pk__in=found.rooms_left).order_by("code") if found.rooms_left else ()
    return [{"key": "", "field": "room", "from": room.code, "to": booking.room.code} for room in left]


@transaction.atomic
def withdraw_plan(
    *, booking_id: int, now: datetime, actor: User | None = None, cause: str = "sweep"
) -> PlanRevision | None:
    """Withdraw what is open: the booking is cancelled, or waits for a new decision and keeps its people."""
    booking = lock_booking(booking_id)
    open_steps = Step.objects.filter(booking=booking, state=Step.State.OPEN)
    steps = list(open_steps.select_related("item", "assignee"))
    owners = owners_by_key(steps)
    for step in steps:
        step.state = Step.State.WITHDRAWN
    Difference(withdrawn=steps).save(actor=actor, now=now)
    withdraw_reminders(steps=steps, reason="withdrawn")
    Breach.objects.filter(booking=booking, gap_until=None, limit_at__lt=now).update(gap_until=now)
    told = release_people(booking=booking, now=now) if booking.status in GONE else frozenset()
    plan = ServicePlan.objects.filter(booking=booking).first()
    if plan is None or not steps:
        return None
    # Nothing of the last planning holds any more: the sweep plans anew once the booking is live again.
    plan.facts_digest, plan.ready_at, plan.ready_due_at = "", None, None
    plan.save(update_fields=["facts_digest", "ready_at", "ready_due_at"])
    live.publish("step", steps[0].pk, site_id=booking.site_id)
    withdrawn = [step.key for step in steps]
    revision = PlanRevision.objects.create(plan=plan, at=now, actor=actor, cause=cause, withdrawn=withdrawn)
    ask(revision=revision, booking=booking, steps=steps, owners=owners, told=told, now=now)
    return revision


@transaction.atomic
def note_complaint(*, booking_id: int, now: datetime) -> bool:
    """Remember that someone complained about the meeting, so that its review (A12) is planned; True the first time."""
    booking = lock_booking(booking_id)
    if not ServicePlan.objects.filter(booking=booking, has_complaint=False).update(has_complaint=True):
        return False
    plan_booking(booking_id=booking.pk, now=now, cause="changed")
    return True
