"""What each kind of event does, and what it is called afterwards: applied, an addition, or a contradiction."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.models import Handover, Step, TabletEvent, Tick, Wish
from checklists.services.evidence_files import keep_file
from checklists.services.handover import locked_step, skip_step, take_over_step
from checklists.services.incidents import report_incident
from checklists.services.passed_notes import take_note
from checklists.services.shift_handovers import (
    confirm_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from checklists.services.tablet_events import Outcome
from checklists.services.ticks import Shown, TickOutcome, has_moved, round_at, tick_step
from checklists.services.wishes import raise_wish

State, Verdict = Step.State, TabletEvent.Verdict
# Facts of a result that two people cannot both be right about.
COMPARED = ("ok", "value")
# An offer says "what is open of mine": from the evening before it would give away another day's steps.
OFFER_HOLDS = timedelta(hours=6)


def tick(event: TabletEvent, *, step_id: int, facts: dict[str, Any], seen: UUID | None, shown: Shown | None) -> Outcome:
    """Done or taken back; `facts` are the form's, and the op is the event's own."""
    given = {name: facts[name] for name in ("result", "note", "wanted")}
    times: dict[str, Any] = {"device_at": event.device_at, "tapped_at": event.tapped_at, "now": event.received_at}
    outcome = tick_step(
        op=event.op, step_id=step_id, actor=event.by, seen=seen, shown=shown, is_any_round=True, **given, **times
    )
    event.step = step = outcome.step
    if is_applied(outcome):
        return Outcome(Verdict.APPLIED, answer=outcome.answer)
    if given["wanted"] == State.OPEN:
        is_addition = seen is not None and take_addition_back(step, event, seen)
        verdict, code = judged_undo(step, is_addition=is_addition)
    else:
        verdict, code = judged(step, event, is_moved=has_moved(step, shown, event.tapped_at))
    return Outcome(verdict, code, outcome.answer)


def is_applied(outcome: TickOutcome) -> bool:
    return outcome.verdict == Tick.Verdict.APPLIED


def judged(step: Step, event: TabletEvent, *, is_moved: bool) -> tuple[str, str]:
    """What a tick that was kept as an addition says against the step as it stands."""
    if step.state == State.WITHDRAWN:
        is_off = step.booking is not None and step.booking.status == Booking.Status.CANCELLED
        return Verdict.SUPERSEDED, "meeting_cancelled" if is_off else "step_withdrawn"
    if is_moved:
        return Verdict.CONFLICT, "meeting_moved"
    if step.state == State.OPEN:
        return Verdict.SUPERSEDED, "same_round"
    if step.state in {State.SKIPPED, State.MISSED}:
        return Verdict.CONFLICT, f"was_{step.state}"
    stored = Tick.objects.values_list("result", flat=True).get(op=event.op)
    differs = any(name in stored and stored[name] != step.result.get(name) for name in COMPARED)
    return (Verdict.CONFLICT, "differs") if differs else (Verdict.SUPERSEDED, "done_before")


def judged_undo(step: Step, *, is_addition: bool) -> tuple[str, str]:
    """One's own addition taken back, or a step that is open or withdrawn, contradicts nobody."""
    if is_addition:
        return Verdict.SUPERSEDED, "addition_taken_back"
    if step.state in {State.OPEN, State.WITHDRAWN}:
        return Verdict.SUPERSEDED, "open_before"
    return Verdict.CONFLICT, "done_stands"


def take_addition_back(step: Step, event: TabletEvent, seen: UUID) -> bool:
    """What one's own addition contradicted is contradicted no more; False where `seen` is none."""
    if not Tick.objects.filter(op=seen, step=step, by=event.by, verdict=Tick.Verdict.ADDED).exists():
        return False
    mine = TabletEvent.objects.filter(op=seen, by=event.by, verdict=Verdict.CONFLICT, settled_at=None)
    mine.update(settled_at=event.received_at, settled_by=event.by)
    return True


def skip(event: TabletEvent, *, step_id: int, reason: str, shown: Shown | None) -> Outcome:
    """What cannot be done in one room, or at one time, says nothing of where and when the meeting is now."""
    event.step = step = round_at(event.tapped_at, locked_step(step_id))
    if step.state == State.OPEN and has_moved(step, shown, event.tapped_at):
        return Outcome(Verdict.CONFLICT, "meeting_moved", {"state": str(step.state)})
    if step.state == State.DONE:
        return Outcome(Verdict.CONFLICT, "was_done", {"state": str(step.state)})
    step = skip_step(step_id=step.pk, reason=reason, actor=event.by, now=event.received_at, at=event.tapped_at)
    return Outcome(Verdict.APPLIED, answer={"state": str(step.state)})


def take_over(event: TabletEvent, *, step_id: int) -> Outcome:
    step = take_over_step(step_id=step_id, actor=event.by, now=event.received_at)
    return Outcome(Verdict.APPLIED, answer={"state": str(step.state)})


def keep_picture(event: TabletEvent, *, step_id: int, kind: str, picture: ContentFile, signed_name: str) -> Outcome:
    """The event's op names the file; its moment is when it was taken, and without it its tick would be refused."""
    keep_file(
        op=event.op, step_id=step_id, kind=kind, picture=picture, actor=event.by, now=event.received_at,
        taken_at=event.tapped_at, signed_name=signed_name, even_closed=True,
    )  # fmt: skip
    return Outcome(Verdict.APPLIED)


def wish(event: TabletEvent, *, booking: Booking, kind: str, text: str) -> Outcome:
    raised = raise_wish(
        booking=booking,
        kind=kind,
        text=text,
        source=Wish.Source.STAFF,
        actor=event.by,
        now=event.received_at,
        at=event.tapped_at,
    )
    return Outcome(Verdict.APPLIED, answer={"step": raised.step_id})


def note(event: TabletEvent, *, booking: Booking, sender: str, recipient: str, remark: str) -> Outcome:
    taken = take_note(
        booking=booking,
        sender=sender,
        recipient=recipient,
        remark=remark,
        actor=event.by,
        now=event.received_at,
        at=event.tapped_at,
    )
    return Outcome(Verdict.APPLIED, answer={"note": taken.pk})


def incident(event: TabletEvent, *, facts: dict[str, Any]) -> Outcome:
    """For whoever is told now, as of when it was reported."""
    times: dict[str, Any] = {"now": event.received_at, "at": event.tapped_at}
    opened = report_incident(actor=event.by, site=event.site, **times, **facts)
    return Outcome(Verdict.APPLIED, answer={"incident": opened.pk})


def handover(event: TabletEvent, *, receiver_id: int, note: str) -> Outcome:
    """Of what is open when it arrives; the receiver's time to answer runs from then."""
    if event.received_at - event.tapped_at > OFFER_HOLDS:
        raise ChecklistError("handover_late")
    made = offer_handover(giver=event.by, receiver_id=receiver_id, note=note, now=event.received_at)
    return Outcome(Verdict.APPLIED, answer={"handover": made.pk})


def handover_answer(event: TabletEvent, *, handover_id: int, act: str, reason: str) -> Outcome:
    terms: dict[str, Any] = {"handover_id": handover_id, "actor": event.by, "now": event.received_at}
    if act == "confirm":
        found = confirm_handover(**terms)
    elif act == "refuse":
        found = refuse_handover(reason=reason, **terms)
    else:
        found = withdraw_handover(**terms)
    return Outcome(Verdict.APPLIED, answer={"handover": found.pk, "state": str(Handover.State(found.state))})
