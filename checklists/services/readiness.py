"""Whether a meeting's room is ready: every step before it settled, by when it should be, and since when it is."""

from collections.abc import Iterable
from datetime import datetime

from checklists.models import ServicePlan, StandardItem, Step

BEFORE = StandardItem.Phase.BEFORE


def update_readiness(*, booking_id: int, now: datetime) -> None:
    """After a step was settled or taken back; under the booking's lock. Without a plan there is nothing to say."""
    plan = ServicePlan.objects.only("pk", "ready_at", "ready_due_at").filter(booking=booking_id).first()
    if plan:
        keep_readiness(plan, Step.objects.filter(booking=booking_id, item__phase=BEFORE).select_related("item"))


def keep_readiness(plan: ServicePlan, steps: Iterable[Step]) -> None:
    """Write the two moments where they differ; `steps` are those of the plan with their items."""
    ready_at, due_at = readiness_of(steps)
    if (ready_at, due_at) != (plan.ready_at, plan.ready_due_at):
        plan.ready_at, plan.ready_due_at = ready_at, due_at
        plan.save(update_fields=["ready_at", "ready_due_at"])


def readiness_of(steps: Iterable[Step]) -> tuple[datetime | None, datetime | None]:
    """When the room became ready (None while it is not) and when it should be.

    A step missed because the meeting began or ended without it leaves the room never ready.
    """
    before = [step for step in steps if counts(step)]
    if not before:
        return None, None
    due_at = max(step.due_at for step in before)
    is_ready = all(step.state in Step.SETTLED for step in before)
    return (max(step.done_at for step in before if step.done_at) if is_ready else None), due_at


def counts(step: Step) -> bool:
    return step.item.phase == BEFORE and not step.is_on_demand and step.state != Step.State.WITHDRAWN
