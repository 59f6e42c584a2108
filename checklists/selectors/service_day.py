"""A site's day as its manager opens and closes it: what must stand in the morning, what is left in the evening."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Breach, ServiceDay, Step, Tick
from checklists.selectors.cards import title_of
from checklists.selectors.day_lanes import people_on
from checklists.selectors.words import layout_word
from rooms.models import Site
from rooms.rare import rows_if_any
from rooms.selectors import day_bounds
from rooms.workcal import WorkingCalendar
from staff.models import Shift, User
from staff.roles import Role

State = Step.State
# The standard's own ids, which stay what they are.
APPLICATIONS, INSPECTION, ON_POST, LOCKED = "D1", "D2", "D3", "A6"
LEFT_SHOWN = 6
MEETINGS_NAMED = 12
# `title_for` reads the first of them.
OF_LINE = ("title", "applicant_id", "site_id", "is_private", "status", "ref", "start_at", "end_at", "room__code")


@dataclass(frozen=True)
class Settled:
    """Who settled a step, and when; `state` tells open, done, skipped or missed."""

    state: str
    due_at: datetime
    at: datetime | None
    by: str

    @property
    def is_settled(self) -> bool:
        return self.state in Step.SETTLED


@dataclass(frozen=True)
class Inspection:
    """One room before the day: how its tables stand, and how the first meeting wants them."""

    room: str
    stands: str
    wanted: str
    later: tuple[str, ...]
    step: Settled
    is_ok: bool

    @property
    def must_move(self) -> bool:
        return bool(self.wanted) and self.wanted != self.stands


@dataclass(frozen=True)
class OnPost:
    name: str
    at: datetime | None


@dataclass(frozen=True)
class Opening:
    """What must stand before the first meeting: applications read, rooms inspected, people on post."""

    applications: Settled | None
    rooms: tuple[Inspection, ...]
    on_post_step: Settled | None
    people: tuple[OnPost, ...]

    @property
    def rooms_inspected(self) -> int:
        return sum(room.step.is_settled for room in self.rooms)

    @property
    def people_there(self) -> int:
        return sum(person.at is not None for person in self.people)

    @property
    def is_complete(self) -> bool:
        applications = self.applications is None or self.applications.is_settled
        on_post = self.on_post_step is None or self.people_there > 0
        return applications and on_post and self.rooms_inspected == len(self.rooms)


@dataclass(frozen=True)
class MeetingLine:
    ref: str
    room: str
    topic: str
    start: datetime
    end: datetime
    people: tuple[str, ...]


@dataclass(frozen=True)
class OpenStep:
    room: str
    title: str
    due_at: datetime


@dataclass(frozen=True)
class Closing:
    """What is still open at the end: `steps` counts all that were due that day, `shown` names the first of them.

    Of the meetings too the first are named, and all are counted: in the morning it is the whole day's.
    """

    running: tuple[MeetingLine, ...]
    running_count: int
    to_come: tuple[MeetingLine, ...]
    to_come_count: int
    unlocked: tuple[str, ...]
    steps: int
    shown: tuple[OpenStep, ...]
    next_meeting: MeetingLine | None

    @property
    def is_clear(self) -> bool:
        return not (self.running or self.to_come or self.steps)


def service_day_of(site: Site, on: date) -> ServiceDay | None:
    return ServiceDay.objects.filter(site=site, on=on).select_related("opened_by", "closed_by").first()


def steps_of_day(site: Site, on: date) -> QuerySet[Step]:
    """The daily steps of one day, without those withdrawn."""
    return Step.objects.filter(site=site, on=on).exclude(state=State.WITHDRAWN)


def opening_of(site: Site, on: date, calendar: WorkingCalendar) -> Opening:
    wanted = Q(item__code__in=(INSPECTION, ON_POST)) | Q(item__code=APPLICATIONS, round=1)
    steps = list(steps_of_day(site, on).filter(wanted).select_related("item", "room", "done_by"))
    by_code = {step.item.code: step for step in steps}
    on_post = by_code.get(ON_POST)
    return Opening(
        applications=settled(by_code.get(APPLICATIONS)),
        rooms=tuple(inspection(step) for step in steps if step.item.code == INSPECTION),
        on_post_step=settled(on_post),
        people=tuple(people_on_post(site, on_post, calendar.opens_at(on))) if on_post else (),
    )


def settled(step: Step | None) -> Settled | None:
    if step is None:
        return None
    by = step.done_by.get_full_name() if step.done_by else ""
    return Settled(step.state, step.due_at, step.done_at, by)


def inspection(step: Step) -> Inspection:
    layouts = step.details.get("layouts") or []
    found = settled(step)
    assert found is not None  # noqa: S101 - there is a step
    return Inspection(
        room=step.room.code if step.room else step.subject,
        stands=layout_word(step.details.get("stands_now", "")),
        wanted=layout_word(layouts[0]) if layouts else "",
        later=tuple(layout_word(code) for code in layouts[1:]),
        step=found,
        is_ok=step.result.get("ok") is not False,
    )


def people_on_post(site: Site, step: Step, opens_at: datetime | None) -> Iterable[OnPost]:
    """Everyone on shift that morning, and whoever ticked without a shift; a later tick of a second person counts."""
    there = ticked_by(step)
    until = max(opens_at or step.due_at, step.due_at + timedelta(minutes=1))
    morning = Shift.objects.on_duty().filter(site=site, during__overlap=(step.due_at, until))
    is_server = {"user__groups__name": Role.SERVICE_STAFF, "user__is_active": True}
    expected = {shift.user_id: shift.user for shift in morning.filter(**is_server).select_related("user")}
    for user in [*expected.values(), *(user for user in there if user.pk not in expected)]:
        yield OnPost(user.get_full_name(), there.get(user))


def ticked_by(step: Step) -> Mapping[User, datetime]:
    """Each person's first tick; of one taken back nothing stands."""
    if step.state == State.OPEN:
        return {}
    found: dict[User, datetime] = {}
    for tick in Tick.objects.filter(step=step).select_related("by").order_by("received_at", "pk"):
        if tick.wanted == State.DONE:
            found.setdefault(tick.by, tick.received_at)
        elif tick.verdict == Tick.Verdict.APPLIED:
            found.pop(tick.by, None)
    return found


def closing_of(site: Site, on: date, user: User) -> Closing:
    window = day_bounds(site, on)
    today = Booking.objects.filter(site=site, status__in=Booking.HOLDING).on_day(*window).order_by("start_at", "pk")
    running, to_come = (today.filter(status=status) for status in (Booking.Status.RUNNING, Booking.Status.APPROVED))
    left = left_open(site, on).select_related("item", "room", "booking").order_by("due_at", "item__position", "pk")
    unlocked = left_open(site, on).filter(item__code=LOCKED).order_by("room__position", "room__code")
    return Closing(
        running=meeting_lines(running[:MEETINGS_NAMED], user),
        running_count=running.count(),
        to_come=meeting_lines(to_come[:MEETINGS_NAMED], user),
        to_come_count=to_come.count(),
        unlocked=tuple(dict.fromkeys(unlocked.values_list("room__code", flat=True))),
        steps=left_open(site, on).count(),
        shown=tuple(
            OpenStep(step.room.code if step.room else "", title_of(step), step.due_at) for step in left[:LEFT_SHOWN]
        ),
        next_meeting=next_meeting(site, window[1], user),
    )


def left_open(site: Site, on: date) -> QuerySet[Step]:
    """Everything due that day and still open, daily or of a meeting."""
    day_from, day_until = day_bounds(site, on)
    is_due = Q(on=on) | Q(booking__isnull=False, due_at__gte=day_from, due_at__lt=day_until)
    return Step.objects.filter(is_due, site=site, state=State.OPEN)


def running_on(site: Site, on: date) -> QuerySet[Booking]:
    running = Booking.objects.filter(site=site, status=Booking.Status.RUNNING)
    return running.on_day(*day_bounds(site, on)).select_related("room").order_by("start_at", "pk")


def meeting_lines(bookings: QuerySet[Booking], user: User) -> tuple[MeetingLine, ...]:
    rows = bookings.select_related("room").only(*OF_LINE).prefetch_related(people_on())
    return tuple(meeting_line(booking, user) for booking in rows)


def meeting_line(booking: Booking, user: User) -> MeetingLine:
    return MeetingLine(
        ref=booking.ref,
        room=booking.room.code,
        topic=title_for(user, booking),
        start=booking.start_at,
        end=booking.end_at,
        people=tuple(dict.fromkeys(each.user.get_full_name() for each in booking.assignments.all())),
    )


def next_meeting(site: Site, after: datetime, user: User) -> MeetingLine | None:
    coming = Booking.objects.filter(site=site, status__in=Booking.HOLDING, start_at__gte=after)
    lines = meeting_lines(coming.order_by("start_at", "pk")[:1], user)
    return next(iter(lines), None)


def day_figures(site: Site, on: date) -> dict[str, int]:
    """The numbers of a day as they stand now; kept with the day when it is closed."""
    window = day_bounds(site, on)
    bookings = Booking.objects.filter(site=site).planned().on_day(*window)
    was_due = Q(on=on) | Q(booking__isnull=False, due_at__gte=window[0], due_at__lt=window[1])
    steps = Step.objects.filter(was_due, site=site).exclude(state=State.WITHDRAWN)
    is_late = Q(done_at__gt=F("due_at"), limit_at=None) | Q(done_at__gt=F("limit_at"))
    counts = steps.aggregate(
        steps=Count("pk"),
        done=Count("pk", filter=Q(state=State.DONE)),
        skipped=Count("pk", filter=Q(state=State.SKIPPED)),
        missed=Count("pk", filter=Q(state=State.MISSED)),
        open=Count("pk", filter=Q(state=State.OPEN)),
        late=Count("pk", filter=Q(state=State.DONE) & is_late),
        rooms=Count("pk", filter=Q(item__code=INSPECTION)),
        rooms_inspected=Count("pk", filter=Q(item__code=INSPECTION, state__in=Step.SETTLED)),
    )
    ready = bookings.aggregate(
        meetings=Count("pk"),
        ready=Count("pk", filter=Q(plan__ready_at__isnull=False)),
        ready_on_time=Count("pk", filter=Q(plan__ready_at__lte=F("plan__ready_due_at"))),
    )
    breaches = Breach.objects.filter(booking__in=bookings.values("pk")).count()
    return ready | counts | {"breaches": breaches, "unlocked": unlocked_count(site, on)}


def unlocked_count(site: Site, on: date) -> int:
    return left_open(site, on).filter(item__code=LOCKED).values("room").distinct().count()


@dataclass(frozen=True)
class DayOff:
    """A meeting on a weekend or holiday that is to be prepared on the working day before (D7)."""

    meeting: MeetingLine
    holiday: str
    step_id: int
    step: Settled
    is_late: bool

    @property
    def is_staffed(self) -> bool:
        return bool(self.meeting.people)


def days_off_on(site: Site, on: date, *, user: User, calendar: WorkingCalendar, now: datetime) -> tuple[DayOff, ...]:
    """What is to be prepared on that day for days off; what an earlier day left open stays on today's list."""
    day_from, day_until = day_bounds(site, on)
    is_due = Q(due_at__gte=day_from, due_at__lt=day_until)
    if day_from <= now < day_until:
        is_due |= Q(state=State.OPEN, due_at__lt=day_from, booking__start_at__gt=now)
    steps = Step.objects.filter(is_due, site=site, item__phase="daily", booking__isnull=False)
    rows = steps.exclude(state=State.WITHDRAWN).select_related("item", "done_by", "booking__room", "booking__site")
    found = rows.prefetch_related("booking__assignments__user").order_by("booking__start_at", "pk")
    return tuple(day_off(step, user, calendar, now) for step in rows_if_any(found))


def day_off(step: Step, user: User, calendar: WorkingCalendar, now: datetime) -> DayOff:
    assert step.booking is not None  # noqa: S101 - asked for
    found = settled(step)
    assert found is not None  # noqa: S101 - there is a step
    starts_on = calendar.local_date(step.booking.start_at)
    return DayOff(
        meeting=meeting_line(step.booking, user),
        holiday=calendar.holiday_name(starts_on, get_language() or "en"),
        step_id=step.pk,
        step=found,
        is_late=step.state == State.OPEN and step.due_at < now,
    )
