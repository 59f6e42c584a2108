"""What speaks against somebody chosen by hand: skills, leave, rest, breaks and the way between rooms."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.models import Booking
from checklists.proposal_words import way_in_words
from checklists.rostering import Option, Solution, Way, options_for
from checklists.selectors.rostering import Roster, roster_problem
from rooms.selectors import day_bounds
from staff.models import Leave, Shift, User
from staff.working_time_reads import rules_of

Warnings = dict[int, list[str]]
# As far as any site's rest may reach.
REST_LONGEST = timedelta(hours=48)


@dataclass(frozen=True)
class Day:
    """The day of a booking as it is staffed now, read once for all roles of a panel."""

    booking: Booking
    roster: Roster
    choices: dict[str, int | None]

    def options(self, role: str) -> list[Option]:
        """Of a role that no proposal is made for, none."""
        job_id = f"{self.booking.pk}:{role}:0"
        return options_for(self.roster.problem, Solution(self.choices), job_id) if job_id in self.roster.jobs else []

    def ways(self, options: Iterable[Option]) -> dict[int, str]:
        """In words, for those who would have to walk longer than they have."""
        return {each.person: self.in_words(each.way) for each in options if each.way}

    def in_words(self, way: Way) -> str:
        room = self.roster.bookings[self.roster.jobs[way.job].meeting].room
        return way_in_words(room, needs=way.needs, has=way.has, is_onward=way.is_onward)


CODES = {"skill_missing": "skill_missing", "break": "no_break", "elsewhere": "little_time", "too_far": "little_time"}


def against(options: Iterable[Option]) -> Warnings:
    """`skill_missing`, `no_break` and `little_time`, by person."""
    return {each.person: [CODES[code] for code in each.codes if code in CODES] for each in options}


def day_of_booking(booking: Booking) -> Day:
    on = booking.start_at.astimezone(booking.site.zone).date()
    # As if nothing of the day had begun: what is late is still to be staffed.
    roster = roster_problem(site=booking.site, since=on, days=1, now=day_bounds(booking.site, on)[0])
    known = set(roster.people)
    holders = {job.id: job.holder if job.holder in known else None for job in roster.problem.jobs}
    return Day(booking, roster, holders)


def absences_of(booking: Booking, users: Sequence[User]) -> Warnings:
    """`on_leave`, and `short_rest` for who would begin, or go home, too close to a shift of another day."""
    found: Warnings = defaultdict(list)
    span = (booking.start_at, booking.end_at)
    away = Leave.objects.filter(user__in=users, state=Leave.State.GRANTED, during__overlap=span)
    for user_id in away.values_list("user", flat=True).distinct():
        found[user_id].append("on_leave")
    rules = rules_of(booking.site)
    if rules.rest_hours:
        rest = timedelta(hours=float(rules.rest_hours))
        for user_id, shifts in shifts_around(booking, users).items():
            if is_short_rest(booking, shifts, rest):
                found[user_id].append("short_rest")
    return found


def shifts_around(booking: Booking, users: Sequence[User]) -> dict[int, list[tuple[datetime, datetime]]]:
    around = (booking.start_at - REST_LONGEST, booking.end_at + REST_LONGEST)
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for user_id, during in (
        Shift.objects.on_duty().filter(user__in=users, during__overlap=around).values_list("user", "during")
    ):
        found[user_id].append((during.lower, during.upper))
    return found


def is_short_rest(booking: Booking, shifts: Iterable[tuple[datetime, datetime]], rest: timedelta) -> bool:
    """Only of days on which the meeting does not already belong to a shift."""
    spans, zone = list(shifts), booking.site.zone
    if any(begins < booking.end_at and booking.start_at < ends for begins, ends in spans):
        return False
    first, last = (at.astimezone(zone).date() for at in (booking.start_at, booking.end_at))
    before = (booking.start_at - ends for begins, ends in spans if begins.astimezone(zone).date() < first)
    after = (begins - booking.end_at for begins, ends in spans if begins.astimezone(zone).date() > last)
    return any(timedelta() <= gap < rest for gap in (*before, *after))
