"""Steps that are not done, or pass to another person: skipped with a reason, taken over."""

from datetime import datetime

from django.db import transaction

from checklists.errors import ChecklistError, InvalidTick
from checklists.evidence import NOTE_LONGEST
from checklists.models import Step
from checklists.selectors.step_row import load_step
from checklists.services.events import log_step
from checklists.services.locks import lock_owner_of
from checklists.services.reminders import arm_reminders
from checklists.services.ticks import settle_step
from staff import live
from staff.models import User


@transaction.atomic
def skip_step(*, step_id: int, reason: str, actor: User, now: datetime, at: datetime | None = None) -> Step:
    """Settled without being done; the reason is kept. A second time by the same person changes nothing."""
    step = locked_step(step_id)
    if step.details.get("incident"):
        raise ChecklistError("incident_open")
    if step.state == Step.State.SKIPPED and step.done_by_id == actor.pk:
        return step
    if step.state != Step.State.OPEN:
        raise ChecklistError("wrong_state", state=step.state)
    text = reason.strip()
    if not text or len(text) > NOTE_LONGEST:
        raise InvalidTick({"reason": ["too_long" if text else "required"]})
    settle_step(step, Step.State.SKIPPED, result={}, note=text, actor=actor, now=now, at=at)
    log_step(step, "skipped", actor=actor, now=now, reason=text)
    live.publish("step", step.pk, site_id=step.site_id)
    return step


@transaction.atomic
def take_over_step(*, step_id: int, actor: User, now: datetime) -> Step:
    """The step is the actor's from now on; planning and staffing leave it there. Twice is the same as once."""
    step = locked_step(step_id)
    if step.state != Step.State.OPEN:
        raise ChecklistError("wrong_state", state=step.state)
    if step.assignee_id == actor.pk and step.is_taken_over:
        return step
    before = step.assignee_id
    step.assignee, step.is_taken_over = actor, True
    step.save(update_fields=["assignee", "is_taken_over"])
    log_step(step, "taken_over", actor=actor, now=now, before=before)
    arm_reminders(steps=[step], now=now)
    live.publish("step", step.pk, site_id=step.site_id)
    return step


def locked_step(step_id: int) -> Step:
    lock_owner_of(step_id)
    return load_step(step_id)
