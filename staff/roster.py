"""The shifts page as a picture: people by the hours of a day, and the days of its week."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from rooms.models import Site
from rooms.selectors import at_wall, calendar_of, day_bounds, midnight
from rooms.workcal import Period, WorkingCalendar
from staff.models import Shift, ShiftQuerySet, User
from staff.roles import DUTY_ROLES, Role
from staff.selectors import shift_patterns, shifts_between

# The part of the day the picture begins and ends with; earlier or later shifts widen it.
FIRST, LAST = time(7), time(20)


@dataclass(frozen=True)
class Bar:
    """One shift on the picture's axis, in percent of its width."""

    shift: Shift
    start: datetime
    end: datetime
    left: float
    width: float


@dataclass(frozen=True)
class Row:
    person: User
    bars: list[Bar]

    @property
    def hours(self) -> str:
        seconds = sum((bar.end - bar.start).total_seconds() for bar in self.bars)
        return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Team:
    """The people of one role; someone with two roles stands with the first."""

    role: Role
    rows: list[Row]

    @property
    def on_shift(self) -> int:
        return sum(1 for row in self.rows if row.bars)


@dataclass(frozen=True)
class Tick:
    hour: int
    left: float


@dataclass(frozen=True)
class WeekDay:
    on: date
    people: int
    is_working: bool
    holiday: str


@dataclass(frozen=True)
class RosterDay:
    site: Site
    on: date
    teams: list[Team]
    ticks: list[Tick]
    # The hours behind every row, drawn once.
    grid: SafeString
    week: list[WeekDay]
    patterns: list[Period]
    now_left: float | None


@dataclass(frozen=True)
class Axis:
    begins: datetime
    ends: datetime

    def left(self, moment: datetime) -> float:
        part = (min(max(moment, self.begins), self.ends) - self.begins) / (self.ends - self.begins)
        return round(100 * part, 3)


def roster_day(*, site: Site, on: date, language: str, now: datetime, with_drafts: bool = True) -> RosterDay:
    calendar = calendar_of(site)
    shifts = list(seen_between(site, day_bounds(site, on), with_drafts=with_drafts))
    axis = axis_of(site, on, shifts)
    begins, ends = day_bounds(site, on)
    ticks = ticks_of(axis, site)
    return RosterDay(
        site=site,
        on=on,
        teams=teams_of(site, shifts, axis),
        ticks=ticks,
        grid=grid_of(ticks),
        week=week_of(site, on, calendar, language, with_drafts=with_drafts),
        patterns=shift_patterns(calendar, site.on_post_at, on),
        now_left=axis.left(now) if max(begins, axis.begins) <= now < min(ends, axis.ends) else None,
    )


def seen_between(site: Site, window: tuple[datetime, datetime], *, with_drafts: bool) -> ShiftQuerySet:
    rows = shifts_between(site=site, window=window)
    return rows if with_drafts else rows.published()


def axis_of(site: Site, on: date, shifts: list[Shift]) -> Axis:
    """Whole hours that show every shift of the day; a night shift is cut at midnight."""
    begins, ends = day_bounds(site, on)
    wanted_from = min([at_wall(site, on, FIRST), *(each.during.lower for each in shifts)])
    wanted_until = max([at_wall(site, on, LAST), *(each.during.upper for each in shifts)])
    whole = wanted_from.replace(minute=0, second=0, microsecond=0)
    rest = wanted_until - wanted_until.replace(minute=0, second=0, microsecond=0)
    return Axis(max(begins, whole), min(ends, wanted_until + (timedelta(hours=1) - rest if rest else timedelta())))


def teams_of(site: Site, shifts: list[Shift], axis: Axis) -> list[Team]:
    bars: dict[int, list[Bar]] = defaultdict(list)
    for shift in shifts:
        bars[shift.user_id].append(bar_of(shift, axis))
    people = User.objects.filter(site=site, is_active=True, groups__name__in=[*DUTY_ROLES])
    rows: dict[Role, list[Row]] = defaultdict(list)
    for person in people.distinct().prefetch_related("groups"):
        rows[first_duty(person)].append(Row(person, bars.get(person.pk, [])))
    return [Team(role, rows[role]) for role in DUTY_ROLES if rows[role]]


def first_duty(person: User) -> Role:
    held = {group.name for group in person.groups.all()}
    return next(role for role in DUTY_ROLES if role in held)


def bar_of(shift: Shift, axis: Axis) -> Bar:
    start, end = shift.during.lower, shift.during.upper
    left = axis.left(start)
    return Bar(shift=shift, start=start, end=end, left=left, width=round(axis.left(end) - left, 3))


def ticks_of(axis: Axis, site: Site) -> list[Tick]:
    hours = int((axis.ends - axis.begins).total_seconds() // 3600)
    moments = (axis.begins + timedelta(hours=count) for count in range(hours))
    return [Tick(moment.astimezone(site.zone).hour, axis.left(moment)) for moment in moments]


def grid_of(ticks: list[Tick]) -> SafeString:
    rows = ((tick.left, tick.left) for tick in ticks)
    return format_html_join("", '<line x1="{}%" x2="{}%" y1="0" y2="100%"/>', rows)


def week_of(
    site: Site, on: date, calendar: WorkingCalendar, language: str, *, with_drafts: bool = True
) -> list[WeekDay]:
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=count) for count in range(7)]
    window = (midnight(site, days[0]), midnight(site, days[-1] + timedelta(1)))
    shifts = list(seen_between(site, window, with_drafts=with_drafts))
    return [week_day(site, day, calendar, shifts, language) for day in days]


def week_day(site: Site, day: date, calendar: WorkingCalendar, shifts: list[Shift], language: str) -> WeekDay:
    begins, ends = day_bounds(site, day)
    people = {each.user_id for each in shifts if each.during.lower < ends and each.during.upper > begins}
    return WeekDay(day, len(people), calendar.is_working(day), calendar.holiday_name(day, language))
