"""Who could serve a meeting: people on shift first, the least laden before others, with what speaks against them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bookings.models import Booking
from checklists.models import Assignment
from checklists.selectors.hand_warnings import Day, Warnings, absences_of, against, day_of_booking
from checklists.selectors.needs import rules_for
from checklists.selectors.roster import Roster, roster_of
from staff.models import User
from staff.roles import Role


@dataclass(frozen=True)
class Suggestion:
    """`warnings` are codes: `off_shift`, `partly_on_shift`, `serves_elsewhere` (which the database refuses),
    `serves_beside` (whose rounds are shared), and those of `hand_warnings`.
    """

    user: User
    overlap_minutes: int
    meetings_that_day: int
    is_assigned: bool
    warnings: list[str] = field(default_factory=list)
    # Where `little_time` is for the walk alone: from or to where, in words.
    way: str = ""

    @property
    def is_possible(self) -> bool:
        return "serves_elsewhere" not in self.warnings


def suggested_staff(*, booking: Booking, role: str, day: Day | None = None) -> list[Suggestion]:
    """Everyone of the role at the site: possible first, then on shift throughout, then fewest minutes of overlap.

    `day` is the booking's, for whoever asks for several roles.
    """
    roster = roster_of(booking.site_id, booking.start_at, booking.end_at)
    people = roster.members_of(role)
    near = Assignment.objects.filter(
        user__in=people,
        booking__status__in=Booking.HOLDING,
        during__overlap=(booking.start_at - timedelta(hours=12), booking.end_at + timedelta(hours=12)),
    )
    assignments = list(near.select_related("booking__room"))
    shared = rules_for(booking.site).shared_heads or 0
    suggestions = [suggestion(user, booking, role, roster, assignments, shared=shared) for user in people]
    day = day or day_of_booking(booking)
    options = day.options(role)
    further, ways = [against(options), absences_of(booking, people)], day.ways(options)
    return sorted((with_warnings(each, further, ways) for each in suggestions), key=preference)


def with_warnings(each: Suggestion, further: list[Warnings], ways: dict[int, str]) -> Suggestion:
    added = [code for warnings in further for code in warnings.get(each.user.pk, ())]
    # Who is in another room at that hour has no way to go.
    if {"serves_elsewhere", "serves_beside"} & set(each.warnings):
        added = [code for code in added if code != "little_time"]
    return replace(each, warnings=[*each.warnings, *added], way=ways.get(each.user.pk, ""))


def suggestion(
    user: User, booking: Booking, role: str, roster: Roster, assignments: list[Assignment], *, shared: int
) -> Suggestion:
    own = [each for each in assignments if each.user_id == user.pk]
    others = [each for each in own if each.booking_id != booking.pk]
    overlap = sum((overlap_of(each, booking) for each in others), timedelta(0))
    return Suggestion(
        user=user,
        overlap_minutes=int(overlap.total_seconds() // 60),
        meetings_that_day=len({each.booking_id for each in others}),
        is_assigned=any(each.booking_id == booking.pk and each.role == role for each in own),
        warnings=[*shift_warnings(user, booking, roster), *place_warnings(others, booking, role, shared)],
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


def place_warnings(others: list[Assignment], booking: Booking, role: str, shared: int) -> list[str]:
    if role != Role.SERVICE_STAFF:
        return []
    serving = [each for each in others if each.role == Role.SERVICE_STAFF and overlap_of(each, booking)]
    if len(serving) == 1 and may_share(serving[0].booking, booking, shared):
        return ["serves_beside"]
    return ["serves_elsewhere"] if serving else []


def may_share(one: Booking, other: Booking, shared: int) -> bool:
    """Two rooms of one floor whose people together are no more than the site lets one person serve."""
    is_near = one.room.floor == other.room.floor != "" and one.room.building == other.room.building
    is_near = is_near and one.room_id != other.room_id
    return is_near and one.headcount + other.headcount <= shared


def preference(each: Suggestion) -> tuple[bool, bool, bool, int, int, int, str]:
    return (
        not each.is_possible,
        "off_shift" in each.warnings,
        "partly_on_shift" in each.warnings,
        len(each.warnings),
        each.overlap_minutes,
        each.meetings_that_day,
        each.user.username,
    )
