"""The daily steps of a site, D1 to D6, planned a day ahead and closed when the day is over."""

from datetime import date, datetime

from django.db import transaction

from checklists.facts import day_facts
from checklists.models import Step
from checklists.planner import compile_day
from checklists.selectors.standards import current_standard, items_of, rules_of
from checklists.services.diffing import Difference, difference
from checklists.services.locks import lock_site
from checklists.services.reminders import arm_reminders, withdraw_reminders
from checklists.wanted import wanted_step
from rooms.models import Room, Site
from rooms.selectors import calendar_of, site_today
from staff import live


@transaction.atomic
def plan_day(*, site: Site, on: date, now: datetime) -> bool:
    """Bring the day's steps in line with its rooms and meetings; True when something changed.

    What would already have been due is not added: a day planned late starts with what is still to come.
    """
    lock_site(site.pk)
    standard = current_standard(site)
    existing = list(Step.objects.filter(site=site, on=on, booking=None).select_related("item", "assignee"))
    known = {step.key for step in existing}
    planned = compile_day(rules_of(standard), day_facts(site, on), calendar_of(site))
    found = difference(
        wanted=[wanted_step(step) for step in planned if step.key in known or step.due_at > now],
        existing=existing,
        items=items_of(standard),
        owner={"site_id": site.pk, "on": on, "booking_id": None},
        rooms=dict(Room.objects.filter(site=site).values_list("code", "pk")),
    )
    found.save(actor=None, now=now)
    arm_reminders(steps=[*existing, *found.created], now=now)
    if found:
        live.publish("step", [*found.open_steps, *found.withdrawn][0].pk, site_id=site.pk)
    return bool(found)


@transaction.atomic
def close_days(*, site: Site, now: datetime) -> int:
    """Daily steps still open when their day is over become missed; how many there were."""
    over = Step.objects.filter(site=site, booking=None, on__lt=site_today(site, now), state=Step.State.OPEN)
    if not over.exists():
        return 0
    lock_site(site.pk)
    steps = list(over.select_related("item"))
    for step in steps:
        step.state = Step.State.MISSED
    Difference(missed=steps).save(actor=None, now=now)
    withdraw_reminders(steps=steps, reason="settled")
    return len(steps)
