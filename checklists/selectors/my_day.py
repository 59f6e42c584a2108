"""One person's day on their phone: shifts, meetings, steps, breaks and messages in the order of time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F

from bookings.models import Booking
from checklists.breaks import Break, breaks_of
from checklists.models import Assignment, Step
from checklists.selectors.cards import is_late, title_of
from checklists.selectors.tablet import RoomMeeting, in_rooms
from checklists.unannounced import SPOT_CHECK
from rooms.models import Room, Site
from rooms.selectors import day_bounds, midnight, site_today
from staff.models import Leave, Notice, RunSession, Shift, User
from staff.roles import Role
from staff.roster import Axis
from staff.selectors.training import sessions_between
from staff.working_time_reads import rules_of

State = Step.State
DAYS_AHEAD = 7
NOTICES_SHOWN = 3
# More would not stand beside each other on a phone.
MOST_HOURS = 11
# A step takes its person's hands before it is due.
HANDS_ON = timedelta(minutes=10)


@dataclass(frozen=True)
class OwnStep:
    """A step of the reader's, as one line of the day."""

    id: int
    title: str
    room: str
    due_at: datetime
    is_late: bool


@dataclass(frozen=True)
class Entry:
    """One line of the day: a meeting with what the reader does for it, other work, a training session or a break."""

    at: datetime
    meeting: RoomMeeting | None = None
    steps: tuple[OwnStep, ...] = ()
    # Of the meeting's, those of the reader that are still open.
    open_count: int = 0
    pause: Break | None = None
    lesson: RunSession | None = None

    @property
    def only(self) -> tuple[RoomMeeting, ...]:
        """The meeting as the rows of rooms are drawn."""
        return (self.meeting,) if self.meeting else ()

    @property
    def first(self) -> OwnStep | None:
        return self.steps[0] if self.steps else None


@dataclass(frozen=True)
class DayAhead:
    on: date
    shifts: tuple[Shift, ...]
    is_away: bool


@dataclass(frozen=True)
class Stretch:
    """A part of the day's picture, in percent of its width; `kind` is shift, call, meeting, lesson or break."""

    kind: str
    left: float
    width: float
    word: str = ""


@dataclass(frozen=True)
class Hour:
    hour: int
    left: float


@dataclass(frozen=True)
class MyDay:
    bar: tuple[Stretch, ...]
    hours: tuple[Hour, ...]
    now_left: float | None
    shifts: tuple[Shift, ...]
    entries: tuple[Entry, ...]
    week: tuple[DayAhead, ...]
    notices: tuple[Notice, ...]
    done_count: int
    open_count: int
    late_count: int


def my_day(user: User, *, now: datetime) -> MyDay:
    """The same number of statements however full the day is; empty for a person without a site."""
    if user.site is None:
        return MyDay((), (), None, (), (), (), (), 0, 0, 0)
    today = site_today(user.site, now)
    window = day_bounds(user.site, today)
    ahead = days_ahead(user, user.site, today)
    shifts = ahead[0].shifts
    steps = open_steps(user, window)
    meetings = meetings_of(user, window, now)
    lessons = sessions_between(user, window)
    pauses = pauses_of(user.site, shifts, busy_of(user, steps, meetings, lessons))
    done = Step.objects.filter(done_by=user, state=State.DONE, done_at__gte=window[0], done_at__lt=window[1])
    unread = Notice.objects.filter(recipient=user, read_at=None).order_by("-created_at", "-pk")
    entries = [*entries_of(meetings, steps, pauses, now), *(Entry(each.starts_at, lesson=each) for each in lessons)]
    entries.sort(key=lambda each: (each.at, each.meeting is None))
    axis = axis_of(shifts, entries, window)
    return MyDay(
        bar=tuple(stretches(shifts, entries, pauses, axis)) if axis else (),
        hours=tuple(hours_of(axis, user.site)) if axis else (),
        now_left=axis.left(now) if axis and axis.begins <= now < axis.ends else None,
        shifts=shifts,
        entries=tuple(entries),
        week=ahead,
        notices=tuple(unread[:NOTICES_SHOWN]),
        done_count=done.count(),
        open_count=len(steps),
        late_count=sum(is_late(step, now) for step in steps),
    )


def days_ahead(user: User, site: Site, today: date) -> tuple[DayAhead, ...]:
    days = [today + timedelta(days=count) for count in range(DAYS_AHEAD)]
    window = (midnight(site, days[0]), midnight(site, days[-1] + timedelta(days=1)))
    shifts = list(Shift.objects.published().filter(user=user, site=site, during__overlap=window).order_by("during"))
    away = list(Leave.objects.filter(user=user, state=Leave.State.GRANTED, during__overlap=window))
    return tuple(day_ahead(site, on, shifts, away, is_first=on == today) for on in days)


def day_ahead(site: Site, on: date, shifts: Sequence[Shift], away: Sequence[Leave], *, is_first: bool) -> DayAhead:
    """A shift over midnight is of the day it begins on; the first day has what is still going on as well."""
    begins, ends = day_bounds(site, on)
    own = tuple(each for each in shifts if each.during.lower < ends and (is_first or each.during.lower >= begins))
    return DayAhead(on, own, any(each.during.lower < ends and each.during.upper > begins for each in away))


def open_steps(user: User, window: tuple[datetime, datetime]) -> list[Any]:
    """Theirs by name that are open and due today; what must not be known beforehand stays out."""
    rows = Step.objects.filter(assignee=user, site=user.site, state=State.OPEN).exclude(item__code=SPOT_CHECK)
    rows = rows.filter(due_at__gte=window[0], due_at__lt=window[1]).select_related("item", "room")
    return list(rows.annotate(ref=F("booking__ref")).order_by("due_at", "item__position", "pk"))


def meetings_of(user: User, window: tuple[datetime, datetime], now: datetime) -> tuple[RoomMeeting, ...]:
    served = Assignment.objects.filter(user=user).values("booking")
    return in_rooms(Booking.objects.filter(site=user.site, pk__in=served).planned().on_day(*window), user, now)


def busy_of(
    user: User, steps: Iterable[Step], meetings: Iterable[RoomMeeting], lessons: Iterable[RunSession]
) -> list[tuple[datetime, datetime]]:
    """Who serves is bound to the room while the meeting runs, others by what falls due."""
    taken = [(step.due_at - HANDS_ON, step.due_at) for step in steps]
    taken += [(each.starts_at, each.ends_at) for each in lessons]
    if user.has_role(Role.SERVICE_STAFF):
        taken += [(meeting.start, meeting.end) for meeting in meetings]
    return taken


def pauses_of(site: Site, shifts: Iterable[Shift], busy: Sequence[tuple[datetime, datetime]]) -> list[Break]:
    """By the site's rules of working time."""
    rules = rules_of(site)
    if rules.break_after_hours is None:
        return []
    terms = {"after": timedelta(hours=float(rules.break_after_hours)), "length": timedelta(minutes=rules.break_minutes)}
    at_work = [(each.during.lower, each.during.upper) for each in shifts if not each.is_on_call]
    return [pause for span in at_work for pause in breaks_of(span, busy, **terms)]


def entries_of(
    meetings: Sequence[RoomMeeting], steps: Iterable[Any], pauses: Iterable[Break], now: datetime
) -> list[Entry]:
    by_meeting: dict[str, list[OwnStep]] = defaultdict(list)
    others: dict[datetime, list[OwnStep]] = defaultdict(list)
    known = {meeting.ref for meeting in meetings}
    for step in steps:
        line = own_step(step, now)
        if step.ref in known:
            by_meeting[step.ref].append(line)
        else:
            others[step.due_at].append(line)
    entries = [
        Entry(each.start, each, tuple(by_meeting[each.ref]), open_count=len(by_meeting[each.ref])) for each in meetings
    ]
    entries += [Entry(due_at, steps=tuple(lines)) for due_at, lines in others.items()]
    entries += [Entry(pause.start, pause=pause) for pause in pauses if pause.end > now]
    return entries


def own_step(step: Step, now: datetime) -> OwnStep:
    room: Room | None = step.room
    return OwnStep(step.pk, title_of(step), room.code if room else "", step.due_at, is_late(step, now))


def axis_of(shifts: Sequence[Shift], entries: Sequence[Entry], window: tuple[datetime, datetime]) -> Axis | None:
    """Whole hours that show every shift and meeting of the day; None when there is nothing to show."""
    spans = [(each.during.lower, each.during.upper) for each in shifts]
    spans += [(each.meeting.start, each.meeting.end) for each in entries if each.meeting]
    spans += [(each.lesson.starts_at, each.lesson.ends_at) for each in entries if each.lesson]
    if not spans:
        return None
    first, last = min(begins for begins, _ends in spans), max(ends for _begins, ends in spans)
    whole = last.replace(minute=0, second=0, microsecond=0)
    ends = min(window[1], whole if whole == last else whole + timedelta(hours=1))
    return Axis(max(window[0], first.replace(minute=0, second=0, microsecond=0)), ends)


def stretches(
    shifts: Iterable[Shift], entries: Iterable[Entry], pauses: Iterable[Break], axis: Axis
) -> Iterator[Stretch]:
    for shift in shifts:
        yield stretch("call" if shift.is_on_call else "shift", shift.during.lower, shift.during.upper, axis)
    for each in entries:
        if each.meeting:
            yield stretch("meeting", each.meeting.start, each.meeting.end, axis, each.meeting.room)
        if each.lesson:
            yield stretch("lesson", each.lesson.starts_at, each.lesson.ends_at, axis)
    for pause in pauses:
        yield stretch("break", pause.start, pause.end, axis)


def stretch(kind: str, start: datetime, end: datetime, axis: Axis, word: str = "") -> Stretch:
    left = axis.left(start)
    return Stretch(kind, left, round(axis.left(end) - left, 3), word)


def hours_of(axis: Axis, site: Site) -> Iterator[Hour]:
    """Every hour, or every second one where the day is long."""
    count = int((axis.ends - axis.begins).total_seconds() // 3600)
    for number in range(0, count, 2 if count > MOST_HOURS else 1):
        at = axis.begins + timedelta(hours=number)
        yield Hour(at.astimezone(site.zone).hour, axis.left(at))
