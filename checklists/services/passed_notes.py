"""Notes passed in (U6): taken, passed in, answered to both sides; what they say is nobody else's business.

The log of the step tells who did what when, never a word of the note.
"""

from datetime import datetime

from django.db import transaction

from bookings.models import Booking
from checklists.errors import ChecklistError, InvalidTick
from checklists.links import booking_params, calls_url
from checklists.models import PassedNote, Step
from checklists.selectors.wishes import WISHED_BEFORE, is_served_now
from checklists.services.events import log_step
from checklists.services.locks import lock_booking
from checklists.services.on_demand import SAME_TAP, Asked, add_step, people_asked, settle
from staff import live
from staff.models import User
from staff.services.notices import notify_many

State = Step.State
LONGEST = {"sender": 80, "recipient": 80, "remark": 200, "answer": 300}


@transaction.atomic
def take_note(
    *,
    booking: Booking,
    sender: str,
    recipient: str,
    actor: User,
    now: datetime,
    remark: str = "",
    at: datetime | None = None,
) -> PassedNote:
    """Take a note at the door; the same one by the same person a moment later is the same tap.

    `at` is when it was taken, where a tablet waited for a connection.
    """
    at = at or now
    facts = {"sender": sender.strip(), "recipient": recipient.strip(), "remark": remark.strip()}
    check(facts, required=("sender", "recipient"))
    lock_booking(booking.pk)
    booking = Booking.objects.select_related("room", "site", "applicant").get(pk=booking.pk)
    if not is_served_now(booking, now, before=WISHED_BEFORE):
        raise ChecklistError("not_running")
    mine = PassedNote.objects.filter(**facts, step__booking=booking, raised_by=actor, passed_at=None)
    known = mine.filter(raised_at__range=(at - SAME_TAP, at + SAME_TAP)).first()
    if known:
        return known
    step = add_step(booking=booking, asked=Asked("U6", {}), actor=actor, now=now)
    note = PassedNote.objects.create(step=step, **facts, raised_at=at, raised_by=actor)
    step.details["note"] = note.pk
    step.save(update_fields=["details"])
    notify_many(
        recipients=[user for user in people_asked(step, now) if user.pk != actor.pk],
        code="note_taken",
        params=booking_params(booking),
        url=calls_url(),
        key=f"note:{note.pk}",
        now=now,
    )
    return note


@transaction.atomic
def mark_passed(*, note_id: int, actor: User, now: datetime) -> PassedNote:
    """It is in the hands of whom it is for. A second time changes nothing."""
    note = locked_open(note_id)
    if note.passed_at is None:
        note.passed_at, note.passed_by = now, actor
        save(note, "passed_in", ["passed_at", "passed_by"], actor, now)
    return note


@transaction.atomic
def bring_answer(
    *,
    note_id: int,
    actor: User,
    now: datetime,
    answer: str = "",
    sender_told: bool = False,
    recipient_told: bool = False,
) -> PassedNote:
    """The answer reached the sender outside, and the person inside knows that it did; settled once both are told."""
    note = locked_open(note_id)
    check({"answer": answer.strip()})
    if note.passed_at is None:
        raise ChecklistError("note_not_passed")
    if answer.strip() and answer.strip() != note.answer:
        note.answer = answer.strip()
        save(note, "answered", ["answer"], actor, now)
    for name, is_told in (("sender", sender_told), ("recipient", recipient_told)):
        if is_told and getattr(note, f"{name}_told_at") is None:
            setattr(note, f"{name}_told_at", now)
            note.told_by = actor
            save(note, f"{name}_told", [f"{name}_told_at", "told_by"], actor, now)
    if note.sender_told_at and note.recipient_told_at:
        settle(note.step, State.DONE, note="", actor=actor, now=now)
    return note


@transaction.atomic
def want_no_answer(*, note_id: int, actor: User, now: datetime) -> PassedNote:
    """Passed in, and nobody waits for an answer: settled."""
    note = locked_open(note_id)
    if note.passed_at is None:
        raise ChecklistError("note_not_passed")
    step = note.step
    if step.state in {State.OPEN, State.MISSED}:
        step.result = {"no_answer_wanted": True}
        step.save(update_fields=["result"])
        settle(step, State.DONE, note="", actor=actor, now=now)
    return note


def check(facts: dict[str, str], *, required: tuple[str, ...] = ()) -> None:
    errors = {name: ["too_long"] for name, text in facts.items() if len(text) > LONGEST[name]}
    errors |= {name: ["required"] for name in required if not facts[name]}
    if errors:
        raise InvalidTick(errors)


def locked_open(note_id: int) -> PassedNote:
    """Behind the booking; a note that was given up or whose plan was withdrawn takes nothing more."""
    booking_id = PassedNote.objects.values_list("step__booking", flat=True).get(pk=note_id)
    lock_booking(booking_id)
    note = PassedNote.objects.select_related("step__booking", "passed_by", "raised_by").get(pk=note_id)
    if note.step.state in {State.SKIPPED, State.WITHDRAWN}:
        raise ChecklistError("wrong_state", state=note.step.state)
    return note


def save(note: PassedNote, verb: str, columns: list[str], actor: User, now: datetime) -> None:
    note.save(update_fields=columns)
    log_step(note.step, verb, actor=actor, now=now)
    live.publish("step", note.step_id, site_id=note.step.site_id)
