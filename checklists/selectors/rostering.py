"""A day or a week at a site as a problem of assignment, read in a number of statements that does not grow with it."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import CharField, Count, F, Func

from bookings.models import Booking
from checklists.models import Assignment, AssignmentRules, Step
from checklists.rostering import Job, Limits, Person, Problem, Span, merged
from checklists.selectors.needs import common_roles, needs_of, rules_for
from checklists.selectors.rostering_jobs import (
    Meetings,
    Terms,
    assigned_to,
    is_unpopular,
    jobs_of,
    minute,
    skilled_first,
    steps_by_booking,
)
from rooms.models import Site
from rooms.selectors import calendar_of, day_bounds, midnight
from staff.models import KnownRoom, PersonSkill, Shift, User
from staff.roles import DUTY_ROLES, Role
from staff.working_time_reads import rules_of

# The weeks over which work is to be fair, and how long a guest and a department remember who served them.
FAIR_OVER, REMEMBERED = timedelta(weeks=4), timedelta(days=180)
# What begins the evening before, or goes on into the morning after, still takes its people.
AROUND = timedelta(hours=12)


# What is done for a meeting at one moment is one visit.
AT_ONE_MOMENT = Func(F("booking"), F("due_at"), template="(%(expressions)s)", output_field=CharField())
VISITS = Count(AT_ONE_MOMENT, distinct=True)


@dataclass(frozen=True)
class Roster:
    """The problem with the rows it was made of."""

    problem: Problem
    bookings: Mapping[int, Booking]
    people: Mapping[int, User]
    digest: str

    @cached_property
    def jobs(self) -> dict[str, Job]:
        return {job.id: job for job in self.problem.jobs}


def window_of(site: Site, since: date, days: int) -> tuple[datetime, datetime]:
    return day_bounds(site, since)[0], day_bounds(site, since + timedelta(days=days - 1))[1]


def roster_problem(
    *, site: Site, since: date, days: int, now: datetime, pins: Mapping[str, int] | None = None
) -> Roster:
    """Meetings that begin in these days are to be staffed; those around them only take their people's time."""
    window = window_of(site, since, days)
    meetings, calendar = meetings_around(site, window), calendar_of(site)
    rules = rules_for(site)
    terms = Terms(rules, calendar, needs_of(site), now, common_roles(rules, window))
    jobs = [job if is_inside(job, meetings, window) else as_fixed(job) for job in jobs_of(meetings, terms)]
    # Of those outside only what somebody has counts.
    jobs = [with_pin(job, pins or {}) for job in jobs if not job.is_fixed or job.holder is not None]
    users = list(duty_people(site))
    people = people_of(users, window, terms, wanted_by(jobs))
    return Roster(
        problem=Problem(people=people, jobs=tuple(skilled_first(jobs, people)), limits=limits_of(rules)),
        bookings={booking.pk: booking for booking in meetings.bookings},
        people={user.pk: user for user in users},
        digest=digest_of(meetings, people),
    )


def meetings_around(site: Site, window: tuple[datetime, datetime]) -> Meetings:
    live = Booking.objects.filter(site=site, status__in=(Booking.Status.APPROVED, Booking.Status.RUNNING))
    near = live.filter(start_at__lt=window[1] + AROUND, end_at__gt=window[0] - AROUND)
    bookings = list(near.select_related("room", "site").prefetch_related("guests").order_by("start_at", "pk"))
    return Meetings(bookings, steps_by_booking(bookings), assigned_to(bookings))


def is_inside(job: Job, meetings: Meetings, window: tuple[datetime, datetime]) -> bool:
    starts = {booking.pk: booking.start_at for booking in meetings.bookings}
    return window[0] <= starts[job.meeting] < window[1]


def as_fixed(job: Job) -> Job:
    return replace(job, is_fixed=True, pin=job.holder)


def with_pin(job: Job, pins: Mapping[str, int]) -> Job:
    return replace(job, pin=pins[job.id]) if job.id in pins and not job.is_fixed else job


def limits_of(rules: AssignmentRules) -> Limits:
    working = rules_of(rules.site)
    return Limits(
        room_minutes=rules.room_minutes,
        floor_minutes=rules.floor_minutes,
        building_minutes=rules.building_minutes,
        shared_heads=rules.shared_heads or 0,
        break_after=int((working.break_after_hours or 0) * 60),
        break_minutes=working.break_minutes,
    )


def duty_people(site: Site) -> Iterable[User]:
    """With the roles they have in `duties`."""
    rows = User.objects.filter(site=site, is_active=True, groups__name__in=DUTY_ROLES)
    found: dict[int, User] = {}
    for user in rows.annotate(duty=F("groups__name")).order_by("username"):
        known = found.setdefault(user.pk, user)
        known.duties = {*getattr(known, "duties", ()), user.duty}
    return found.values()


@dataclass(frozen=True)
class Wanted:
    guests: frozenset[str]
    hosts: frozenset[str]


def wanted_by(jobs: Sequence[Job]) -> Wanted:
    return Wanted(frozenset().union(*(job.guests for job in jobs)), frozenset(job.host for job in jobs if job.host))


def people_of(
    users: Sequence[User], window: tuple[datetime, datetime], terms: Terms, wanted: Wanted
) -> tuple[Person, ...]:
    shifts, earlier = shifts_of(users, window)
    skills, rooms = skills_of(terms.rules.site, users), rooms_of(users)
    carried, unpopular = carried_by(users, earlier, window, terms)
    guests, hosts = served_before(users, window, wanted)
    return tuple(
        Person(
            id=user.pk,
            roles=frozenset(user.duties),
            shifts=merged(shifts[user.pk]),
            skills=skills[user.pk],
            rooms=frozenset(rooms[user.pk]),
            carried=carried[user.pk],
            carried_unpopular=unpopular[user.pk],
            guests=frozenset(guests[user.pk]),
            hosts=frozenset(hosts[user.pk]),
        )
        for user in users
    )


def shifts_of(users: Sequence[User], window: tuple[datetime, datetime]) -> tuple[dict[int, list[Span]], Counter[int]]:
    """Those of the window, and the minutes of the weeks before."""
    found: dict[int, list[Span]] = defaultdict(list)
    earlier: Counter[int] = Counter()
    span = (window[0] - FAIR_OVER, window[1] + AROUND)
    for user_id, during in (
        Shift.objects.on_duty().filter(user__in=users, during__overlap=span).values_list("user", "during")
    ):
        begins, ends = minute(during.lower), minute(during.upper)
        if during.upper > window[0] - AROUND:
            found[user_id].append((begins, ends))
        if during.lower < window[0]:
            earlier[user_id] += min(ends, minute(window[0])) - max(begins, minute(span[0]))
    return found, earlier


def skills_of(site: Site, users: Sequence[User]) -> dict[int, dict[int, Span]]:
    """Held through the last day, by the site's clock."""
    found: dict[int, dict[int, Span]] = defaultdict(dict)
    for each in PersonSkill.objects.filter(user__in=users):
        until = minute(midnight(site, each.valid_until + timedelta(days=1))) if each.valid_until else 2**60
        found[each.user_id][each.skill_id] = (minute(midnight(site, each.valid_from)), until)
    return found


def rooms_of(users: Sequence[User]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for user_id, room_id in KnownRoom.objects.filter(user__in=users).values_list("user", "room"):
        found[user_id].add(room_id)
    return found


def carried_by(
    users: Sequence[User], earlier: Counter[int], window: tuple[datetime, datetime], terms: Terms
) -> tuple[dict[int, float], dict[int, float]]:
    """Minutes and unpopular duties of the weeks before, beyond each person's share by the length of their shifts."""
    minutes = minutes_of_steps(users, window, terms)
    unpopular: Counter[int] = Counter()
    past = Assignment.objects.filter(user__in=users, during__overlap=(window[0] - FAIR_OVER, window[0]))
    for user_id, role, during in past.values_list("user", "role", "during"):
        if role == Role.SERVICE_STAFF:
            minutes[user_id] += minute(during.upper) - minute(during.lower)
        unpopular[user_id] += is_unpopular(during.lower, during.upper, terms.rules.site.zone, terms.calendar)
    return beyond_share(minutes, users, earlier), beyond_share(unpopular, users, earlier)


def minutes_of_steps(users: Sequence[User], window: tuple[datetime, datetime], terms: Terms) -> Counter[int]:
    """Who looks after several meetings at once has worked by what they did there, not by how long the meetings were."""
    steps = Step.objects.filter(
        assignee__in=users, booking__isnull=False, due_at__gte=window[0] - FAIR_OVER, due_at__lt=window[0]
    )
    rows = steps.exclude(role=Role.SERVICE_STAFF).order_by().values_list("assignee").annotate(number=VISITS)
    return Counter({user_id: number * terms.rules.step_minutes for user_id, number in rows})


def beyond_share(had: Counter[int], users: Sequence[User], worked: Counter[int]) -> dict[int, float]:
    """Among people of the same roles; who did not work owes nothing."""
    found: dict[int, float] = defaultdict(float)
    teams: dict[frozenset[str], list[int]] = defaultdict(list)
    for user in users:
        teams[frozenset(user.duties)].append(user.pk)
    for team in teams.values():
        total, all_had = sum(worked[pk] for pk in team), sum(had[pk] for pk in team)
        for pk in team:
            found[pk] = had[pk] - all_had * worked[pk] / total if total else 0.0
    return found


def served_before(
    users: Sequence[User], window: tuple[datetime, datetime], wanted: Wanted
) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """The guests and departments of these days that each person has served in the last months."""
    guests: dict[int, set[str]] = defaultdict(set)
    hosts: dict[int, set[str]] = defaultdict(set)
    past = Assignment.objects.filter(
        user__in=users, booking__start_at__lt=window[0], booking__start_at__gte=window[0] - REMEMBERED
    )
    if wanted.guests:
        rows = past.filter(booking__guests__name__in=wanted.guests).values_list("user", "booking__guests__name")
        for user_id, name in rows.distinct():
            guests[user_id].add(name)
    rows = past.filter(booking__host_department__in=wanted.hosts).values_list("user", "booking__host_department")
    for user_id, name in rows.distinct():
        hosts[user_id].add(name)
    return guests, hosts


def digest_of(meetings: Meetings, people: Sequence[Person]) -> str:
    """Of what a proposal stands on: when it differs, somebody moved something since."""
    known = [
        [
            (each.pk, each.status, minute(each.start_at), minute(each.end_at), each.room_id, each.headcount)
            for each in meetings.bookings
        ],
        sorted({(each.room_id, each.room.building, each.room.floor) for each in meetings.bookings}),
        sorted((each.booking_id, each.user_id, each.role) for rows in meetings.assigned.values() for each in rows),
        sorted((each.id, sorted(each.roles), each.shifts, sorted(each.skills.items())) for each in people),
    ]
    return hashlib.sha256(json.dumps(known, default=str).encode()).hexdigest()
