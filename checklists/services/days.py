"""A site's day: its daily steps, D1 to D4, planned a day ahead; opened and closed by its manager."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from checklists.errors import ChecklistError
from checklists.facts import day_facts
from checklists.models import ServiceDay, ServiceDayEvent, Step
from checklists.planner import compile_day
from checklists.selectors.service_day import day_figures, left_open, running_on
from checklists.selectors.standards import current_standard, items_of, rules_of
from checklists.services.diffing import Difference, difference
from checklists.services.locks import lock_site
from checklists.services.reminders import arm_reminders, withdraw_reminders
from checklists.wanted import wanted_step
from rooms.models import Room, Site
from rooms.selectors import calendar_of, site_today
from staff import live
from staff.models import User

REMARK_LONGEST = 500


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


@transaction.atomic
def open_day(*, site: Site, on: date, actor: User, now: datetime, note: str = "") -> ServiceDay:
    """Today is open for service; a second time changes nothing. What did not stand yet is kept with the remark."""
    lock_site(site.pk)
    day = ServiceDay.objects.filter(site=site, on=on).first()
    if day and day.opened_at and not day.closed_at:
        return day
    if on != site_today(site, now):
        raise ChecklistError("day_not_today")
    if day and day.closed_at:
        raise ChecklistError("day_closed")
    day = day or ServiceDay(site=site, on=on)
    day.opened_at, day.opened_by = now, actor
    day.save()
    tell(day, "opened", actor, now, note=remark(note), figures=day_figures(site, on))
    return day


@transaction.atomic
def close_day(*, site: Site, on: date, actor: User, now: datetime, note: str = "") -> ServiceDay:
    """Closed for good, with its figures as they stand; a second time changes nothing.

    Refused while a meeting of that day runs, and without a remark while anything due that day is open.
    """
    lock_site(site.pk)
    day = ServiceDay.objects.filter(site=site, on=on, opened_at__isnull=False).first()
    if day is None:
        raise ChecklistError("day_not_open")
    if day.closed_at:
        return day
    running = running_on(site, on).first()
    if running:
        raise ChecklistError("meeting_runs", room=running.room.code)
    text = remark(note)
    if not text and left_open(site, on).exists():
        raise ChecklistError("remark_needed")
    day.closed_at, day.closed_by, day.note, day.figures = now, actor, text, day_figures(site, on)
    day.save(update_fields=["closed_at", "closed_by", "note", "figures"])
    tell(day, "closed", actor, now, note=text)
    return day


@transaction.atomic
def reopen_day(*, site: Site, on: date, actor: User, now: datetime) -> ServiceDay:
    """Open again, until the next day is; what stood at the closing stays in the log."""
    lock_site(site.pk)
    day = ServiceDay.objects.filter(site=site, on=on, opened_at__isnull=False).first()
    if day is None:
        raise ChecklistError("day_not_open")
    if not day.closed_at:
        return day
    if ServiceDay.objects.filter(site=site, on__gt=on, opened_at__isnull=False).exists():
        raise ChecklistError("next_day_open")
    before = {"closed_at": day.closed_at.isoformat(), "by": day.closed_by_id, "note": day.note, "figures": day.figures}
    day.closed_at, day.closed_by, day.note, day.figures = None, None, "", {}
    day.save(update_fields=["closed_at", "closed_by", "note", "figures"])
    tell(day, "reopened", actor, now, **before)
    return day


def remark(note: str) -> str:
    text = note.strip()
    if len(text) > REMARK_LONGEST:
        raise ChecklistError("remark_too_long")
    return text


def tell(day: ServiceDay, verb: str, actor: User, now: datetime, **data: Any) -> None:
    ServiceDayEvent.objects.create(day=day, at=now, actor=actor, verb=verb, data=data)
    live.publish("step", day.pk, site_id=day.site_id)
