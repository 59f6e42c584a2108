"""Who could serve a meeting: people on shift first, the least laden before others, with what speaks against them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bookings.models import Booking
from checklists.models import Assignment
from checklists.selectors.roster import Roster, roster_of
from staff.models import User
from staff.roles import Role


@dataclass(frozen=True)
class Suggestion:
    """`warnings` are codes: `off_shift`, `partly_on_shift`, `serves_elsewhere` (which the database refuses)."""

    user: User
    overlap_minutes: int
    meetings_that_day: int
    is_assigned: bool
    warnings: list[str] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return "serves_elsewhere" not in self.warnings


def suggested_staff(*, booking: Booking, role: str) -> list[Suggestion]:
    """Everyone of the role at the site: possible first, then on shift throughout, then fewest minutes of overlap."""
    roster = roster_of(booking.site_id, booking.start_at, booking.end_at)
    people = roster.members_of(role)
    near = Assignment.objects.filter(
        user__in=people,
        booking__status__in=Booking.HOLDING,
        during__overlap=(booking.start_at - timedelta(hours=12), booking.end_at + timedelta(hours=12)),
    )
    assignments = list(near.select_related("booking"))
    suggestions = [suggestion(user, booking, role, roster, assignments) for user in people]
    return sorted(suggestions, key=preference)


def suggestion(user: User, booking: Booking, role: str, roster: Roster, assignments: list[Assignment]) -> Suggestion:
    own = [each for each in assignments if each.user_id == user.pk]
    others = [each for each in own if each.booking_id != booking.pk]
    overlap = sum((overlap_of(each, booking) for each in others), timedelta(0))
    return Suggestion(
        user=user,
        overlap_minutes=int(overlap.total_seconds() // 60),
        meetings_that_day=len({each.booking_id for each in others}),
        is_assigned=any(each.booking_id == booking.pk and each.role == role for each in own),
        warnings=[*shift_warnings(user, booking, roster), *place_warnings(others, booking, role)],
    )


def overlap_of(assignment: Assignment, booking: Booking) -> timedelta:
    begins = max(assignment.during.lower, booking.start_at)
    ends = min(assignment.during.upper, booking.end_at)
    return max(ends - begins, timedelta(0))


def shift_warnings(user: User, booking: Booking, roster: Roster) -> list[str]:
    if roster.works_through(user.pk, booking.start_at, booking.end_at):
        return []
    moments: tuple[datetime, ...] = (booking.start_at, booking.end_at - timedelta(minutes=1))
    return ["partly_on_shift" if any(roster.works_at(user.pk, at) for at in moments) else "off_shift"]


def place_warnings(others: list[Assignment], booking: Booking, role: str) -> list[str]:
    if role != Role.SERVICE_STAFF:
        return []
    serving = (each for each in others if each.role == Role.SERVICE_STAFF)
    return ["serves_elsewhere"] if any(overlap_of(each, booking) for each in serving) else []


def preference(each: Suggestion) -> tuple[bool, bool, bool, int, int, str]:
    return (
        not each.is_possible,
        "off_shift" in each.warnings,
        "partly_on_shift" in each.warnings,
        each.overlap_minutes,
        each.meetings_that_day,
        each.user.username,
    )
