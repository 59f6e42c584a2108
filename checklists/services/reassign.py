"""One step given to another person by whoever leads the service; both are told."""

from datetime import datetime
from typing import Any

from django.db import transaction

from checklists.errors import ChecklistError
from checklists.links import tablet_url
from checklists.models import Step
from checklists.selectors.roster import roles_for
from checklists.services.events import log_step
from checklists.services.handover import locked_step
from checklists.services.reminders import arm_reminders
from rooms.text import SUFFIXES
from staff import live
from staff.models import User
from staff.services.notices import notify


@transaction.atomic
def hand_over_step(*, step_id: int, user_id: int, actor: User, now: datetime) -> Step:
    """The step is that person's from now on, and planning leaves it there. Twice is the same as once.

    Raises `not_on_duty` for somebody of another site or without a role that the step falls to.
    """
    step = locked_step(step_id)
    if step.state != Step.State.OPEN:
        raise ChecklistError("wrong_state", state=step.state)
    user = User.objects.filter(pk=user_id, site=step.site_id, is_active=True).first()
    if user is None or not user.has_role(*roles_for(step)):
        raise ChecklistError("not_on_duty")
    before = step.assignee
    if before == user and step.is_taken_over:
        return step
    step.assignee, step.is_taken_over = user, True
    step.save(update_fields=["assignee", "is_taken_over"])
    event = log_step(step, "handed_over", actor=actor, now=now, before=before.pk if before else None, to=user.pk)
    arm_reminders(steps=[step], now=now)
    tell(step, user, "step_given", actor, user, key=f"step-given:{event.pk}", now=now)
    if before and before != user:
        tell(step, before, "step_taken", actor, user, key=f"step-taken:{event.pk}", now=now)
    live.publish("step", step.pk, site_id=step.site_id)
    return step


def tell(step: Step, recipient: User, code: str, actor: User, person: User, *, key: str, now: datetime) -> None:
    """Nobody is told of what they did themselves."""
    if recipient == actor:
        return
    params: dict[str, Any] = {
        "what": {suffix: getattr(step.item, f"title_{suffix}") for suffix in SUFFIXES},
        "place": place_of(step),
        "due": step.due_at.isoformat(),
        "actor": actor.get_full_name(),
        "person": person.get_full_name(),
    }
    notify(recipient=recipient, code=code, params=params, url=tablet_url(), key=key, now=now)


def place_of(step: Step) -> str:
    room = step.room or (step.booking.room if step.booking else None)
    return room.code if room else step.site.code
