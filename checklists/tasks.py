"""Celery entry points: one call of a service each, imported inside because services may import tasks."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="checklists.dispatch_reminders")
def dispatch_reminders() -> None:
    from checklists.services.pulse import dispatch_all

    dispatch_all(clock=timezone.now, engine="beat")


@shared_task(name="checklists.sweep_plans")
def sweep_plans() -> None:
    from checklists.services import sweep
    from staff.services.pulses import beat

    now = timezone.now()
    beat("sweep", now, str(sweep(now=now)), "beat")


@shared_task(name="checklists.make_rundown")
def make_rundown(print_id: int) -> None:
    from checklists.services import rundowns

    rundowns.make_rundown(print_id=print_id, now=timezone.now())


@shared_task(name="checklists.replan_meetings")
def replan_meetings(run_id: int) -> None:
    from checklists.services import replanning

    replanning.replan_meetings(run_id=run_id, now=timezone.now())


@shared_task(name="checklists.propose_assignments")
def propose_assignments(proposal_id: int) -> None:
    from checklists.services import proposals

    proposals.make_proposal(proposal_id=proposal_id, now=timezone.now())


@shared_task(name="checklists.find_cover")
def find_cover(search_id: int) -> None:
    from checklists.services import cover_searches

    cover_searches.make_cover(search_id=search_id, now=timezone.now())
