"""Meetings as jobs: when somebody of a role has to be there, by the steps of the plan, and what it asks of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.models import Booking
from checklists.models import Assignment, AssignmentRules, StaffingNeed, Step
from checklists.rostering import Job, Person, Span, merged, missing_skills
from checklists.selectors.needs import skills_for
from rooms.workcal import WorkingCalendar
from staff.roles import DUTY_ROLES, Role

# Steps this close before a meeting, and after it, belong to being there.
CLOSE_BEFORE, CLOSE_AFTER = timedelta(minutes=35), timedelta(minutes=60)
# Several steps of one moment are done in turn, but nobody needs longer for them.
LONGEST_BEFORE, LONGEST_AFTER = 20, 15


@dataclass(frozen=True)
class PlannedStep:
    role: str
    item: str
    phase: str
    due_at: datetime


@dataclass
class Meetings:
    """The meetings of a window with what is planned for them and who has them."""

    bookings: list[Booking]
    steps: Mapping[int, list[PlannedStep]] = field(default_factory=dict)
    assigned: Mapping[int, list[Assignment]] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """What the jobs of a site are made with."""

    rules: AssignmentRules
    calendar: WorkingCalendar
    needs: Sequence[StaffingNeed]
    now: datetime
    # Roles whose steps stay with everyone: by the site's rules, or because they work without shifts.
    common: frozenset[str] = frozenset()


def minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def steps_by_booking(bookings: Iterable[Booking]) -> dict[int, list[PlannedStep]]:
    rows = (
        Step.objects.filter(booking__in=bookings, state=Step.State.OPEN, role__in=DUTY_ROLES)
        .order_by("due_at", "pk")
        .values_list("booking", "role", "item__code", "item__phase", "due_at")
    )
    found: dict[int, list[PlannedStep]] = defaultdict(list)
    for booking_id, role, item, phase, due_at in rows:
        found[booking_id].append(PlannedStep(role, item, phase, due_at))
    return found


def assigned_to(bookings: Iterable[Booking]) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    for each in Assignment.objects.filter(booking__in=bookings).select_related("user").order_by("pk"):
        found[each.booking_id].append(each)
    return found


def jobs_of(meetings: Meetings, terms: Terms) -> list[Job]:
    return [job for booking in meetings.bookings for job in booking_jobs(booking, meetings, terms)]


def booking_jobs(booking: Booking, meetings: Meetings, terms: Terms) -> list[Job]:
    """One for each place of a role: as many as have it now, one at least; under way they stay as they are."""
    is_fixed = booking.status != Booking.Status.APPROVED or booking.start_at <= terms.now
    steps, assigned = meetings.steps.get(booking.pk, []), meetings.assigned.get(booking.pk, [])
    found: list[Job] = []
    for role in roles_of(steps, assigned, terms.common):
        holders = [each.user_id for each in assigned if each.role == role]
        if is_fixed and not holders:
            continue
        base = job_of(booking, role, [step for step in steps if step.role == role], steps, terms)
        people: list[int | None] = [*holders] or [None]
        found.extend(placed(base, place, holder, is_fixed=is_fixed) for place, holder in enumerate(people))
    return found


def roles_of(
    steps: Iterable[PlannedStep], assigned: Iterable[Assignment], common: frozenset[str] = frozenset()
) -> list[str]:
    asked = {step.role for step in steps} - common
    present = {Role.SERVICE_STAFF.value, *asked, *(each.role for each in assigned)}
    return [role.value for role in DUTY_ROLES if role.value in present]


def job_of(
    booking: Booking, role: str, steps: Sequence[PlannedStep], all_steps: Sequence[PlannedStep], terms: Terms
) -> Job:
    is_exclusive = role == Role.SERVICE_STAFF
    items = {step.item for step in all_steps}
    spans = serving_spans(booking, steps, terms) if is_exclusive else step_spans(booking, steps, terms)
    return Job(
        id=f"{booking.pk}:{role}",
        meeting=booking.pk,
        role=role,
        room=booking.room_id,
        floor=booking.room.floor,
        building=booking.room.building,
        spans=spans,
        minutes=minutes_of(booking, steps, terms) if is_exclusive else sum(ends - begins for begins, ends in spans),
        skills=frozenset(skills_for(terms.needs, booking, role, items)),
        is_exclusive=is_exclusive,
        is_unpopular=is_unpopular(booking.start_at, booking.end_at, booking.site.zone, terms.calendar),
        guests=frozenset(guest.name for guest in booking.guests.all()),
        host=booking.host_department,
        heads=booking.headcount,
    )


def minutes_of(booking: Booking, steps: Iterable[PlannedStep], terms: Terms) -> int:
    """What falls due while somebody is in the room anyway is no more work."""
    served = minute(booking.end_at) - minute(booking.start_at)
    return served + terms.rules.step_minutes * sum(not is_within(step, booking) for step in steps)


def placed(base: Job, place: int, holder: int | None, *, is_fixed: bool) -> Job:
    """Of several people in one role the first has the skills that the meeting asks for."""
    facts = {**vars(base), "id": f"{base.id}:{place}", "holder": holder, "is_fixed": is_fixed}
    if place:
        facts["skills"] = frozenset()
    return Job(**facts | ({"pin": holder} if is_fixed else {}))


def skilled_first(jobs: Iterable[Job], people: Iterable[Person]) -> list[Job]:
    """Whoever of those who have a meeting now lacks the least stands where its skills are asked for."""
    by_id = {person.id: person for person in people}
    groups: dict[tuple[int, str], list[Job]] = defaultdict(list)
    for job in jobs:
        groups[job.meeting, job.role].append(job)
    return [job for group in groups.values() for job in reseated(group, by_id)]


def reseated(group: list[Job], people: Mapping[int, Person]) -> list[Job]:
    first = group[0]
    if len(group) == 1 or not first.skills or first.is_fixed:
        return group

    def lacks(job: Job) -> int:
        person = people.get(job.holder) if job.holder else None
        return len(missing_skills(person, first)) if person else len(first.skills) + 1

    best = min(group, key=lacks)
    holders = [best.holder, *(job.holder for job in group if job is not best)]
    return [replace(job, holder=holder) for job, holder in zip(group, holders, strict=True)]


def is_within(step: PlannedStep, booking: Booking) -> bool:
    return booking.start_at < step.due_at <= booking.end_at


def serving_spans(booking: Booking, steps: Iterable[PlannedStep], terms: Terms) -> tuple[Span, ...]:
    """The meeting itself, what is done shortly before it, and clearing up right after it."""
    start, end = minute(booking.start_at), minute(booking.actual_end_at or booking.end_at)
    near = Counter(
        minute(step.due_at) for step in steps if booking.start_at - CLOSE_BEFORE <= step.due_at <= booking.start_at
    )
    length = terms.rules.step_minutes
    before = [(due - min(number * length, LONGEST_BEFORE), due) for due, number in near.items()]
    after = sum(
        step.phase == "after" and booking.end_at < step.due_at <= booking.end_at + CLOSE_AFTER for step in steps
    )
    clearing = [(end, end + min(after * length, LONGEST_AFTER))] if after and length else []
    return merged([*(span for span in before if span[0] < span[1]), (start, max(end, start + 1)), *clearing])


def step_spans(booking: Booking, steps: Sequence[PlannedStep], terms: Terms) -> tuple[Span, ...]:
    """Each visit on the meeting's day, or all of them where none is; without any, the meeting's beginning.

    What is checked at one moment is checked on one walk through the room.
    """
    zone, length = booking.site.zone, max(terms.rules.step_minutes, 1)
    day = booking.start_at.astimezone(zone).date()
    today = [step for step in steps if step.due_at.astimezone(zone).date() == day] or list(steps)
    spans = [(minute(step.due_at) - length, minute(step.due_at)) for step in today]
    start = minute(booking.start_at)
    return merged(spans) or ((start, start + length),)


def is_unpopular(start: datetime, end: datetime, zone: ZoneInfo, calendar: WorkingCalendar) -> bool:
    """On a day off, before the house opens or after it closes; whoever serves late clears up later still."""
    on = start.astimezone(zone).date()
    hours = calendar.hours(on)
    if not (hours and calendar.is_working(on)):
        return True
    begins, ends = (at.astimezone(zone) for at in (start, end))
    return begins.time() < hours[0][0] or ends.date() > on or ends.time() > hours[-1][1]
