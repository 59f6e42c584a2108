"""One event from a tablet, read: by whose hand it is, what it is about, and the service it calls."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from bookings.models import Booking
from checklists.forms import EventForm, SkipForm, TickForm
from checklists.handover_forms import HandoverForm, SentAnswerForm
from checklists.models import Step, TabletEvent
from checklists.on_demand_forms import IncidentForm, NoteForm, WishForm
from checklists.permissions import (
    can_hand_over,
    can_raise_incident,
    can_raise_wish,
    can_see_handover,
    can_skip,
    can_take_over,
    can_tick,
    can_withdraw_handover,
)
from checklists.picture_forms import PictureForm
from checklists.selectors.handovers import colleagues_of, handover_seen
from checklists.selectors.tablet_events import meeting_meant, step_meant
from checklists.services import tablet_deeds as deeds
from checklists.services.tablet_events import Outcome, moment_of, outcome_of, refuse_event, take_event
from checklists.services.ticks import Shown
from checklists.tablet_keys import Claim, claim_in, is_signed
from staff.models import User
from staff.outage import is_outage

logger = logging.getLogger(__name__)

Kind, Verdict = TabletEvent.Kind, TabletEvent.Verdict
# Told apart from a refusal: nothing is known of it here, and the tablet tries again.
RETRY = "retry"
MOST_FIELDS, LONGEST_FIELD = 20, 2000


class RefusedError(Exception):
    """An event that needs no try: why, and by field where it is about what was typed."""

    def __init__(self, code: str, faults: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.faults = dict(faults or {})


@dataclass(frozen=True)
class Carried:
    """What all events of one sending share."""

    by: User
    now: datetime
    # The distance of the tablet's clock as it is at the sending.
    clock_ms: int | None = None
    # Whom the events are of, read once for all of them.
    people: dict[int, User | None] = field(default_factory=dict)
    # What is known of their ops already, so that a batch sent again costs no more than reading it.
    known: Mapping[UUID, TabletEvent] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """The frame of an event, cleaned, and what was typed."""

    frame: dict[str, Any]
    typed: dict[str, str]
    file: UploadedFile | None = None


def receive(raw: Any, carried: Carried, file: UploadedFile | None = None) -> dict[str, Any]:
    """The verdict on one event, as the tablet is told it; whatever it is, the next one is read."""
    op = ""
    try:
        who, text, sign = parts_of(raw)
        body = parsed(text)
        op = str(body.get("op", ""))[:40]
        claim = claim_of(who, text, sign, carried)
        outcome = taken(letter_in(body, file), person(claim, carried), claim, carried)
    except RefusedError as exc:
        outcome = Outcome(Verdict.REFUSED, exc.code, {"faults": exc.faults})
    except Exception as exc:
        if is_outage(exc):
            # The database is away: for this one and for all that follow.
            raise
        logger.exception("an event of a tablet failed: %s", op)
        outcome = Outcome(RETRY)
    return {"op": op, "verdict": outcome.verdict, "code": outcome.code, "answer": outcome.answer}


def parts_of(raw: Any) -> list[str]:
    parts = [raw.get(name) for name in ("who", "body", "sign")] if isinstance(raw, dict) else []
    if len(parts) != 3 or not all(isinstance(part, str) for part in parts):
        raise RefusedError("malformed")
    return parts


def claim_of(who: str, text: str, sign: str, carried: Carried) -> Claim:
    """Whose tap it is, by the key that belongs to the word.

    A page without the means to sign, as over plain http, may speak for whoever carries the event and nobody else.
    """
    claim = claim_in(who, carried.now)
    if claim is None or not (is_signed(who, text, sign) or (not sign and claim.user_id == carried.by.pk)):
        raise RefusedError("unknown_hand")
    return claim


def parsed(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise RefusedError("malformed")
    return body


def person(claim: Claim, carried: Carried) -> User:
    if claim.user_id not in carried.people:
        carried.people[claim.user_id] = User.objects.select_related("site").filter(pk=claim.user_id).first()
    found = carried.people[claim.user_id]
    if found is None or found.site is None:
        raise RefusedError("unknown_hand")
    return found


def letter_in(body: dict[str, Any], file: UploadedFile | None) -> Letter:
    frame = EventForm({name: body.get(name) for name in EventForm.base_fields})
    typed = body.get("fields") or {}
    if not frame.is_valid() or not isinstance(typed, dict) or len(typed) > MOST_FIELDS:
        raise RefusedError("malformed")
    if not all(isinstance(value, str) and len(value) <= LONGEST_FIELD for value in typed.values()):
        raise RefusedError("malformed")
    return Letter(frame.cleaned_data, {storable(name): storable(value) for name, value in typed.items()}, file)


def storable(text: str) -> str:
    """What PostgreSQL takes: no NUL, no half of a pair of surrogates."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def taken(letter: Letter, user: User, claim: Claim, carried: Carried) -> Outcome:
    event = event_of(letter, user, claim, carried)
    if before := carried.known.get(event.op):
        return outcome_of(before, event)
    try:
        refuse_closed(user)
        act = ACTS[letter.frame["kind"]](letter, event)
    except RefusedError as exc:
        refused = Outcome(Verdict.REFUSED, exc.code, {"faults": exc.faults})
        return refuse_event(event=event, outcome=refused, now=carried.now)
    return take_event(event=event, act=act, now=carried.now)


def refuse_closed(user: User) -> None:
    if not user.is_active:
        raise RefusedError("account_closed")


def event_of(letter: Letter, user: User, claim: Claim, carried: Carried) -> TabletEvent:
    frame, device_at = letter.frame, letter.frame["at"] or carried.now
    return TabletEvent(
        op=frame["op"],
        kind=frame["kind"],
        site=user.site,
        by=user,
        carried_by=carried.by,
        device=frame["device"],
        sequence=frame["sequence"],
        device_at=device_at,
        clock_offset_ms=frame["offset_ms"] if frame["offset_ms"] is not None else carried.clock_ms,
        tapped_at=moment_of(
            device_at=device_at,
            offset_ms=frame["offset_ms"],
            carried_ms=carried.clock_ms,
            issued_at=claim.issued_at,
            now=carried.now,
        ),
        received_at=carried.now,
        data=letter.typed,
    )


Act = Callable[[TabletEvent], Outcome]


def step_for(letter: Letter, event: TabletEvent, may: Callable[[User, Step], bool]) -> Step:
    frame = letter.frame
    undone = frame["seen"] if event.kind == Kind.UNDO else None
    step = step_meant(event.by, frame["step"] or 0, frame["rounds_on"] or 0, undone)
    if step is None:
        raise RefusedError("unknown_step")
    event.step, event.booking_id = step, step.booking_id
    if not may(event.by, step):
        raise RefusedError("not_yours")
    return step


def meeting_for(letter: Letter, event: TabletEvent) -> Booking:
    booking = meeting_meant(event.by, letter.frame["booking"])
    if booking is None:
        raise RefusedError("unknown_meeting")
    event.booking = booking
    if not can_raise_wish(event.by, booking):
        raise RefusedError("not_yours")
    return booking


def cleaned(form: forms.BaseForm) -> dict[str, Any]:
    if not form.is_valid():
        raise RefusedError("invalid_tick", {name: str(texts[0]) for name, texts in form.errors.items()})
    return form.cleaned_data


def tick(letter: Letter, event: TabletEvent) -> Act:
    step = step_for(letter, event, can_tick)
    wanted = Step.State.OPEN if event.kind == Kind.UNDO else Step.State.DONE
    form = TickForm(letter.typed | {"op": str(event.op), "wanted": wanted})
    data = cleaned(form)
    facts = {"result": form.proved(data["file"]), "note": data["note"], "wanted": str(wanted)}
    event.data = letter.typed | {"wanted": str(wanted)}
    return partial(deeds.tick, step_id=step.pk, facts=facts, seen=letter.frame["seen"], shown=shown_in(letter))


def shown_in(letter: Letter) -> Shown:
    return Shown(letter.frame["shown_room"], letter.frame["shown_start"])


def skip(letter: Letter, event: TabletEvent) -> Act:
    step = step_for(letter, event, can_skip)
    reason = cleaned(SkipForm(letter.typed))["reason"]
    return partial(deeds.skip, step_id=step.pk, reason=reason, shown=shown_in(letter))


def take_over(letter: Letter, event: TabletEvent) -> Act:
    step = step_for(letter, event, can_take_over)
    return partial(deeds.take_over, step_id=step.pk)


def picture(letter: Letter, event: TabletEvent) -> Act:
    step = step_for(letter, event, can_tick)
    name = "signature" if letter.typed.get("kind") == "signature" else "photo"
    files = MultiValueDict({name: [letter.file]} if letter.file else {})
    form = PictureForm(letter.typed, files)
    data = cleaned(form)
    if form.picture is None:
        raise RefusedError("photo_gone")
    kind, content = form.picture
    return partial(deeds.keep_picture, step_id=step.pk, kind=kind, picture=content, signed_name=data["signed_name"])


def wish(letter: Letter, event: TabletEvent) -> Act:
    booking = meeting_for(letter, event)
    return partial(deeds.wish, booking=booking, **cleaned(WishForm(letter.typed)))


def note(letter: Letter, event: TabletEvent) -> Act:
    booking = meeting_for(letter, event)
    return partial(deeds.note, booking=booking, **cleaned(NoteForm(letter.typed)))


def incident(letter: Letter, event: TabletEvent) -> Act:
    booking = meeting_for(letter, event) if letter.frame["booking"] else None
    if booking:
        event.site = booking.site
    if not can_raise_incident(event.by, event.site):
        raise RefusedError("not_yours")
    data = cleaned(IncidentForm(letter.typed, site=event.site))
    return partial(deeds.incident, facts=data | {"booking": booking, "room": None if booking else data["room"]})


def handover(letter: Letter, event: TabletEvent) -> Act:
    if not can_hand_over(event.by):
        raise RefusedError("handover_not_yours")
    data = cleaned(HandoverForm(letter.typed, colleagues=colleagues_of(event.by, event.received_at)))
    return partial(deeds.handover, receiver_id=data["receiver"], note=data["note"])


def handover_answer(letter: Letter, event: TabletEvent) -> Act:
    data = cleaned(SentAnswerForm(letter.typed))
    found = handover_seen(event.by, data["handover"])
    if found is None or not can_see_handover(event.by, found):
        raise RefusedError("unknown_handover")
    may = can_withdraw_handover(event.by, found) if data["act"] == "withdraw" else found.receiver_id == event.by.pk
    if not may:
        raise RefusedError("handover_not_yours")
    return partial(deeds.handover_answer, handover_id=found.pk, act=data["act"], reason=data["reason"])


ACTS: Mapping[str, Callable[[Letter, TabletEvent], Act]] = {
    Kind.TICK: tick,
    Kind.UNDO: tick,
    Kind.SKIP: skip,
    Kind.TAKE_OVER: take_over,
    Kind.PICTURE: picture,
    Kind.WISH: wish,
    Kind.NOTE: note,
    Kind.INCIDENT: incident,
    Kind.HANDOVER: handover,
    Kind.HANDOVER_ANSWER: handover_answer,
}


def ops_in(events: Iterable[Any]) -> Iterator[UUID]:
    """The ops that can be read; what cannot is told by its own verdict."""
    for raw in events:
        try:
            yield UUID(parsed(parts_of(raw)[1])["op"])
        except (RefusedError, KeyError, ValueError, TypeError, AttributeError):
            continue
