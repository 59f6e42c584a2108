"""The manager's day: figures, what is wrong, a lane for each meeting, daily steps and coverage."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Assignment, Breach, ServicePlan, Step
from checklists.selectors.cards import Lateness, is_late, late_minutes, lateness, title_of
from checklists.selectors.changes import ChangeCard, unseen_changes
from checklists.selectors.coverage import Coverage, coverage_of
from checklists.selectors.meetings import LANES_SHOWN, SETTLED, STAFF_AHEAD, Meeting, late_steps, meetings_of, page_of
from checklists.selectors.readiness import is_ready_late
from checklists.selectors.words import layout_word
from rooms.models import Site
from rooms.selectors import day_bounds
from staff.models import User
from staff.roles import Role

State = Step.State
PHASES = ("daily", "before", "during", "after")
NOT_STARTED_AFTER = timedelta(minutes=10)
# Worst first.
MARKS = ("breach", "late", "missed", "open", "done")


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    initials: str
    role: str
    phone: str


@dataclass(frozen=True)
class Mark:
    """What stands at one moment of a lane: one step, or several due together."""

    at: datetime
    phase: str
    state: str
    done: int
    total: int
    titles: tuple[str, ...]


@dataclass(frozen=True)
class PhaseProgress:
    phase: str
    done: int
    total: int
    late: int

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


@dataclass(frozen=True)
class Lane:
    ref: str
    room: str
    topic: str
    host: str
    status: str
    status_label: str
    start: datetime
    end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    occupied_from: datetime
    occupied_until: datetime
    headcount: int
    layout: str
    people: tuple[Person, ...]
    marks: tuple[Mark, ...]
    progress: tuple[PhaseProgress, ...]
    late: int
    breaches: int
    ready_at: datetime | None
    ready_due_at: datetime | None
    # Ready only after it should have been, or not ready although it should be.
    is_ready_late: bool

    @property
    def get_status_display(self) -> str:
        """Read by the include that marks the state of a booking."""
        return self.status_label

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None


@dataclass(frozen=True)
class Alert:
    """Something wrong, with the one thing to do about it: `action` is take_over, staff, tell, seen or open."""

    kind: str
    action: str
    since: datetime
    minutes: int
    room: str
    ref: str
    topic: str
    title: str = ""
    step_id: int | None = None
    person: Person | None = None
    role: str = ""
    # The question of a change that was not acknowledged.
    change: ChangeCard | None = None

    @property
    def late(self) -> Lateness:
        return lateness(self.minutes)


@dataclass(frozen=True)
class DayOverview:
    on: date
    meetings: int
    ready_on_time: int
    ready_due: int
    late_now: int
    breaches: int
    alerts: tuple[Alert, ...]
    unseen: tuple[ChangeCard, ...]
    lanes: tuple[Lane, ...]
    daily: PhaseProgress
    coverage: tuple[Coverage, ...]
    page: int
    pages: int

    @property
    def short_hours(self) -> tuple[Coverage, ...]:
        return tuple(each for each in self.coverage if each.is_short)


def day_overview(*, site: Site, on: date, user: User, now: datetime, page: int | None = None) -> DayOverview:
    """The day as `user` may read it, in a number of statements that does not grow with it.

    Figures and alerts are of the whole day, lanes of one page of it; without a number, of the page where `now` is.
    """
    window = day_bounds(site, on)
    meetings = meetings_of(site, window, now)
    number, pages = page_of(meetings, page, now)
    shown = [meeting.pk for meeting in meetings[(number - 1) * LANES_SHOWN : number * LANES_SHOWN]]
    lanes = tuple(lane_of(booking, user, now) for booking in meetings_with_steps(shown))
    daily = list(Step.objects.filter(site=site, on=on).exclude(state=State.WITHDRAWN).select_related(*STEP_RELATIONS))
    due = [meeting for meeting in meetings if meeting.should_be_ready(now)]
    unseen = unseen_changes(site=site, window=window, user=user, now=now)
    alerts = [*meeting_alerts(meetings, user, now), *step_alerts(daily, user, now), *unseen_alerts(unseen, user)]
    return DayOverview(
        on=on,
        meetings=len(meetings),
        ready_on_time=sum(meeting.is_ready_on_time for meeting in due),
        ready_due=len(due),
        late_now=sum(meeting.late for meeting in meetings) + sum(is_late(step, now) for step in daily),
        breaches=sum(meeting.breaches for meeting in meetings),
        alerts=tuple(sorted(alerts, key=lambda alert: (URGENCY.index(alert.kind), alert.since))),
        unseen=tuple(unseen),
        lanes=lanes,
        daily=progress_of("daily", daily, now),
        coverage=coverage_of(site, meetings, window),
        page=number,
        pages=pages,
    )


STEP_RELATIONS = ("item", "assignee", "room")
# What is not known yet can still be kept from going wrong.
URGENCY = ("unseen", "breach", "not_ended", "not_started", "late", "unstaffed")


def meetings_with_steps(pks: Iterable[int]) -> list[Booking]:
    steps = Step.objects.exclude(state=State.WITHDRAWN).select_related(*STEP_RELATIONS)
    return list(
        Booking.objects.filter(pk__in=pks)
        .select_related("room", "site", "plan")
        .prefetch_related(
            Prefetch("steps", steps.order_by("due_at", "item__position", "pk"), to_attr="live_steps"),
            Prefetch("assignments", Assignment.objects.select_related("user")),
            Prefetch("breaches", Breach.objects.select_related("item"), to_attr="all_breaches"),
        )
        .order_by("start_at", "room__position", "room__code")
    )


def lane_of(booking: Booking, user: User, now: datetime) -> Lane:
    steps: Sequence[Step] = booking.live_steps
    plan: ServicePlan | None = getattr(booking, "plan", None)
    ready_at, ready_due_at = (plan.ready_at, plan.ready_due_at) if plan else (None, None)
    return Lane(
        ref=booking.ref,
        room=booking.room.code,
        topic=title_for(user, booking),
        host=booking.host_department,
        status=booking.status,
        status_label=booking.get_status_display(),
        start=booking.start_at,
        end=booking.end_at,
        actual_start=booking.actual_start_at,
        actual_end=booking.actual_end_at,
        occupied_from=booking.occupied_from,
        occupied_until=booking.occupied_until,
        headcount=booking.headcount,
        layout=layout_word(booking.layout),
        people=people_of(booking),
        marks=tuple(marks_of(steps, booking.all_breaches, now)),
        progress=tuple(phases_of(steps, now)),
        late=sum(is_late(step, now) for step in steps),
        breaches=len(booking.all_breaches) + unrecorded_breaches(steps, booking.all_breaches, now),
        ready_at=ready_at,
        ready_due_at=ready_due_at,
        is_ready_late=is_ready_late(ready_at or now, ready_due_at),
    )


def unrecorded_breaches(steps: Iterable[Step], breaches: Iterable[Breach], now: datetime) -> int:
    """Rounds past their limit whose gap the sweep has not written down yet."""
    known = {breach.item_id for breach in breaches if breach.gap_until is None}
    return sum(mark_state(step, now) == "breach" and step.item_id not in known for step in steps)


def people_of(booking: Booking) -> tuple[Person, ...]:
    return tuple(person_of(assignment.user, assignment.role) for assignment in booking.assignments.all())


def person_of(user: User, role: str) -> Person:
    name = user.get_full_name()
    return Person(user.pk, name, initials_of(user), str(dict(Role.choices).get(role, role)), user.phone)


def initials_of(user: User) -> str:
    """A Chinese name's last two characters, else the capitals of a Latin one."""
    name = user.get_full_name()
    if name and ord(name[0]) > 0x2E7F:
        return name[-2:]
    return "".join(part[0] for part in name.split()[:2]).upper()


def marks_of(steps: Iterable[Step], breaches: Iterable[Breach], now: datetime) -> Iterable[Mark]:
    """Steps due within the same five minutes stand as one; a breach stands where its limit was passed."""
    clusters: dict[tuple[str, int], list[Step]] = defaultdict(list)
    for step in steps:
        clusters[step.item.phase, int(step.due_at.timestamp()) // 300].append(step)
    for (phase, _), members in clusters.items():
        yield Mark(
            at=min(step.due_at for step in members),
            phase=phase,
            state=worst_state(members, now),
            done=sum(step.state in SETTLED for step in members),
            total=len(members),
            titles=tuple(title_of(step) for step in members),
        )
    for breach in breaches:
        if breach.gap_until is None:
            # The open round itself stands for the gap.
            continue
        yield Mark(breach.limit_at, "during", "breach", 0, 1, (breach.item.title,))


def worst_state(steps: Iterable[Step], now: datetime) -> str:
    found = {mark_state(step, now) for step in steps}
    return next(state for state in MARKS if state in found)


def mark_state(step: Step, now: datetime) -> str:
    if step.state in SETTLED:
        return "done"
    if step.state == State.MISSED:
        return "missed"
    if step.limit_at and step.limit_at < now:
        return "breach"
    return "late" if is_late(step, now) else "open"


def phases_of(steps: Sequence[Step], now: datetime) -> Iterable[PhaseProgress]:
    for phase in PHASES:
        members = [step for step in steps if step.item.phase == phase]
        if members:
            yield progress_of(phase, members, now)


def progress_of(phase: str, steps: Sequence[Step], now: datetime) -> PhaseProgress:
    done = sum(step.state in SETTLED for step in steps)
    return PhaseProgress(phase, done, len(steps), sum(is_late(step, now) for step in steps))


def meeting_alerts(meetings: Iterable[Meeting], user: User, now: datetime) -> Iterable[Alert]:
    for booking in meetings_to_check(meetings, now):
        yield from state_alerts(booking, user, now)
        yield from step_alerts(booking.late_steps, user, now, booking)


def meetings_to_check(meetings: Iterable[Meeting], now: datetime) -> list[Booking]:
    """Those of which anything may be wrong, with their late steps."""
    pks = [meeting.pk for meeting in meetings if meeting.late or meeting.may_need_care(now)]
    late = Step.objects.filter(late_steps(now)).select_related(*STEP_RELATIONS).order_by("due_at", "pk")
    return list(
        Booking.objects.filter(pk__in=pks)
        .select_related("room", "site")
        .prefetch_related(
            Prefetch("steps", late, to_attr="late_steps"),
            Prefetch("assignments", Assignment.objects.select_related("user")),
        )
        .order_by("start_at", "room__position", "room__code")
    )


def state_alerts(booking: Booking, user: User, now: datetime) -> Iterable[Alert]:
    if booking.status == Booking.Status.APPROVED:
        if booking.start_at + NOT_STARTED_AFTER <= now:
            yield alert_of("not_started", "open", since=booking.start_at, now=now, user=user, booking=booking)
        if not people_of(booking) and now >= booking.start_at - STAFF_AHEAD:
            yield alert_of("unstaffed", "staff", since=booking.start_at, now=now, user=user, booking=booking)
    if booking.status == Booking.Status.RUNNING and booking.end_at < now:
        yield alert_of("not_ended", "open", since=booking.end_at, now=now, user=user, booking=booking)


def step_alerts(steps: Iterable[Step], user: User, now: datetime, booking: Booking | None = None) -> Iterable[Alert]:
    for step in steps:
        if is_late(step, now):
            yield alert_of(
                "breach" if step.limit_at else "late",
                "take_over",
                since=step.due_at,
                now=now,
                user=user,
                booking=booking,
                step=step,
                title=title_of(step),
            )


def unseen_alerts(changes: Iterable[ChangeCard], user: User) -> Iterable[Alert]:
    for card in changes:
        if card.is_pressing:
            yield Alert(
                kind="unseen",
                action="seen" if card.person.pk == user.pk else "tell",
                since=card.matters_at,
                minutes=0,
                room=card.booking.room.code,
                ref=card.booking.ref,
                topic=card.topic,
                person=person_of(card.person, ""),
                change=card,
            )


def alert_of(
    kind: str,
    action: str,
    *,
    since: datetime,
    now: datetime,
    user: User,
    booking: Booking | None = None,
    step: Step | None = None,
    title: str = "",
) -> Alert:
    room = booking.room if booking else step.room if step else None
    return Alert(
        kind=kind,
        action="open" if action == "take_over" and step and step.assignee_id == user.pk else action,
        since=since,
        minutes=minutes_between(since, now) if step is None else max(late_minutes(step, now), 1),
        room=room.code if room else "",
        ref=booking.ref if booking else "",
        topic=title_for(user, booking) if booking else "",
        title=title,
        step_id=step.pk if step else None,
        person=responsible(step, booking),
        role=str(step.get_role_display()) if step else "",
    )


def minutes_between(since: datetime, now: datetime) -> int:
    return max(int((now - since).total_seconds() // 60), 0)


def responsible(step: Step | None, booking: Booking | None) -> Person | None:
    """Who to call: the step's person, else somebody who serves the meeting."""
    if step and step.assignee:
        return person_of(step.assignee, step.role)
    people = people_of(booking) if booking else ()
    wanted = str(dict(Role.choices).get(step.role, "")) if step else ""
    return next((person for person in people if person.role == wanted), people[0] if people else None)
