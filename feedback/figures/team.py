"""How much people worked, how evenly, and what the team can do: for those who lead it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from feedback.figures.measures import Load, Scope
from feedback.figures.people import loads_of
from rooms.selectors import at_wall, calendar_of, midnight
from rooms.workcal import WorkingCalendar
from staff.models import Leave, Shift, Skill, User
from staff.roles import DUTY_ROLES, Role
from staff.selectors.skills import Held, Matrix
from staff.working_time_reads import limits_of

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Work:
    """One person's working time in a span, as far as it has passed.

    `hours`: published shifts at work; `on_call`: stand-by. `away`: days touched by granted leave, of any kind.
    `overtime`: hours beyond the site's hours a week, by whole weeks that begin on Monday; a week counts in the span in
    which it ends, or ends so far. None where the site has no such limit. `hard`: shifts that begin before the hour the
    site's staff are on post, end more than an hour after it closes, or lie on a day off.
    """

    user_id: int
    name: str
    role: str
    hours: float = 0
    on_call: float = 0
    away: int = 0
    overtime: float | None = None
    shifts: int = 0
    hard: int = 0
    load: Load | None = None

    @property
    def served_share(self) -> float | None:
        """Minutes in meetings of an hour on shift."""
        return self.load.minutes / self.hours if self.load and self.hours else None

    @property
    def steps_an_hour(self) -> float | None:
        return self.load.done / self.hours if self.load and self.hours else None

    @property
    def hard_share(self) -> float | None:
        return self.hard / self.shifts if self.shifts else None


@dataclass(frozen=True)
class Evenness:
    """How a measure is spread over people; `even` is 1 where all have the same, 0 where one has all of it."""

    people: int
    mean: float
    least: float
    most: float
    even: float


@dataclass(frozen=True)
class Cover:
    """How many hold a skill, and for how many it lapses soon or has lapsed, as the matrix of skills says it."""

    skill: Skill
    valid: int
    soon: int
    lapsed: int


def work_of(scope: Scope) -> list[Work]:
    """Everyone with a duty role at the site or a shift in the span; statements do not grow with people."""
    loads = {load.user_id: load for load in loads_of(scope)}
    spans = shifts_of(scope)
    away = days_away(scope)
    duty = Q(site=scope.site, is_active=True, groups__name__in=[*DUTY_ROLES])
    people = User.objects.filter(duty | Q(pk__in=spans)).distinct().prefetch_related("groups")
    limit = limits_of(scope.site).hours_a_week
    calendar = calendar_of(scope.site)
    found = [work(each, spans.get(each.pk, []), scope, calendar, limit) for each in people]
    return [
        Work(**(facts | {"away": away.get(facts["user_id"], 0), "load": loads.get(facts["user_id"])}))
        for facts in sorted(found, key=lambda each: (-each["hours"], each["name"]))
    ]


def shifts_of(scope: Scope) -> dict[int, list[Shift]]:
    """Published ones from the Monday of the span's first week on, for the weeks' sums."""
    monday = scope.since - scope.since.weekday() * DAY
    window = (midnight(scope.site, monday), scope.ends_at)
    if window[0] >= window[1]:
        return {}
    spans: dict[int, list[Shift]] = defaultdict(list)
    for shift in Shift.objects.published().filter(site=scope.site, during__overlap=window).order_by("during"):
        spans[shift.user_id].append(shift)
    return spans


def work(
    user: User, shifts: Sequence[Shift], scope: Scope, calendar: WorkingCalendar, limit: float | None
) -> dict[str, object]:
    at_work = [shift for shift in shifts if not shift.is_on_call]
    inside = [shift for shift in at_work if part_of(shift, scope.from_at, scope.ends_at)]
    return {
        "user_id": user.pk,
        "name": user.get_full_name(),
        "role": role_of(user),
        "hours": sum(part_of(shift, scope.from_at, scope.ends_at) for shift in at_work),
        "on_call": sum(part_of(shift, scope.from_at, scope.ends_at) for shift in shifts if shift.is_on_call),
        "overtime": None if limit is None else overtime(at_work, scope, limit),
        "shifts": len(inside),
        "hard": sum(is_hard(shift, scope, calendar) for shift in inside),
    }


def role_of(user: User) -> str:
    names = {group.name for group in user.groups.all()}
    return next((str(role.label) for role in DUTY_ROLES if role.value in names), "")


def part_of(shift: Shift, since: datetime, until: datetime) -> float:
    """Hours of the shift within a time."""
    return max((min(shift.during.upper, until) - max(shift.during.lower, since)) / HOUR, 0.0)


def overtime(shifts: Iterable[Shift], scope: Scope, limit: float) -> float:
    monday = scope.since - scope.since.weekday() * DAY
    total = 0.0
    rows = list(shifts)
    while monday <= scope.until:
        begins, ends = midnight(scope.site, monday), min(midnight(scope.site, monday + WEEK), scope.ends_at)
        if begins < ends:
            total += max(sum(part_of(shift, begins, ends) for shift in rows) - limit, 0.0)
        monday += WEEK
    return total


def is_hard(shift: Shift, scope: Scope, calendar: WorkingCalendar) -> bool:
    zone = scope.site.zone
    begins, ends = shift.during.lower.astimezone(zone), shift.during.upper.astimezone(zone)
    hours = calendar.hours(begins.date())
    if not hours:
        return True
    closes = at_wall(scope.site, begins.date(), hours[-1][1])
    return begins < at_wall(scope.site, begins.date(), scope.site.on_post_at) or ends > closes + HOUR


def days_away(scope: Scope) -> dict[int, int]:
    """By person, the days of the span that granted leave touches; why is nobody's business here."""
    window = (scope.from_at, scope.until_at)
    days: dict[int, set[date]] = defaultdict(set)
    rows = Leave.objects.filter(user__site=scope.site, state=Leave.State.GRANTED, during__overlap=window)
    for leave in rows:
        first = max(leave.during.lower, window[0]).astimezone(scope.site.zone).date()
        last = (min(leave.during.upper, window[1]) - timedelta(microseconds=1)).astimezone(scope.site.zone).date()
        days[leave.user_id].update(first + number * DAY for number in range((last - first).days + 1))
    return {person: len(found) for person, found in days.items()}


def evenness(values: Iterable[float | None]) -> Evenness | None:
    """One less the Gini coefficient; None for fewer than two people."""
    known = sorted(value for value in values if value is not None)
    if len(known) < 2:
        return None
    total, count = sum(known), len(known)
    if not total:
        return Evenness(count, 0.0, 0.0, 0.0, 1.0)
    weighted = sum(rank * value for rank, value in enumerate(known, 1))
    gini = 2 * weighted / (count * total) - (count + 1) / count
    # One has all: the coefficient of so many people reaches no more than (n - 1) / n.
    return Evenness(count, total / count, known[0], known[-1], round(1 - gini * count / (count - 1), 4))


def servers_of(found: Iterable[Work]) -> list[Work]:
    """Fairness is among those who do the same work: service staff with a shift in the span."""
    label = str(Role.SERVICE_STAFF.label)
    return [each for each in found if each.role == label and each.hours]


def cover_of(matrix: Matrix) -> list[Cover]:
    """Of each skill in use, how many hold it."""
    states: dict[int, Counter[Held | None]] = defaultdict(Counter)
    for row in matrix.rows:
        for cell in row.cells:
            states[cell.skill.pk][cell.state] += 1
    return [cover(skill, states[skill.pk]) for skill in matrix.skills]


def cover(skill: Skill, states: Counter[Held | None]) -> Cover:
    return Cover(skill, states[Held.VALID] + states[Held.LAPSING], states[Held.LAPSING], states[Held.LAPSED])
