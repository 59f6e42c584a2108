"""Celery entry points: one call of a service each, imported inside because services may import tasks."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="checklists.dispatch_reminders")
def dispatch_reminders() -> None:
    from checklists.services.pulse import dispatch_all

    dispatch_all(clock=timezone.now)


@shared_task(name="checklists.sweep_plans")
def sweep_plans() -> None:
    from checklists.services import sweep

    sweep(now=timezone.now())


@shared_task(name="checklists.make_rundown")
def make_rundown(print_id: int) -> None:
    from checklists.services import rundowns

    rundowns.make_rundown(print_id=print_id, now=timezone.now())
