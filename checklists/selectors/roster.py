"""Who works at a site and when, read once for a whole plan instead of once for each step."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from checklists.models import Step
from rooms.models import Site
from staff.models import Shift, User
from staff.roles import DUTY_ROLES, Role

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Roster:
    members: Mapping[str, Sequence[User]] = field(default_factory=dict)
    shifts: Mapping[int, Sequence[Span]] = field(default_factory=dict)

    def members_of(self, role: str) -> Sequence[User]:
        return self.members.get(role, ())

    def works_at(self, user_id: int, at: datetime) -> bool:
        return any(begins <= at < ends for begins, ends in self.shifts.get(user_id, ()))

    def works_through(self, user_id: int, start: datetime, end: datetime) -> bool:
        return any(begins <= start and end <= ends for begins, ends in self.shifts.get(user_id, ()))

    def on_shift(self, role: str, at: datetime) -> list[User]:
        return [user for user in self.members_of(role) if self.works_at(user.pk, at)]

    def managers_at(self, at: datetime) -> Sequence[User]:
        """The managers on shift, or all of them when none is: somebody must be told."""
        return self.on_shift(Role.MANAGER, at) or self.members_of(Role.MANAGER)


def roles_for(step: Step) -> tuple[str, ...]:
    """Whoever may be given a step: its own role, those that help, and a manager."""
    return (step.role, *step.helpers, Role.MANAGER.value)


def roster_of(site: Site | int, start: datetime, end: datetime) -> Roster:
    """The site's active people by duty role, and their shifts that touch the time; two queries."""
    site_id = site if isinstance(site, int) else site.pk
    people = User.objects.filter(site=site_id, is_active=True, groups__name__in=DUTY_ROLES)
    members: dict[str, list[User]] = defaultdict(list)
    for user in people.annotate(duty=F("groups__name")).order_by("username"):
        members[user.duty].append(user)
    shifts: dict[int, list[Span]] = defaultdict(list)
    for shift in Shift.objects.filter(site=site_id, during__overlap=(start, end)).order_by("during"):
        shifts[shift.user_id].append((shift.during.lower, shift.during.upper))
    return Roster(members, shifts)
