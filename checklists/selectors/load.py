"""The load of a day: people needed by role and quarter hour, from the real plans and from requests not yet planned,
against people on shift; and where they do not suffice, in which rooms and for what.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.facts import facts_of, with_facts
from checklists.models import Assignment
from checklists.planner import compile_plan
from checklists.rostering import Job
from checklists.selectors.needs import OFFICE_ROLES, item_titles, rules_for, unrostered_roles
from checklists.selectors.roster import Roster, roster_of
from checklists.selectors.rostering_jobs import Meetings, PlannedStep, Terms, job_of, roles_of, steps_by_booking
from checklists.selectors.standards import anchor_items, current_standard, rules_of
from rooms.models import Site
from rooms.selectors import calendar_of, day_bounds
from rooms.workcal import WorkingCalendar
from staff.roles import DUTY_ROLES, Role

QUARTER = timedelta(minutes=15)
# The part of the day that is shown at least, from midnight.
FIRST, LAST = timedelta(hours=7, minutes=30), timedelta(hours=19)


@dataclass(frozen=True)
class Slot:
    """One quarter hour of one role; `asked` are the people that requests not yet decided would need on top."""

    at: datetime
    people: int
    needed: int
    asked: int
    minutes: int
    rooms: tuple[str, ...]
    what: tuple[str, ...] = ()
    # With those of the requests.
    all_rooms: tuple[str, ...] = ()
    all_what: tuple[str, ...] = ()

    @property
    def is_short(self) -> bool:
        return self.needed > self.people

    @property
    def is_short_if_approved(self) -> bool:
        return not self.is_short and self.needed + self.asked > self.people


@dataclass(frozen=True)
class Gap:
    """Quarter hours on end in which too few are there for the same rooms."""

    role: str
    start: datetime
    end: datetime
    people: int
    needed: int
    rooms: tuple[str, ...]
    what: tuple[str, ...]
    is_if_approved: bool = False


@dataclass(frozen=True)
class RoleLoad:
    role: str
    label: str
    slots: tuple[Slot, ...]

    @property
    def highest(self) -> int:
        return max((max(slot.people, slot.needed + slot.asked) for slot in self.slots), default=0)


@dataclass(frozen=True)
class DayLoad:
    on: date
    roles: tuple[RoleLoad, ...]
    gaps: tuple[Gap, ...]
    requests: int
    # Roles with work but without a roster: how many of them are there nobody knows.
    unrostered: tuple[str, ...] = ()

    @property
    def gaps_now(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if not gap.is_if_approved)

    @property
    def gaps_if_approved(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.is_if_approved)


@dataclass(frozen=True)
class Work:
    """A meeting's part of one role, with what falls due in it."""

    room: str
    spans: tuple[tuple[datetime, datetime], ...]
    steps: tuple[PlannedStep, ...]
    is_exclusive: bool
    is_asked: bool


@dataclass
class Wanted:
    by_role: dict[str, list[Work]] = field(default_factory=lambda: defaultdict(list))
    requests: int = 0


def load_of_day(*, site: Site, on: date, now: datetime) -> DayLoad:
    """In a number of statements that does not grow with meetings, requests or people."""
    window = day_bounds(site, on)
    wanted = work_of(site, Booking.objects.filter(site=site).overlapping(*window), now)
    roster = roster_of(site, *window)
    first, last = shown(window, wanted, roster)
    titles, unrostered = item_titles(site), unrostered_roles(site, window)
    roles = tuple(
        RoleLoad(role.value, str(role.label), slots_of(wanted.by_role[role.value], roster, role, (first, last), titles))
        for role in DUTY_ROLES
        if role.value not in unrostered and (wanted.by_role[role.value] or roster.members_of(role))
    )
    gaps = tuple(gap for each in roles for gap in gaps_of(each))
    # Who stands in the room is wanting first.
    office = {str(role.label) for role in DUTY_ROLES if role.value in OFFICE_ROLES}
    return DayLoad(
        on=on,
        roles=roles,
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.is_if_approved, gap.role in office, gap.start))),
        requests=wanted.requests,
        unrostered=tuple(
            str(role.label) for role in DUTY_ROLES if role.value in unrostered and wanted.by_role[role.value]
        ),
    )


def work_of(site: Site, around: Any, now: datetime) -> Wanted:
    """Of these meetings and requests."""
    calendar = calendar_of(site)
    terms = Terms(rules_for(site), calendar, (), now)
    wanted = Wanted()
    planned = list(
        around.planned().select_related("room", "site").prefetch_related("guests").order_by("start_at", "pk")
    )
    meetings = Meetings(planned, steps_by_booking(planned))
    for booking in planned:
        add_work(wanted, booking, meetings.steps.get(booking.pk, []), terms, is_asked=False)
    for booking, steps in forecast(site, around, calendar):
        add_work(wanted, booking, steps, terms, is_asked=True)
        wanted.requests += 1
    return wanted


def forecast(site: Site, around: Any, calendar: WorkingCalendar) -> Iterable[tuple[Booking, list[PlannedStep]]]:
    """Requests still to be decided, with the plan that the standard in force would make of them."""
    pending = list(with_facts(around.filter(status__in=Booking.PENDING)))
    if not pending:
        return
    try:
        rules = rules_of(current_standard(site))
    except ChecklistError:
        rules = None
    for booking in pending:
        steps = compile_plan(rules, facts_of(booking, anchor_items(rules)), calendar) if rules else ()
        yield (
            booking,
            [PlannedStep(step.role, step.item, step.phase, step.due_at) for step in steps],
        )


def add_work(wanted: Wanted, booking: Booking, steps: Sequence[PlannedStep], terms: Terms, *, is_asked: bool) -> None:
    nobody: list[Assignment] = []
    for role in roles_of(steps, nobody):
        own = [step for step in steps if step.role == role]
        if role != Role.SERVICE_STAFF and not own:
            continue
        job = job_of(booking, role, own, steps, terms)
        wanted.by_role[role].append(
            Work(booking.room.code, spans_of(job, booking), tuple(own), job.is_exclusive, is_asked)
        )


def spans_of(job: Job, booking: Booking) -> tuple[tuple[datetime, datetime], ...]:
    zone = booking.start_at.tzinfo
    return tuple(
        (datetime.fromtimestamp(begins * 60, zone), datetime.fromtimestamp(ends * 60, zone))
        for begins, ends in job.spans
    )


def shown(window: tuple[datetime, datetime], wanted: Wanted, roster: Roster) -> tuple[datetime, datetime]:
    """Whole hours of the day with all of its work and shifts."""
    spans = [span for works in wanted.by_role.values() for work in works for span in work.spans]
    spans += [span for shifts in roster.shifts.values() for span in shifts]
    # What is done the day before is of that day's picture.
    spans = [span for span in spans if span[0] < window[1] and window[0] < span[1]]
    first = min([window[0] + FIRST, *(begins for begins, _ends in spans)])
    last = max([window[0] + LAST, *(ends for _begins, ends in spans)])
    whole = last.replace(minute=0, second=0, microsecond=0)
    until = whole if whole == last else whole + timedelta(hours=1)
    return max(first.replace(minute=0, second=0, microsecond=0), window[0]), min(until, window[1])


def slots_of(
    works: Sequence[Work], roster: Roster, role: str, span: tuple[datetime, datetime], titles: Mapping[str, str]
) -> tuple[Slot, ...]:
    number = int((span[1] - span[0]) / QUARTER)
    return tuple(slot_at(span[0] + QUARTER * each, works, roster, role, titles) for each in range(number))


def slot_at(at: datetime, works: Sequence[Work], roster: Roster, role: str, titles: Mapping[str, str]) -> Slot:
    until = at + QUARTER
    here = [work for work in works if minutes_in(work, at, until)]
    sure, asked = [work for work in here if not work.is_asked], [work for work in here if work.is_asked]
    needed = people_for(sure, at, until)
    return Slot(
        at=at,
        people=sum(roster.works_through(user.pk, at, until) for user in roster.members_of(role)),
        needed=needed,
        asked=people_for([*sure, *asked], at, until) - needed,
        minutes=sum(minutes_in(work, at, until) for work in sure),
        rooms=rooms_of(sure or asked),
        what=due_in(sure, at, titles),
        all_rooms=rooms_of(here),
        all_what=due_in(here, at, titles),
    )


def rooms_of(works: Iterable[Work]) -> tuple[str, ...]:
    return tuple(sorted({work.room for work in works}))


def due_in(works: Iterable[Work], at: datetime, titles: Mapping[str, str]) -> tuple[str, ...]:
    due = [step.item for work in works for step in work.steps if at < step.due_at <= at + QUARTER]
    return tuple(dict.fromkeys(titles[item] for item in due if item in titles))[:2]


def minutes_in(work: Work, at: datetime, until: datetime) -> int:
    spans = (min(ends, until) - max(begins, at) for begins, ends in work.spans)
    return int(sum(max(each.total_seconds(), 0) for each in spans) // 60)


def people_for(works: Sequence[Work], at: datetime, until: datetime) -> int:
    """Who stays in a room is needed for as many as run at once; other work is shared out by its minutes."""
    stays = [work for work in works if work.is_exclusive]
    minutes = sum(minutes_in(work, at, until) for work in works if not work.is_exclusive)
    return most_at_once(stays, at, until) + -(-minutes // 15)


def most_at_once(works: Sequence[Work], at: datetime, until: datetime) -> int:
    edges = [
        edge
        for work in works
        for begins, ends in work.spans
        if begins < until and ends > at
        for edge in ((begins, 1), (ends, -1))
    ]
    most = running = 0
    for _at, change in sorted(edges):
        running += change
        most = max(most, running)
    return most


def gaps_of(load: RoleLoad) -> list[Gap]:
    found: list[Gap] = []
    for slot in load.slots:
        if not (slot.is_short or slot.is_short_if_approved):
            continue
        gap = gap_of(load, slot)
        if found and goes_on(found[-1], gap, is_exclusive=load.role == Role.SERVICE_STAFF):
            found[-1] = joined(found[-1], gap)
        else:
            found.append(gap)
    return found


def gap_of(load: RoleLoad, slot: Slot) -> Gap:
    is_if_approved = not slot.is_short
    return Gap(
        role=load.label,
        start=slot.at,
        end=slot.at + QUARTER,
        people=slot.people,
        needed=slot.needed + slot.asked if is_if_approved else slot.needed,
        rooms=slot.all_rooms if is_if_approved else slot.rooms,
        what=slot.all_what if is_if_approved else slot.what,
        is_if_approved=is_if_approved,
    )


def goes_on(gap: Gap, later: Gap, *, is_exclusive: bool) -> bool:
    """Who only visits rooms has one gap for as long as it lasts, whatever the rooms."""
    same = (gap.people, gap.is_if_approved) == (later.people, later.is_if_approved)
    return same and gap.end == later.start and (gap.rooms == later.rooms or not is_exclusive)


def joined(gap: Gap, later: Gap) -> Gap:
    return replace(
        gap,
        end=later.end,
        needed=max(gap.needed, later.needed),
        rooms=tuple(sorted({*gap.rooms, *later.rooms})),
        what=tuple(dict.fromkeys([*gap.what, *later.what]))[:2],
    )


def gaps_during(load: DayLoad, start: datetime, end: datetime) -> list[Gap]:
    """Those of a stretch of time, such as a request that waits for its decision."""
    return [gap for gap in load.gaps if gap.start < end and start < gap.end]
