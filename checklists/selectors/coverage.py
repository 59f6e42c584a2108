"""Service staff on shift against the meetings of a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from django.db.models import Q

from checklists.selectors.meetings import Meeting
from rooms.models import Site
from staff.models import Shift
from staff.roles import Role
from staff.selectors import shifts_between

HALF_HOUR = timedelta(minutes=30)
LEAD_SHOWN, TRAIL_SHOWN = timedelta(minutes=130), timedelta(minutes=60)


@dataclass(frozen=True)
class Coverage:
    """Service staff on shift against meetings that need them, in one half hour."""

    at: datetime
    people: int
    meetings: int

    @property
    def is_short(self) -> bool:
        return self.meetings > self.people


def coverage_of(site: Site, meetings: Sequence[Meeting], window: tuple[datetime, datetime]) -> tuple[Coverage, ...]:
    """Half hours in which anybody is on shift or any meeting runs."""
    is_server = Q(user__groups__name=Role.SERVICE_STAFF, user__is_active=True)
    shifts = list(shifts_between(site=site, window=window).on_duty().filter(is_server))
    first, last = span_of_day(meetings, window)
    moments = [first + HALF_HOUR * number for number in range(int((last - first) / HALF_HOUR))]
    running = running_by_half_hour(meetings, first, len(moments))
    return tuple(Coverage(at, people_at(at, shifts), count) for at, count in zip(moments, running, strict=True))


def people_at(at: datetime, shifts: Iterable[Shift]) -> int:
    until = at + HALF_HOUR
    return len({shift.user_id for shift in shifts if shift.during.lower <= at and shift.during.upper >= until})


def running_by_half_hour(meetings: Iterable[Meeting], first: datetime, count: int) -> list[int]:
    """How many meetings touch each of the half hours; each meeting is looked at once."""
    changes = [0] * (count + 1)
    for meeting in meetings:
        begins = max((meeting.start - first) // HALF_HOUR, 0)
        # One that ends on the hour leaves the half hour after it alone.
        ends = min(-((first - (meeting.actual_end or meeting.end)) // HALF_HOUR), count)
        if begins < ends:
            changes[begins] += 1
            changes[ends] -= 1
    return list(accumulate(changes[:count]))


def span_of_day(meetings: Sequence[Meeting], window: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """Whole hours of the day with room for what stands around its meetings, at least from 08 to 18 o'clock."""
    first = min([window[0] + timedelta(hours=8), *(meeting.start - LEAD_SHOWN for meeting in meetings)])
    last = max([window[0] + timedelta(hours=18), *(meeting.end + TRAIL_SHOWN for meeting in meetings)])
    whole = last.replace(minute=0, second=0, microsecond=0)
    until = whole if whole == last else whole + timedelta(hours=1)
    return max(first, window[0]).replace(minute=0, second=0, microsecond=0), min(until, window[1])
