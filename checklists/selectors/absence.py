"""What becomes uncovered when somebody is away from now on, and who could take each of it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Assignment, Step
from checklists.proposal_words import against_in_words, reasons_in_words, why_in_words
from checklists.rostering import Effort, Job, Line, Option, Problem, Solution, describe, options_for, solve
from checklists.selectors.cards import title_of
from checklists.selectors.rostering import Roster, roster_problem
from checklists.selectors.rostering_jobs import minute
from rooms.models import Site
from staff.models import Shift, User
from staff.roles import DUTY_ROLES, FLOOR_ROLES
from staff.shift_cover import UncoveredShift, shifts_lost, uncovered_shifts

QUICK = Effort(rounds=400, seconds=3)
# A longer absence is planned week by week, like everything else.
DAYS_AHEAD = 7
STEPS_SHOWN = 30


@dataclass(frozen=True)
class Taker:
    user: User
    warnings: list[str]
    is_proposed: bool


@dataclass(frozen=True)
class Uncovered:
    """A meeting that has one person less, with the proposal who takes their place."""

    assignment_id: int
    ref: str
    room: str
    topic: str
    role: str
    start: datetime
    end: datetime
    reasons: str
    why: str
    takers: list[Taker]

    @property
    def taker(self) -> User | None:
        return next((each.user for each in self.takers if each.is_proposed), None)


@dataclass(frozen=True)
class LooseStep:
    """A step of the person that goes back to its role or to whoever serves the meeting."""

    title: str
    place: str
    due_at: datetime


@dataclass(frozen=True)
class Absence:
    person: User
    start: datetime
    end: datetime
    meetings: list[Uncovered]
    steps: list[LooseStep]
    steps_more: int
    shifts: list[UncoveredShift]
    # Of the assignments and shifts it is about: what is confirmed is what was shown.
    digest: str


def assignments_lost(person: User, start: datetime, end: datetime) -> list[Assignment]:
    rows = Assignment.objects.filter(user=person, booking__status__in=Booking.HOLDING, during__overlap=(start, end))
    return list(rows.select_related("booking__room", "booking__site", "user").order_by("booking__start_at", "pk"))


def steps_lost(person: User, start: datetime, end: datetime) -> list[Step]:
    """Open ones that have them as their person, whatever was due before included: they cannot do it any more."""
    rows = Step.objects.filter(assignee=person, state=Step.State.OPEN, due_at__lt=end)
    return list(rows.select_related("item", "booking__room", "room", "site").order_by("due_at", "pk"))


def digest_of(assignments: Iterable[Assignment], shifts: Iterable[Shift]) -> str:
    meetings = (f"{each.booking_id}:{each.role}:{each.during}" for each in assignments)
    text = ",".join([*meetings, *(f"{each.pk}:{each.during}" for each in shifts)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def absence_of(*, person: User, start: datetime, end: datetime, reader: User, now: datetime) -> Absence:
    """In a number of statements that does not grow with the meetings."""
    lost = assignments_lost(person, start, end)
    steps = steps_lost(person, start, end)
    site = person.site
    found = takers_of(site, lost, person, start, now) if site and lost else {}
    members = members_beside(site, lost, person) if site else {}
    return Absence(
        person=person,
        start=start,
        end=end,
        meetings=[uncovered(each, found.get(each.pk), members.get(each.role, []), reader) for each in lost],
        steps=[LooseStep(title_of(step), place_of(step), step.due_at) for step in steps[:STEPS_SHOWN]],
        steps_more=max(len(steps) - STEPS_SHOWN, 0),
        shifts=uncovered_shifts(person, start, end, now),
        digest=digest_of(lost, shifts_lost(person, start, end)),
    )


def as_chosen(absence: Absence, takers: Mapping[int, int]) -> Absence:
    """With what somebody chose in place of the proposals."""
    meetings = [
        replace(
            each,
            takers=[replace(one, is_proposed=one.user.pk == takers.get(each.assignment_id)) for one in each.takers],
        )
        for each in absence.meetings
    ]
    return replace(absence, meetings=meetings)


def place_of(step: Step) -> str:
    room = step.room or (step.booking.room if step.booking else None)
    return room.code if room else step.site.code


@dataclass(frozen=True)
class Found:
    line: Line
    options: list[Option]
    people: Mapping[int, User]


def takers_of(site: Site, lost: Sequence[Assignment], person: User, start: datetime, now: datetime) -> dict[int, Found]:
    """Everybody else stays where they are; only the places of this person are filled anew."""
    roster = day_rosters(site, lost, now)
    ids = {each.pk: job_for(each, roster) for each in lost}
    opened = {job.id for job in ids.values() if job}
    jobs = tuple(
        as_open(job, start) if job.id in opened else replace(job, is_fixed=True, pin=job.holder)
        for job in roster.problem.jobs
        if job.id in opened or job.holder is not None
    )
    people = tuple(each for each in roster.problem.people if each.id != person.pk)
    problem = Problem(people=people, jobs=jobs, limits=roster.problem.limits)
    solution = solve(problem, effort=QUICK)
    lines = {line.job.id: line for line in describe(problem, solution)}
    return {
        pk: Found(lines[job.id], options_for(problem, known_only(solution, people), job.id), roster.people)
        for pk, job in ids.items()
        if job
    }


def known_only(solution: Solution, people: Iterable[object]) -> Solution:
    known = {getattr(each, "id", None) for each in people}
    return Solution({job: user if user in known else None for job, user in solution.choices.items()})


def day_rosters(site: Site, lost: Sequence[Assignment], now: datetime) -> Roster:
    first = lost[0].booking.start_at.astimezone(site.zone).date()
    last = lost[-1].booking.start_at.astimezone(site.zone).date()
    days = min((last - first) // timedelta(days=1) + 1, DAYS_AHEAD)
    return roster_problem(site=site, since=first, days=days, now=now)


def job_for(assignment: Assignment, roster: Roster) -> Job | None:
    return next(
        (
            job
            for job in roster.problem.jobs
            if (job.meeting, job.role, job.holder) == (assignment.booking_id, assignment.role, assignment.user_id)
        ),
        None,
    )


def as_open(job: Job, start: datetime) -> Job:
    """Nobody's, and of a meeting under way only what is left of it."""
    at = minute(start)
    spans = tuple((max(begins, at), ends) for begins, ends in job.spans if ends > at) or job.spans[-1:]
    return replace(job, holder=None, pin=None, is_fixed=False, spans=spans)


def members_beside(site: Site, lost: Iterable[Assignment], person: User) -> dict[str, list[Taker]]:
    """Of the roles that no proposal is made for: everybody else who has them."""
    roles = {each.role for each in lost} - set(FLOOR_ROLES)
    if not roles:
        return {}
    found: dict[str, list[Taker]] = defaultdict(list)
    rows = User.objects.filter(site=site, is_active=True, groups__name__in=roles).exclude(pk=person.pk)
    for user in rows.annotate(duty=F("groups__name")).order_by("display_name", "pk"):
        found[user.duty].append(Taker(user, [], is_proposed=False))
    return found


def uncovered(assignment: Assignment, found: Found | None, members: list[Taker], reader: User) -> Uncovered:
    booking = assignment.booking
    return Uncovered(
        assignment_id=assignment.pk,
        ref=booking.ref,
        room=booking.room.code,
        topic=title_for(reader, booking),
        role=str(assignment.get_role_display()),
        start=booking.start_at,
        end=booking.end_at,
        reasons=reasons_in_words(found.line.reasons) if found else "",
        why=why_of(found, members),
        takers=[taker(each, found) for each in found.options if each.is_possible] if found else members,
    )


def why_of(found: Found | None, members: list[Taker]) -> str:
    if found is None:
        return "" if members else _("Nobody else at this site has the role.")
    if found.line.why is None:
        return ""
    if found.line.why.code == "nobody_role":
        return _("Nobody else at this site has the role.")
    return why_in_words({"code": found.line.why.code}, {})


def taker(option: Option, found: Found) -> Taker:
    return Taker(found.people[option.person], against_in_words(option.codes), found.line.person == option.person)


def people_on_duty(site: Site, now: datetime) -> list[User]:
    """On shift now or later today: of whom a manager may hear that they do not come."""
    day_end = now + timedelta(hours=12)
    on_duty = Shift.objects.on_duty().filter(site=site, during__overlap=(now, day_end)).values("user")
    people = User.objects.filter(site=site, is_active=True, pk__in=on_duty, groups__name__in=DUTY_ROLES)
    return list(people.distinct().order_by("display_name", "pk").prefetch_related("groups"))
