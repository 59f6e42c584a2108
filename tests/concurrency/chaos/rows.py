"""The reminders of a run: steps of a far day, so that planning leaves them alone, due within the next minutes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from django.db import transaction
from django.test import override_settings

from checklists.models import Reminder, Step
from checklists.selectors.standards import current_standard
from checklists.services.reminders import grace
from rooms.models import Site
from staff.models import Notice, User
from staff.roles import Role
from tests import factories

KEY = "K:"
A_DAY_FAR_AWAY = date(2031, 6, 2)
SERVERS = 20
Kind = Reminder.Kind


@dataclass
class House:
    """Who is there, and the next free number of a step."""

    site: Site
    servers: list[User]
    managers: list[User]
    numbers: count

    def steps(self, recipients: list[User], due_at: datetime) -> list[Step]:
        item = current_standard(self.site).items.get(code="D1")
        return Step.objects.bulk_create(
            Step(
                site=self.site,
                on=A_DAY_FAR_AWAY,
                item=item,
                key=f"{KEY}{next(self.numbers)}",
                role=Role.SERVICE_STAFF,
                assignee=recipient,
                opens_at=due_at,
                due_at=due_at,
            )
            for recipient in recipients
        )


# Speed only: nobody signs in.
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def make_house(servers: int = SERVERS) -> House:
    site = factories.make_site()
    made = [factories.make_user(f"server{number}", Role.SERVICE_STAFF, site=site) for number in range(servers)]
    managers = [factories.make_user(f"manager{number}", Role.MANAGER, site=site) for number in range(2)]
    return House(site, made, managers, count(1))


def clear() -> None:
    Reminder.objects.all().delete()
    Notice.objects.all().delete()
    Step.objects.filter(key__startswith=KEY).delete()


def spread(house: House, number: int, first_at: datetime, seconds: float, dice) -> None:
    """`number` reminders over the seconds; every tenth step has two, every fifth shares its notice with another, and of
    every twentieth a manager hears that it has nobody: the same words by the same key from whichever pulse it is.
    """
    far = first_at + timedelta(days=300)
    moments = [first_at + timedelta(seconds=dice.uniform(0, seconds)) for _ in range(number)]
    plain = number - number // 10
    recipients = [dice.choice(house.servers) for _ in range(plain)]
    steps = house.steps(recipients, far)
    for one in range(0, plain - 1, 5):
        # The same person, meeting and moment: one notice for both.
        moments[one + 1], steps[one + 1].assignee = moments[one], steps[one].assignee
    rows = [
        Reminder(step=step, recipient=step.assignee, kind=Kind.DUE, due_at=at)
        for step, at in zip(steps, moments[:plain], strict=True)
    ]
    for one in range(3, plain, 20):
        steps[one].assignee, steps[one].due_at = None, far + timedelta(minutes=one // 100)
    Step.objects.bulk_update(steps, ["assignee", "due_at"])
    # Due shortly after another one of its step: superseded when both wait, else two notices.
    rows += [
        Reminder(step=row.step, recipient=row.recipient, kind=Kind.LATE, due_at=row.due_at + timedelta(seconds=2))
        for row in rows[: number - plain]
    ]
    Reminder.objects.bulk_create(rows)


@transaction.atomic
def past_grace(house: House, number: int, now: datetime) -> int:
    """As after a long outage: too late to be of use, so a manager must hear of each."""
    due_at = now - grace() - timedelta(minutes=5)
    steps = house.steps(house.servers[:number], now + timedelta(days=300))
    due = [Reminder(step=step, recipient=step.assignee, kind=Kind.DUE, due_at=due_at) for step in steps]
    return len(Reminder.objects.bulk_create(due))


def at_once(house: House, number: int, first_at: datetime) -> None:
    """All within one second, each a notice of its own."""
    recipients = [house.servers[one % len(house.servers)] for one in range(number)]
    steps = house.steps(recipients, first_at + timedelta(days=300))
    Reminder.objects.bulk_create(
        Reminder(
            step=step, recipient=step.assignee, kind=Kind.DUE, due_at=first_at + timedelta(seconds=one / len(steps))
        )
        for one, step in enumerate(steps)
    )
