"""Ticks: each tap a row known by its UUID, applied at most once; what the row did is its answer for ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from bookings.models import Booking
from checklists.errors import ChecklistError, InvalidTick
from checklists.evidence import checked_result, op_of
from checklists.models import SpotCheck, Step, StepFile, Tick
from checklists.rounds import is_same_round
from checklists.selectors.standards import anchor_items, rules_of
from checklists.selectors.step_row import load_step, rounds_of
from checklists.services.events import log_step
from checklists.services.faults import report_fault, take_back_fault
from checklists.services.locks import lock_owner_of
from checklists.services.on_demand import refuse_own_way
from checklists.services.plans import plan_booking
from checklists.services.readiness import BEFORE, update_readiness
from checklists.services.reminders import arm_reminders, withdraw_reminders
from checklists.undoing import is_own_fresh
from checklists.wanted import AFTER, rhythm_in
from rooms.refusals import constraint_name
from staff import live
from staff.models import User
from staff.roles import Role

State, Verdict = Step.State, Tick.Verdict


@dataclass(frozen=True)
class TickOutcome:
    """What became of a tap; `answer` is what the first sending was told, word for word."""

    verdict: str
    step: Step
    answer: dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """Where and when the meeting was on the page that was tapped, which may be hours old."""

    room: str
    start_at: datetime | None


@dataclass(frozen=True)
class Tap:
    op: UUID
    step_id: int
    wanted: str
    result: dict[str, Any]
    note: str
    device_at: datetime | None
    actor: User
    now: datetime
    seen: UUID | None
    tapped_at: datetime | None
    shown: Shown | None
    is_any_round: bool

    @property
    def at(self) -> datetime:
        """When it was done: what waited on a tablet was done before it came."""
        return self.tapped_at or self.now


def tick_step(
    *,
    op: UUID,
    step_id: int,
    wanted: str,
    result: dict[str, Any],
    note: str,
    device_at: datetime | None,
    actor: User,
    now: datetime,
    seen: UUID | None = None,
    tapped_at: datetime | None = None,
    shown: Shown | None = None,
    is_any_round: bool = False,
) -> TickOutcome:
    """Apply the wanted state, `done` or `open`, or keep the tap as an addition; raises `InvalidTick`.

    The same `op` again answers as the first time and changes nothing. `seen` is the op of the tick an undo means to
    take back: an undo that had not seen the tick it meets is kept, and done stands. `tapped_at` is when it was done,
    where a tablet waited for a connection; `shown` is what its page said, and a tick made where the meeting no longer
    is counts as an addition. With `is_any_round` the tick of a round that was settled at another time is a round of
    its own: that page had not seen the one before.
    """
    tap = Tap(op, step_id, wanted, result, note.strip(), device_at, actor, now, seen, tapped_at, shown, is_any_round)
    try:
        with transaction.atomic():
            return first_time(tap)
    except IntegrityError as exc:
        # The same op came twice at once for two steps: the other one was first.
        if "checklists_tick_op" not in constraint_name(exc):
            raise
        raise ChecklistError("op_used") from exc


def repeated(tap: Tap) -> TickOutcome | None:
    # Most are new, and hundreds may come at once: no more is asked than whether there is one.
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM checklists_tick WHERE op = %s::uuid", [str(tap.op)])
        known = cursor.fetchone()
    if known is None:
        return None
    tick = Tick.objects.get(pk=known[0])
    step = load_step(tick.step_id)
    is_same = tick.step_id == tap.step_id or (tap.is_any_round and rounds_of(step).filter(pk=tap.step_id).exists())
    if not is_same or tick.by_id != tap.actor.pk:
        raise ChecklistError("op_used")
    return TickOutcome(tick.verdict, step, tick.answer)


def first_time(tap: Tap) -> TickOutcome:
    if tap.wanted not in {State.DONE, State.OPEN}:
        raise InvalidTick({"wanted": ["unknown_choice"]})
    lock_owner_of(tap.step_id)
    # Read again under the lock: the same tap may have been waiting on another connection.
    return repeated(tap) or apply(tap, round_meant(tap, load_step(tap.step_id)))


def apply(tap: Tap, step: Step) -> TickOutcome:
    refuse_own_way(step)
    stored, errors = checked_result(step, tap.result, tap.note) if tap.wanted == State.DONE else ({}, {})
    if errors:
        raise InvalidTick(errors)
    verdict = apply_done(step, stored, tap) if tap.wanted == State.DONE else apply_undo(step, tap)
    # A fault is one whoever saw it first, also where a colleague had settled the step.
    report_fault(step=step, result=stored, note=tap.note, actor=tap.actor, now=tap.now, at=tap.at)
    answer = answer_of(verdict, step)
    Tick.objects.create(
        op=tap.op,
        step=step,
        by=tap.actor,
        received_at=tap.now,
        device_at=tap.device_at,
        tapped_at=tap.tapped_at,
        wanted=tap.wanted,
        result=stored,
        note=tap.note,
        verdict=verdict,
        answer=answer,
    )
    live.publish("step", step.pk, site_id=step.site_id)
    return TickOutcome(verdict, step, answer)


def apply_done(step: Step, result: dict[str, Any], tap: Tap) -> str:
    """Done, unless somebody settled it before; two people's taps for one round are one round."""
    is_settled = step.state != State.OPEN and not is_round_of_the_meeting(step, tap)
    if is_settled or has_moved(step, tap.shown, tap.at) or is_round_just_done(step, tap.at):
        log_step(step, "tick_added", actor=tap.actor, now=tap.now)
        return Verdict.ADDED
    settle_step(step, State.DONE, result=result, note=tap.note, actor=tap.actor, now=tap.now, at=tap.at)
    log_step(step, "done", actor=tap.actor, now=tap.now, late_seconds=late_seconds(step))
    return Verdict.APPLIED


def round_meant(tap: Tap, step: Step) -> Step:
    """The settled round that was done at that time, else the one that is to be done; its picture goes along."""
    if not tap.is_any_round or tap.wanted != State.DONE:
        return step
    meant = round_at(tap.at, step)
    picture = op_of(tap.result.get("file"))
    if picture and meant.pk != step.pk:
        StepFile.objects.filter(step=step, by=tap.actor, op=picture).update(step=meant)
    return meant


def round_at(at: datetime, step: Step) -> Step:
    """The round that was settled around then, else the open one; the step itself unless it is a settled round."""
    rhythm = rhythm_in(step)
    if rhythm is None or step.state not in Step.SETTLED or step.done_at is None:
        return step
    rounds = list(rounds_of(step).order_by("round"))
    settled = [(abs(each.done_at - at), each.pk) for each in rounds if each.state in Step.SETTLED and each.done_at]
    apart, meant = min(settled)
    if not is_same_round(rhythm, at, at + apart):
        meant = next((each.pk for each in reversed(rounds) if each.state not in Step.SETTLED), step.pk)
    return step if meant == step.pk else load_step(meant)


def is_round_of_the_meeting(step: Step, tap: Tap) -> bool:
    """Done while the meeting ran, and written off at its end before word of it came."""
    ended_at = step.booking.actual_end_at if step.booking else None
    is_written_off = step.state in {State.WITHDRAWN, State.MISSED}
    return is_written_off and "rhythm" in step.details and ended_at is not None and tap.at <= ended_at


def has_moved(step: Step, shown: Shown | None, at: datetime) -> bool:
    """Tapped by a page that knew another room, or another time before which the step is not to be done."""
    if shown is None:
        return False
    room = step.room or (step.booking.room if step.booking else None)
    if shown.room and room and shown.room != room.code:
        return True
    start_at = step.booking.start_at if step.booking else None
    return bool(shown.start_at and start_at and shown.start_at != start_at and at < step.opens_at)


def is_round_just_done(step: Step, now: datetime) -> bool:
    rhythm = rhythm_in(step)
    if rhythm is None or step.round == 1:
        return False
    before = Step.objects.filter(booking=step.booking_id, item=step.item_id, state=State.DONE, round__lt=step.round)
    return any(at and is_same_round(rhythm, at, now) for at in before.values_list("done_at", flat=True))


def settle_step(
    step: Step,
    state: str,
    *,
    result: dict[str, Any],
    note: str,
    actor: User,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Done or skipped, now or at the moment given: out of the reminders, and whatever counts from it moves."""
    step.state, step.done_at, step.done_by, step.result, step.note = state, at or now, actor, result, note
    step.save(update_fields=["state", "done_at", "done_by", "result", "note"])
    withdraw_reminders(steps=[step], reason="settled")
    note_readiness(step, now)
    follow(step, now)


def note_readiness(step: Step, now: datetime) -> None:
    if step.booking_id and step.item.phase == BEFORE:
        update_readiness(booking_id=step.booking_id, now=now)


def follow(step: Step, now: datetime) -> None:
    """Plan anew where the tick moves other steps: the next round, or an item that is anchored to this one."""
    if step.booking_id and ("rhythm" in step.details or step.item.code in anchor_items(rules_of(step.item.standard))):
        plan_booking(booking_id=step.booking_id, now=now, cause="tick")


def apply_undo(step: Step, tap: Tap) -> str:
    actor, now = tap.actor, tap.now
    if not may_undo(step, tap):
        log_step(step, "undo_added", actor=actor, now=now)
        return Verdict.ADDED
    log_step(step, "reopened", actor=actor, now=now, was=step.state, done_at=step.done_at and step.done_at.isoformat())
    take_back_fault(step=step, actor=actor, now=now)
    step.state, step.done_at, step.done_by, step.result, step.note = State.OPEN, None, None, {}, ""
    step.save(update_fields=["state", "done_at", "done_by", "result", "note"])
    if step.booking_id and not step.is_on_demand:
        plan_booking(booking_id=step.booking_id, now=now, actor=actor, cause="tick")
        note_readiness(step, now)
    else:
        arm_reminders(steps=[step], now=now)
    return Verdict.APPLIED


def may_undo(step: Step, tap: Tap) -> bool:
    """Within reason: one's own tick for a while, any tick for a manager; never once it would rewrite what is over."""
    if step.state not in Step.SETTLED or step.done_at is None or is_over(step) or has_later_round(step):
        return False
    # What was scored stands in people's records.
    if SpotCheck.objects.filter(step=step).exists():
        return False
    return (is_own_fresh(step, tap.actor, tap.at) or tap.actor.has_role(Role.MANAGER)) and had_seen(step, tap)


def had_seen(step: Step, tap: Tap) -> bool:
    if tap.seen is not None:
        done = step.ticks.filter(verdict=Verdict.APPLIED, wanted=State.DONE)
        return done.order_by("-received_at", "-pk").values_list("op", flat=True).first() == tap.seen
    tapped_at = tap.tapped_at or tap.device_at
    if step.done_by_id == tap.actor.pk or tapped_at is None:
        return True
    return step.done_at is not None and tapped_at >= step.done_at


def is_over(step: Step) -> bool:
    booking = step.booking
    if booking is None:
        return False
    if booking.status not in {Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED}:
        return True
    return booking.actual_end_at is not None and step.item.phase != AFTER


def has_later_round(step: Step) -> bool:
    if "rhythm" not in step.details:
        return False
    later = Step.objects.filter(booking=step.booking_id, item=step.item_id, round__gt=step.round)
    return later.filter(state__in=Step.SETTLED).exists()


def late_seconds(step: Step) -> int:
    """How long after its due time a step was settled; 0 when in time."""
    if step.done_at is None:
        return 0
    return max(int((step.done_at - step.due_at).total_seconds()), 0)


def answer_of(verdict: str, step: Step) -> dict[str, Any]:
    return {
        "verdict": str(verdict),
        "state": str(step.state),
        "done_at": step.done_at.isoformat() if step.done_at else None,
        "done_by": step.done_by.username if step.done_by else None,
        "done_by_name": step.done_by.get_full_name() if step.done_by else None,
        "late_seconds": late_seconds(step),
    }
