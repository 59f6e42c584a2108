"""The append-only log of steps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checklists.models import Step, StepEvent
from staff.models import User


def log_step(step: Step, verb: str, *, actor: User | None, now: datetime, **data: Any) -> StepEvent:
    return StepEvent.objects.create(step=step, at=now, actor=actor, verb=verb, data=data)


def log_steps(steps: Iterable[Step], verb: str, *, actor: User | None, now: datetime) -> None:
    StepEvent.objects.bulk_create(StepEvent(step=step, at=now, actor=actor, verb=verb) for step in steps)
