"""Plans of bookings: the standard applied as a difference, again and again, until the meeting is closed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bookings.models import Booking
from checklists.facts import digest_of, expected_end, facts_of, with_facts
from checklists.models import Breach, PlanRevision, ServicePlan, Step
from checklists.selectors.standards import anchor_items, current_standard, items_of, rules_of
from checklists.services.breaches import record_breaches
from checklists.services.diffing import Difference, difference
from checklists.services.locks import lock_booking
from checklists.services.owners import set_owners
from checklists.services.reminders import arm_reminders, withdraw_reminders
from checklists.services.staffing import follow_booking, release_people, tell_late_plan
from checklists.wanted import AFTER, WantedStep, wanted_for_booking
from rooms.selectors import calendar_of
from staff import live
from staff.models import User

LIVE = (Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED)
GONE = (Booking.Status.CANCELLED, Booking.Status.DECLINED)


@transaction.atomic
def plan_booking(*, booking_id: int, now: datetime, actor: User | None = None) -> PlanRevision | None:
    """Bring the plan in line with the booking; None when nothing changed, so that twice is the same as once.

    A booking that is no longer to be served has its plan withdrawn; a closed one is left as it is. What was
    ticked, skipped or missed stays.
    """
    status = lock_booking(booking_id).status
    if status not in LIVE:
        if status != Booking.Status.CLOSED:
            withdraw_plan(booking_id=booking_id, now=now, actor=actor)
        return None
    booking = with_facts(Booking.objects.filter(pk=booking_id)).get()
    plan = plan_row(booking, now)
    found, steps = compare(booking, plan, now)
    follow_booking(booking=booking, now=now)
    set_owners(booking=booking, steps=steps, now=now, found=found)
    found.save(actor=actor, now=now)
    record_breaches(booking=booking, steps=steps, now=now)
    belated = arm_reminders(steps=steps, now=now)
    revision = record_revision(plan, found, now)
    if revision and belated:
        tell_late_plan(booking=booking, revision=revision, reminders=belated, now=now)
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
    existing = list(Step.objects.filter(booking=booking).select_related("item", "assignee"))
    wanted = wanted_for_booking(
        rules=rules,
        facts=facts,
        calendar=calendar,
        expected_end_at=expected_end(booking, now),
        steps=existing,
    )
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
    for step in [*existing, *found.created]:
        was_open = step.state == Step.State.OPEN or (step in found.withdrawn and "rhythm" in step.details)
        if was_open and step.item.phase != AFTER and step.due_at <= over_at:
            step.state = Step.State.MISSED
            found.missed.append(step)
    found.withdrawn = [step for step in found.withdrawn if step.state == Step.State.WITHDRAWN]


def record_revision(plan: ServicePlan, found: Difference, now: datetime) -> PlanRevision | None:
    """The difference as a row; a round that rolls on from a tick is the plan at work, not a change of it."""
    rolled = {step.key for step in [*found.created, *found.revived] if step.round > 1 and "rhythm" in step.details}
    added = [step.key for step in [*found.created, *found.revived] if step.key not in rolled]
    withdrawn = [step.key for step in found.withdrawn]
    if not (added or withdrawn or found.notes):
        return None
    return PlanRevision.objects.create(plan=plan, at=now, added=added, moved=found.notes, withdrawn=withdrawn)


@transaction.atomic
def withdraw_plan(*, booking_id: int, now: datetime, actor: User | None = None) -> PlanRevision | None:
    """Withdraw what is open: the booking is cancelled, or waits for a new decision and keeps its people."""
    booking = lock_booking(booking_id)
    steps = list(Step.objects.filter(booking=booking, state=Step.State.OPEN).select_related("item"))
    for step in steps:
        step.state = Step.State.WITHDRAWN
    Difference(withdrawn=steps).save(actor=actor, now=now)
    withdraw_reminders(steps=steps, reason="withdrawn")
    Breach.objects.filter(booking=booking, gap_until=None, limit_at__lt=now).update(gap_until=now)
    if booking.status in GONE:
        release_people(booking=booking, now=now)
    plan = ServicePlan.objects.filter(booking=booking).first()
    if plan is None or not steps:
        return None
    # Without a digest the next planning counts as the first again: a late approval says what is overdue.
    plan.facts_digest = ""
    plan.save(update_fields=["facts_digest"])
    live.publish("step", steps[0].pk, site_id=booking.site_id)
    return PlanRevision.objects.create(plan=plan, at=now, withdrawn=[step.key for step in steps])
