"""A shift handed over: offered by who goes, confirmed by who comes, and only then are the steps the other's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from checklists.errors import ChecklistError, InvalidTick
from checklists.links import handover_url
from checklists.models import Assignment, Handover, HandoverStep, Step
from checklists.models.handover import NOTE_LONGEST
from checklists.selectors.handovers import colleagues_of, incidents_left, steps_left
from checklists.selectors.roster import roles_for, roster_of
from checklists.services.events import log_step
from checklists.services.locks import lock_bookings, lock_site
from checklists.services.reminders import arm_reminders
from checklists.services.staffing import STAFFABLE, assign_staff, unassign_staff
from rooms.refusals import constraint_name
from staff import live
from staff.models import User
from staff.services.notices import notify, notify_many

State, Outcome = Handover.State, HandoverStep.Outcome
# An offer that nobody answers in this time is told to the manager.
UNANSWERED_AFTER = timedelta(minutes=10)


@transaction.atomic
def offer_handover(*, giver: User, receiver_id: int, note: str, now: datetime) -> Handover:
    """Offer what is open of the giver's day. The same offer again, while it waits, is the one that was made.

    Raises `handover_person`, `handover_empty` and, where another offer waits, `handover_waiting`.
    """
    text = note.strip()
    if len(text) > NOTE_LONGEST:
        raise InvalidTick({"note": ["too_long"]})
    receiver = next((each.user for each in colleagues_of(giver, now) if each.user.pk == receiver_id), None)
    if receiver is None or giver.site is None:
        raise ChecklistError("handover_person")
    waiting = Handover.objects.filter(giver=giver, state=State.OPEN).first()
    if waiting:
        return same_offer(waiting, receiver_id, text)
    steps = [step for step in steps_left(giver, now) if receiver.has_role(*roles_for(step))]
    incidents = list(incidents_left(giver, now))
    if not (steps or incidents or text):
        raise ChecklistError("handover_empty")
    handover = Handover(site=giver.site, giver=giver, receiver=receiver, note=text, offered_at=now)
    try:
        with transaction.atomic():
            handover.save()
    except IntegrityError as exc:
        if constraint_name(exc) != "handover_one_open":
            raise
        # Two taps at once: the other one was first.
        return same_offer(Handover.objects.get(giver=giver, state=State.OPEN), receiver_id, text)
    HandoverStep.objects.bulk_create(HandoverStep(handover=handover, step=step) for step in steps)
    handover.incidents.set(incidents)
    tell(handover, receiver, "handover_offered", now)
    announce(handover)
    return handover


def same_offer(waiting: Handover, receiver_id: int, text: str) -> Handover:
    """The one that waits; with another note it is another offer, whose note nobody would read."""
    if waiting.receiver_id != receiver_id or (text and text != waiting.note):
        raise ChecklistError("handover_waiting")
    return waiting


@transaction.atomic
def confirm_handover(*, handover_id: int, actor: User, now: datetime) -> Handover:
    """The receiver's word: what is still the giver's and still open is theirs. Twice is the same as once.

    Who serves a meeting goes with its steps, where the receiver is free at that time.
    """
    handover = locked(handover_id, State.CONFIRMED, receiver=actor)
    if handover.state == State.CONFIRMED:
        return handover
    lines = lock_steps(handover)
    passed = [line for line in lines if pass_on(line, handover, now)]
    HandoverStep.objects.bulk_update(lines, ["outcome"])
    arm_reminders(steps=[line.step for line in passed], now=now)
    answer(handover, State.CONFIRMED, actor, now)
    pass_meetings(handover, passed, now)
    tell(handover, handover.giver, "handover_confirmed", now, passed=len(passed))
    announce(handover)
    return handover


@transaction.atomic
def refuse_handover(*, handover_id: int, reason: str, actor: User, now: datetime) -> Handover:
    """The receiver cannot; everything stays where it is. Twice is the same as once."""
    handover = locked(handover_id, State.REFUSED, receiver=actor)
    if handover.state == State.REFUSED:
        return handover
    text = reason.strip()
    if not text or len(text) > NOTE_LONGEST:
        raise InvalidTick({"reason": ["too_long" if text else "required"]})
    answer(handover, State.REFUSED, actor, now, reason=text)
    tell(handover, handover.giver, "handover_refused", now)
    announce(handover)
    return handover


@transaction.atomic
def withdraw_handover(*, handover_id: int, actor: User, now: datetime) -> Handover:
    """Taken back by the giver or a manager before it was answered. Twice is the same as once."""
    handover = locked(handover_id, State.WITHDRAWN)
    if handover.state == State.WITHDRAWN:
        return handover
    answer(handover, State.WITHDRAWN, actor, now)
    tell(handover, handover.receiver, "handover_withdrawn", now)
    announce(handover)
    return handover


@transaction.atomic
def tell_unanswered(now: datetime) -> int:
    """The managers hear once of each offer that waits too long; how many offers those were."""
    waiting = Handover.objects.filter(state=State.OPEN, told_at=None, offered_at__lte=now - UNANSWERED_AFTER)
    rows = list(
        waiting.select_related("giver", "receiver").order_by("pk").select_for_update(skip_locked=True, of=("self",))
    )
    sites = {handover.site_id for handover in rows}
    managers = {pk: roster_of(pk, now, now + UNANSWERED_AFTER).managers_at(now) for pk in sites}
    for handover in rows:
        notify_many(
            recipients=[each for each in managers[handover.site_id] if each.pk != handover.giver_id],
            code="handover_unanswered",
            params=params_of(handover),
            url=handover_url(handover.pk),
            key=f"handover-unanswered:{handover.pk}",
            now=now,
        )
    Handover.objects.filter(pk__in=[handover.pk for handover in rows]).update(told_at=now)
    return len(rows)


def locked(handover_id: int, wanted: str, *, receiver: User | None = None) -> Handover:
    """Under its lock, for this answer; only the receiver gives theirs, and one given in another way stands."""
    rows = Handover.objects.select_for_update(of=("self",), no_key=True)
    handover = rows.select_related("giver", "receiver").get(pk=handover_id)
    if receiver is not None and receiver.pk != handover.receiver_id:
        raise ChecklistError("handover_person")
    if handover.state not in {State.OPEN, wanted}:
        raise ChecklistError("handover_answered", state=handover.state)
    return handover


def answer(handover: Handover, state: str, actor: User, now: datetime, *, reason: str = "") -> None:
    # Two servers' clocks differ a little, and nobody answers before they are asked.
    handover.state, handover.answered_at, handover.answered_by = state, max(now, handover.offered_at), actor
    handover.reason = reason
    handover.save(update_fields=["state", "answered_at", "answered_by", "reason"])


def lock_steps(handover: Handover) -> list[HandoverStep]:
    """All their owners first, in order; then the steps as they are now."""
    owners = list(handover.lines.values_list("step__booking", flat=True))
    lock_bookings(pk for pk in owners if pk)
    if None in owners:
        lock_site(handover.site_id)
    return list(handover.lines.select_related("step__item", "step__booking", "step__assignee").order_by("step"))


def pass_on(line: HandoverStep, handover: Handover, now: datetime) -> bool:
    step = line.step
    if step.state != Step.State.OPEN:
        line.outcome = Outcome.SETTLED
    elif step.assignee_id != handover.giver_id:
        line.outcome = Outcome.ELSEWHERE
    else:
        line.outcome = Outcome.PASSED
        step.assignee, step.is_taken_over = handover.receiver, True
        step.save(update_fields=["assignee", "is_taken_over"])
        data = {"before": handover.giver_id, "to": handover.receiver_id, "handover": handover.pk}
        log_step(step, "handed_over", actor=handover.receiver, now=now, **data)
    return line.outcome == Outcome.PASSED


def pass_meetings(handover: Handover, passed: Sequence[HandoverStep], now: datetime) -> None:
    """The rounds still to come are dealt to who serves the meeting, so that goes along."""
    bookings = {line.step.booking_id for line in passed if line.step.booking_id}
    serving = Assignment.objects.filter(user=handover.giver, booking__in=bookings, booking__status__in=STAFFABLE)
    for each in serving.order_by("booking", "pk"):
        terms: dict[str, Any] = {"booking_id": each.booking_id, "role": each.role, "now": now}
        try:
            assign_staff(user_id=handover.receiver_id, actor=handover.receiver, **terms)
        except ChecklistError:
            # In another room at that time, or without that role: the giver stays named, as the page says.
            continue
        unassign_staff(user_id=handover.giver_id, actor=handover.giver, **terms)


def tell(handover: Handover, recipient: User, code: str, now: datetime, **more: Any) -> None:
    params, url = params_of(handover) | more, handover_url(handover.pk)
    notify(recipient=recipient, code=code, params=params, url=url, key=f"{code}:{handover.pk}", now=now)


def params_of(handover: Handover) -> dict[str, Any]:
    return {
        "giver": handover.giver.get_full_name(),
        "receiver": handover.receiver.get_full_name(),
        "at": handover.offered_at.isoformat(),
        "answered": (handover.answered_at or handover.offered_at).isoformat(),
        "steps": handover.lines.count(),
    }


def announce(handover: Handover) -> None:
    live.publish("step", 0, site_id=handover.site_id)
