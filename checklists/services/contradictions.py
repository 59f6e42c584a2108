"""Two entries that cannot both be right: a manager says which of them stands."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from checklists.errors import ChecklistError
from checklists.models import SpotCheck, Step, TabletEvent, Tick
from checklists.selectors.step_row import load_step
from checklists.selectors.tablet_events import standing_of
from checklists.services.events import log_step
from checklists.services.faults import report_fault, take_back_fault
from checklists.services.locks import lock_owner_of
from checklists.services.ticks import settle_step, tick_step
from staff import live
from staff.models import User

State = Step.State


@transaction.atomic
def settle_contradiction(*, event_id: int, actor: User, now: datetime) -> TabletEvent:
    """What stands stands. A second time changes nothing."""
    event = _locked(event_id)
    _close(event, actor, now)
    return event


@transaction.atomic
def let_other_stand(*, event_id: int, stands: str, actor: User, now: datetime) -> TabletEvent:
    """What was kept beside takes the place of what stands, credited to whoever tapped it; what it said is in the log.

    `stands` is `standing_of` the step as the manager saw it. Raises `ChecklistError`: `contradiction_changed` where
    the step says something else by now, `cannot_stand` where too much has come after it or a spot check scored it.
    """
    event = _locked(event_id)
    if event.settled_at is not None:
        return event
    step = event.step
    if event.verdict != TabletEvent.Verdict.CONFLICT or step is None:
        raise ChecklistError("cannot_stand")
    step = load_step(step.pk)
    if standing_of(step) != stands:
        raise ChecklistError("contradiction_changed")
    tick = Tick.objects.filter(op=event.op, step=step).first()
    if tick is None or step.state == State.WITHDRAWN or SpotCheck.objects.filter(step=step).exists():
        raise ChecklistError("cannot_stand")
    before = {"was": str(step.state), "by": step.done_by_id, "result": step.result, "note": step.note}
    if tick.wanted == State.OPEN:
        _reopen(step, actor, now)
    else:
        _replace(step, tick, event, actor, now)
    log_step(step, "contradiction_settled", actor=actor, now=now, event=event.pk, **before)
    _close(event, actor, now)
    return event


def _locked(event_id: int) -> TabletEvent:
    """The step's owner first, as everywhere: an undo of what was kept beside holds it when it comes to the event."""
    step_id = TabletEvent.objects.values_list("step", flat=True).get(pk=event_id)
    if step_id is not None:
        lock_owner_of(step_id)
    return TabletEvent.objects.select_for_update(of=("self",)).select_related("step", "by").get(pk=event_id)


def _reopen(step: Step, actor: User, now: datetime) -> None:
    undone = tick_step(
        op=uuid4(), step_id=step.pk, wanted=State.OPEN, result={}, note="", device_at=None, actor=actor, now=now
    )
    if undone.verdict != Tick.Verdict.APPLIED:
        raise ChecklistError("cannot_stand")


def _replace(step: Step, tick: Tick, event: TabletEvent, actor: User, now: datetime) -> None:
    # A fault that this entry says as well goes on as the incident that it is.
    if "gravity" not in tick.result:
        take_back_fault(step=step, actor=actor, now=now)
    settle_step(step, State.DONE, result=tick.result, note=tick.note, actor=event.by, now=now, at=event.tapped_at)
    report_fault(step=step, result=tick.result, note=tick.note, actor=event.by, now=now, at=event.tapped_at)


def _close(event: TabletEvent, actor: User, now: datetime) -> None:
    if event.settled_at is None:
        event.settled_at, event.settled_by = now, actor
        event.save(update_fields=["settled_at", "settled_by"])
        live.publish("step", event.step_id or 0, site_id=event.site_id)
