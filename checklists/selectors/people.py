"""Who serves a booking and who could: for the secretary's and the manager's panel, and the load of an hour."""

from dataclasses import dataclass
from datetime import datetime

from bookings.models import Booking
from checklists.models import Assignment, Step
from checklists.models.standard import StepRole
from checklists.selectors.day import initials_of
from checklists.selectors.hand_warnings import Day, day_of_booking
from checklists.selectors.staffing import Suggestion, suggested_staff
from staff.models import User
from staff.roles import DUTY_ROLES, Role
from staff.selectors import people_on_shift

# Offered first; the rest of the role stands in the list below.
BEST = 3


@dataclass(frozen=True)
class RolePanel:
    role: str
    label: str
    step_count: int
    assigned: tuple[Assignment, ...]
    best: tuple[Suggestion, ...]
    others: tuple[Suggestion, ...]


@dataclass(frozen=True)
class RoleLoad:
    role: str
    label: str
    on_shift: tuple[User, ...]

    @property
    def names(self) -> str:
        return " ".join(initials_of(user) for user in self.on_shift)


@dataclass(frozen=True)
class HourLoad:
    """The service staff on shift when a booking begins, against the meetings of that time, itself included."""

    at: datetime
    meetings: int
    roles: tuple[RoleLoad, ...]

    @property
    def servers(self) -> int:
        return next((len(load.on_shift) for load in self.roles if load.role == Role.SERVICE_STAFF), 0)

    @property
    def is_short(self) -> bool:
        return self.meetings > self.servers


def role_panels(booking: Booking) -> list[RolePanel]:
    """One panel for each role the plan asks for; serving comes first and is always there."""
    counts = step_counts(booking)
    assigned = list(Assignment.objects.filter(booking=booking).select_related("user").order_by("pk"))
    wanted = {Role.SERVICE_STAFF.value, *counts, *(assignment.role for assignment in assigned)}
    day = day_of_booking(booking)
    return [panel(booking, role, counts, assigned, day) for role in DUTY_ROLES if role in wanted]


def step_counts(booking: Booking) -> dict[str, int]:
    steps = Step.objects.filter(booking=booking, state=Step.State.OPEN).exclude(role=StepRole.HOST)
    counts: dict[str, int] = {}
    for role in steps.order_by().values_list("role", flat=True):
        counts[role] = counts.get(role, 0) + 1
    return counts


def panel(booking: Booking, role: Role, counts: dict[str, int], assigned: list[Assignment], day: Day) -> RolePanel:
    free = [each for each in suggested_staff(booking=booking, role=role, day=day) if not each.is_assigned]
    return RolePanel(
        role=role.value,
        label=str(role.label),
        step_count=counts.get(role, 0),
        assigned=tuple(each for each in assigned if each.role == role),
        best=tuple(free[:BEST]),
        others=tuple(free[BEST:]),
    )


def hour_load(booking: Booking) -> HourLoad:
    """Pending requests do not count: they may never take place."""
    same_time = Booking.objects.filter(site=booking.site_id).planned().overlapping(booking.start_at, booking.end_at)
    roles = (Role.SERVICE_STAFF, Role.TECHNICIAN, Role.CLEANER)
    return HourLoad(
        at=booking.start_at,
        meetings=same_time.exclude(pk=booking.pk).count() + 1,
        roles=tuple(role_load(booking, role) for role in roles),
    )


def role_load(booking: Booking, role: Role) -> RoleLoad:
    people = people_on_shift(site=booking.site, role=role, at=booking.start_at)
    return RoleLoad(role.value, str(role.label), tuple(people))
