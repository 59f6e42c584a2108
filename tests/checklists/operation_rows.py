"""Reminders, pulses and deliveries made by hand, for the tests of the operation's figures."""

from datetime import date, datetime, timedelta
from itertools import count

from checklists.models import Reminder, Step
from checklists.selectors.standards import current_standard
from staff.models import Delivery, Notice, Pulse, User

_numbers = count(1)
SECOND = timedelta(seconds=1)
ALL = ("dispatch", "outbox_mail", "outbox_web", "webhooks", "sweep", "surveys", "training")


def step_for(user: User, at: datetime, **fields) -> Step:
    """A step that no meeting has, so that nothing plans it anew."""
    return Step.objects.create(
        **{
            "site": user.site,
            "on": date(2031, 6, 2),
            "item": current_standard(user.site).items.get(code="D1"),
            "key": f"made:{next(_numbers)}",
            "role": "service_staff",
            "assignee": user,
            "opens_at": at,
            "due_at": at,
            **fields,
        }
    )


def waiting(user: User, due_at: datetime, **fields) -> Reminder:
    step = step_for(user, due_at, **fields)
    return Reminder.objects.create(step=step, recipient=user, kind=Reminder.Kind.DUE, due_at=due_at)


def sent(user: User, due_at: datetime, late_seconds: float) -> Reminder:
    step, sent_at = step_for(user, due_at), due_at + late_seconds * SECOND
    return Reminder.objects.create(step=step, recipient=user, kind="due", due_at=due_at, state="sent", sent_at=sent_at)


def missed(user: User, due_at: datetime, reason: str = "past_grace", **fields) -> Reminder:
    step = step_for(user, due_at, **fields)
    return Reminder.objects.create(step=step, recipient=user, kind="due", due_at=due_at, state="missed", reason=reason)


def pulses(now: datetime, engine: str, *, age: float = 2, names=ALL) -> None:
    Pulse.objects.bulk_create(Pulse(name=name, engine=engine, last_at=now - age * SECOND) for name in names)


def notice_for(user: User, now: datetime) -> Notice:
    return Notice.objects.create(recipient=user, code="x", key=f"made:{next(_numbers)}", created_at=now)


def delivery(user: User, now: datetime, **fields) -> Delivery:
    made = {"notice": notice_for(user, now), "channel": "mail", "state": "failed", "attempts": 6, "next_at": now}
    return Delivery.objects.create(**(made | fields))
