"""Who works at a site and when, read once for a whole plan instead of once for each step."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    members: Mapping[str, list[User]] = field(default_factory=dict)
    shifts: Mapping[int, list[Span]] = field(default_factory=dict)
    # A day's steps ask for the same few moments thousands of times.
    _found: dict[tuple[str, datetime], list[User]] = field(default_factory=dict, repr=False, compare=False)

    def members_of(self, role: str) -> Sequence[User]:
        return self.members.get(role, ())

    def works_at(self, user_id: int, at: datetime) -> bool:
        return any(begins <= at < ends for begins, ends in self.shifts.get(user_id, ()))

    def works_through(self, user_id: int, start: datetime, end: datetime) -> bool:
        return any(begins <= start and end <= ends for begins, ends in self.shifts.get(user_id, ()))

    def on_shift(self, role: str, at: datetime) -> Sequence[User]:
        if (role, at) not in self._found:
            self._found[role, at] = [user for user in self.members_of(role) if self.works_at(user.pk, at)]
        return self._found[role, at]

    def managers_at(self, at: datetime) -> Sequence[User]:
        return self.told_at(Role.MANAGER, at)

    def told_at(self, role: str, at: datetime) -> Sequence[User]:
        """Those of a role on shift, or all of them when none is: somebody must be told."""
        return self.on_shift(role, at) or self.members_of(role)


def roles_for(step: Step) -> tuple[str, ...]:
    """Whoever may be given a step: its own role, those that help, and a manager."""
    return (step.role, *step.helpers, Role.MANAGER.value)


def roster_of(site: Site | int, start: datetime, end: datetime) -> Roster:
    """The site's active people by duty role, and their shifts that touch the time; two queries."""
    site_id = site if isinstance(site, int) else site.pk
    return rosters_of([site_id], start, end)[site_id]


def rosters_of(site_ids: Iterable[int], start: datetime, end: datetime) -> dict[int, Roster]:
    """The rosters of several sites, in the same two queries."""
    rosters = {site_id: Roster(defaultdict(list), defaultdict(list)) for site_id in site_ids}
    people = User.objects.filter(site__in=rosters, is_active=True, groups__name__in=DUTY_ROLES)
    for user in people.annotate(duty=F("groups__name")).order_by("username"):
        if user.site_id:
            rosters[user.site_id].members[user.duty].append(user)
    for shift in Shift.objects.on_duty().filter(site__in=rosters, during__overlap=(start, end)).order_by("during"):
        rosters[shift.site_id].shifts[shift.user_id].append((shift.during.lower, shift.during.upper))
    return rosters
