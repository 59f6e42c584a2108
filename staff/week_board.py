"""The roster of a week as its board shows it: people by days, with what somebody should look at."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from rooms.dates import format_date
from rooms.models import Site
from rooms.selectors import calendar_of, midnight, site_today
from rooms.workcal import WorkingCalendar
from staff.models import Leave, RosterPublication, Shift, ShiftPattern, User
from staff.pattern_times import shown, walls_of
from staff.roles import DUTY_ROLES, Role
from staff.roster import first_duty
from staff.working_time import Breach, Limits, Rule, Span, breaches, hours_of, monday_of
from staff.working_time_reads import limits_of
from staff.working_time_words import short_words, words_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Chip:
    """One shift in a cell."""

    id: int
    name: str
    times: str
    is_draft: bool
    is_on_call: bool
    during: Span

    @property
    def label(self) -> str:
        return f"{self.name} {self.times}" if self.name else self.times


@dataclass(frozen=True)
class Absence:
    """`kind` is empty where its reader may know only that somebody is away."""

    kind: str
    label: str
    is_asked: bool


@dataclass(frozen=True)
class Warn:
    short: str
    words: str
    is_bar: bool


@dataclass
class Cell:
    person_id: int
    on: date
    # As text, once for all people: there are a thousand cells.
    iso: str
    words: str
    chips: list[Chip] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    warnings: list[Warn] = field(default_factory=list)


@dataclass(frozen=True)
class PersonWeek:
    person: User
    cells: list[Cell]
    hours: str
    week_warning: Warn | None


@dataclass(frozen=True)
class TeamWeek:
    role: Role
    rows: list[PersonWeek]


@dataclass(frozen=True)
class Day:
    on: date
    people: int
    is_working: bool
    holiday: str
    is_today: bool


@dataclass(frozen=True)
class PaletteEntry:
    pattern: ShiftPattern
    times: str
    key: str


@dataclass(frozen=True)
class WeekBoard:
    site: Site
    monday: date
    days: list[Day]
    teams: list[TeamWeek]
    palette: list[PaletteEntry]
    drafts: int
    published: RosterPublication | None
    warnings: int

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


@dataclass(frozen=True)
class Facts:
    """What the week's statements found."""

    site: Site
    days: dict[date, tuple[str, str]]
    shifts: dict[int, list[Shift]]
    around: dict[int, list[Span]]
    leaves: dict[int, list[Leave]]
    patterns: dict[int, ShiftPattern]
    limits: Limits
    sees_reasons: bool


def week_board(
    *, site: Site, on: date, reader: User, language: str, now: datetime, is_leader: bool, only: User | None = None
) -> WeekBoard:
    """In a number of statements that does not grow with people and shifts; who does not lead sees no draft.

    With `only` of one person, for the page of a cell.
    """
    monday = monday_of(on)
    people = User.objects.filter(site=site) if only is None else User.objects.filter(pk=only.pk, site=site)
    facts = facts_of(site, people, monday, is_leader=is_leader)
    teams = teams_of(facts, people, reader)
    rows = [row for team in teams for row in team.rows]
    cells = [cell for row in rows for cell in row.cells]
    return WeekBoard(
        site=site,
        monday=monday,
        days=days_of(facts, calendar_of(site), language, now),
        teams=teams,
        palette=palette_of(facts.patterns.values()) if is_leader else [],
        drafts=sum(chip.is_draft for cell in cells for chip in cell.chips),
        published=RosterPublication.objects.filter(site=site, week_on=monday).select_related("published_by").first(),
        warnings=sum(len(cell.warnings) for cell in cells) + sum(bool(row.week_warning) for row in rows),
    )


def facts_of(site: Site, people: QuerySet[User], monday: date, *, is_leader: bool) -> Facts:
    limits = limits_of(site)
    begins, ends = midnight(site, monday), midnight(site, monday + WEEK)
    week = DateTimeTZRange(begins, ends, "[)")
    rows = Shift.objects.filter(user__in=people, during__overlap=week).order_by("during")
    patterns = {each.pk: each for each in ShiftPattern.objects.filter(site=site)}
    shifts: dict[int, list[Shift]] = defaultdict(list)
    for shift in rows if is_leader else rows.published():
        shift.pattern = patterns.get(shift.pattern_id or 0)
        shifts[shift.user_id].append(shift)
    states = [Leave.State.GRANTED, Leave.State.REQUESTED]
    leaves: dict[int, list[Leave]] = defaultdict(list)
    away = Leave.objects.filter(user__in=people, state__in=states, during__overlap=week)
    for leave in away.defer("note").order_by("during"):
        leaves[leave.user_id].append(leave)
    dates = [monday + timedelta(days=count) for count in range(7)]
    days = {on: (on.isoformat(), format_date(on)) for on in dates}
    around = spans_around(people, week, limits) if is_leader else {}
    return Facts(site, days, shifts, around, leaves, patterns, limits, sees_reasons=is_leader)


def spans_around(people: QuerySet[User], week: DateTimeTZRange, limits: Limits) -> dict[int, list[Span]]:
    """Work before and after the week, which rests and rows reach into; nobody reads more of it."""
    window = DateTimeTZRange(week.lower - limits.reach, week.upper + limits.reach, "[)")
    rows = Shift.objects.filter(user__in=people, is_on_call=False, during__overlap=window)
    found: dict[int, list[Span]] = defaultdict(list)
    for user_id, during in rows.exclude(during__overlap=week).values_list("user_id", "during"):
        found[user_id].append((during.lower, during.upper))
    return found


def teams_of(facts: Facts, people: QuerySet[User], reader: User) -> list[TeamWeek]:
    rows: dict[Role, list[PersonWeek]] = defaultdict(list)
    on_duty = people.filter(is_active=True, groups__name__in=[*DUTY_ROLES]).distinct()
    for person in on_duty.prefetch_related("groups"):
        rows[first_duty(person)].append(person_week(person, facts, reader))
    return [TeamWeek(role, rows[role]) for role in DUTY_ROLES if rows[role]]


def person_week(person: User, facts: Facts, reader: User) -> PersonWeek:
    zone, shifts = facts.site.zone, facts.shifts.get(person.pk, [])
    cells = {on: Cell(person.pk, on, *words) for on, words in facts.days.items()}
    for shift in shifts:
        if cell := cells.get(shift.during.lower.astimezone(zone).date()):
            cell.chips.append(chip_of(shift, facts.site))
    for leave in facts.leaves.get(person.pk, []):
        mark_absent(cells, leave, facts, reader)
    at_work = [(shift.during.lower, shift.during.upper) for shift in shifts if not shift.is_on_call]
    found = breaches([*at_work, *facts.around.get(person.pk, [])], facts.limits, zone) if facts.sees_reasons else []
    week_warning = None
    for each in found:
        if each.rule == Rule.WEEK:
            week_warning = warn_of(each) if each.on in cells else week_warning
        elif each.on in cells:
            cells[each.on].warnings.append(warn_of(each))
    here = [span for span in at_work if span[0].astimezone(zone).date() in cells]
    return PersonWeek(person, list(cells.values()), hours_text(here), week_warning)


def warn_of(breach: Breach) -> Warn:
    return Warn(short_words(breach), words_of(breach), breach.is_bar)


def hours_text(spans: Iterable[Span]) -> str:
    return f"{hours_of(spans):.2f}".rstrip("0").rstrip(".")


def chip_of(shift: Shift, site: Site) -> Chip:
    start, end = shift.during.lower, shift.during.upper
    times = f"{start.astimezone(site.zone):%H:%M}–{end.astimezone(site.zone):%H:%M}"
    name = shift.pattern.name if shift.pattern else ""
    return Chip(shift.pk, name, times, shift.is_draft, shift.is_on_call, (start, end))


def mark_absent(cells: dict[date, Cell], leave: Leave, facts: Facts, reader: User) -> None:
    """What is only asked for concerns those who decide on it, and whoever asked."""
    is_asked = leave.state == Leave.State.REQUESTED
    may_know = facts.sees_reasons or leave.user_id == reader.pk
    if is_asked and not may_know:
        return
    kind, label = (leave.kind, str(leave.get_kind_display())) if may_know else ("", "")
    for on, cell in cells.items():
        begins, ends = midnight(facts.site, on), midnight(facts.site, on + timedelta(days=1))
        if leave.during.lower < ends and leave.during.upper > begins:
            cell.absences.append(Absence(kind, label, is_asked))


def days_of(facts: Facts, calendar: WorkingCalendar, language: str, now: datetime) -> list[Day]:
    today, zone = site_today(facts.site, now), facts.site.zone
    people: dict[date, set[int]] = defaultdict(set)
    for user_id, shifts in facts.shifts.items():
        for shift in shifts:
            if not shift.is_on_call:
                people[shift.during.lower.astimezone(zone).date()].add(user_id)
    return [
        Day(on, len(people[on]), calendar.is_working(on), calendar.holiday_name(on, language), on == today)
        for on in facts.days
    ]


def palette_of(known: Iterable[ShiftPattern]) -> list[PaletteEntry]:
    patterns = [pattern for pattern in known if pattern.is_active]
    keys = keys_of([pattern.code for pattern in patterns])
    return [
        PaletteEntry(pattern, shown(walls_of(pattern.spans)), key) for pattern, key in zip(patterns, keys, strict=True)
    ]


def keys_of(codes: Sequence[str]) -> list[str]:
    """One letter each, the first of its code that is still free; else a digit, else nothing."""
    found: list[str] = []
    for place, code in enumerate(codes, start=1):
        letters = [letter for letter in code.lower() if "a" <= letter <= "z"]
        choices = [*letters, *([str(place)] if place < 10 else [])]
        found.append(next((each for each in choices if each not in found), ""))
    return found
