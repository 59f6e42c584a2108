"""Who could have a step: everyone with a role for it, those on shift first, with what they have at that time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from checklists.models import Step
from checklists.selectors.roster import roles_for, roster_of
from staff.roles import Role

# What else somebody has around the moment a step is due.
AROUND = timedelta(minutes=30)


@dataclass(frozen=True)
class Candidate:
    id: int
    name: str
    role: str
    is_on_shift: bool
    open_steps: int
    is_holder: bool


def people_for(step: Step, now: datetime) -> list[Candidate]:
    """In a fixed number of statements; on shift at the moment the step is due, or now where that is past."""
    at = max(step.due_at, now)
    roster = roster_of(step.site_id, at, at + timedelta(minutes=1))
    people = {user.pk: (user, role) for role in reversed(roles_for(step)) for user in roster.members_of(role)}
    around = Step.objects.filter(
        assignee__in=people, state=Step.State.OPEN, due_at__gte=at - AROUND, due_at__lt=at + AROUND
    )
    counts = Counter(around.exclude(pk=step.pk).order_by().values_list("assignee", flat=True))
    found = [
        Candidate(
            id=user.pk,
            name=user.get_full_name(),
            role=str(dict(Role.choices).get(role, role)),
            is_on_shift=roster.works_at(user.pk, at),
            open_steps=counts[user.pk],
            is_holder=step.assignee_id == user.pk,
        )
        for user, role in people.values()
    ]
    return sorted(found, key=lambda each: (each.is_holder, not each.is_on_shift, each.open_steps, each.name))
