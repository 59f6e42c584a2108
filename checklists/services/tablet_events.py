"""What tablets send: each event once for its op, with a verdict of its own; one that fails takes no other along."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from checklists.errors import ChecklistError, InvalidTick
from checklists.models import TabletEvent
from rooms.refusals import constraint_name

Verdict = TabletEvent.Verdict
REPEATED = "repeated"


@dataclass(frozen=True)
class Outcome:
    """What an event came to; `code` names why where that is not plain."""

    verdict: str
    code: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


Act = Callable[[TabletEvent], Outcome]


def moment_of(
    *, device_at: datetime, offset_ms: int | None, carried_ms: int | None, issued_at: datetime, now: datetime
) -> datetime:
    """When it was tapped, by the server's clock: after the page was given out, and before it came.

    The distance between the clocks as the tablet knew it at the tap counts; where somebody set the tablet's clock
    meanwhile, so that the tap would lie outside, the distance at the sending.
    """
    known = [each for each in (offset_ms, carried_ms) if each is not None] or [0]
    moments = [moment for each in known if (moment := shifted(device_at, each)) is not None]
    inside = (moment for moment in moments if issued_at <= moment <= now)
    found = next(inside, moments[0] if moments else now)
    return min(max(found, issued_at), now)


def shifted(moment: datetime, milliseconds: int) -> datetime | None:
    try:
        return moment + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def take_event(*, event: TabletEvent, act: Act, now: datetime) -> Outcome:
    """Do what the unsaved `event` asks for once; the same op again answers as the first time.

    Called outside a transaction, so that what one event locks is free before the next.
    """
    event.received_at = now
    try:
        with transaction.atomic():
            # First of all: the same op on another connection waits here, and then finds what became of this one.
            event.save(force_insert=True)
            outcome = act(event)
            return keep(event, outcome)
    except InvalidTick as exc:
        return refuse(event, Outcome(Verdict.REFUSED, exc.code, {"errors": exc.errors}))
    except ChecklistError as exc:
        return refuse(event, Outcome(Verdict.REFUSED, exc.code))
    except IntegrityError as exc:
        if "checklists_tabletevent_op" not in constraint_name(exc):
            raise
        return outcome_before(event) or Outcome(Verdict.REFUSED, "op_used")


def refuse_event(*, event: TabletEvent, outcome: Outcome, now: datetime) -> Outcome:
    """Keep a refusal that needs no try, such as a step that is not the person's."""
    event.received_at = now
    return outcome_before(event) or refuse(event, outcome)


def outcome_before(event: TabletEvent) -> Outcome | None:
    known = TabletEvent.objects.filter(op=event.op).first()
    return outcome_of(known, event) if known else None


def outcome_of(known: TabletEvent, event: TabletEvent) -> Outcome:
    """What became of it the first time."""
    if (known.by_id, known.kind) != (event.by_id, event.kind):
        return Outcome(Verdict.REFUSED, "op_used")
    return Outcome(REPEATED, known.code, known.answer | {"first": known.verdict})


def keep(event: TabletEvent, outcome: Outcome) -> Outcome:
    event.verdict, event.code, event.answer = outcome.verdict, outcome.code, outcome.answer
    # What a note or a wish says stands in its own row, for those it concerns.
    event.data = event.data if outcome.verdict == Verdict.CONFLICT else {}
    # The round that a tick came to may be another than the one on the page.
    event.save(update_fields=["step", "verdict", "code", "answer", "data"])
    return outcome


def refuse(event: TabletEvent, outcome: Outcome) -> Outcome:
    event.pk = None
    if event.kind in TabletEvent.PRIVATE_KINDS:
        event.data = {}
    event.verdict, event.code, event.answer = outcome.verdict, outcome.code, outcome.answer
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError as exc:
        if "checklists_tabletevent_op" not in constraint_name(exc):
            raise
        return outcome_before(event) or outcome
    return outcome
