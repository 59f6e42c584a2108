"""A site's year as a picture: which days work, which are holidays, which were moved."""

import calendar as python_calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from rooms.models import CalendarException, Site
from rooms.selectors import calendar_of
from rooms.workcal import WorkingCalendar

WORKING, OFF, HOLIDAY, ADJUSTED, OWN_OFF, OWN_WORKING = (
    "working",
    "off",
    "holiday",
    "adjusted",
    "own-off",
    "own-working",
)


@dataclass(frozen=True)
class DayCell:
    on: date
    kind: str
    name: str
    is_today: bool


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[DayCell | None]]


@dataclass(frozen=True)
class Stretch:
    """Days in a row of one kind and name, such as the seven of a holiday."""

    first_on: date
    last_on: date
    kind: str
    name: str

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True)
class YearPicture:
    year: int
    is_provisional: bool
    months: list[Month]
    stretches: list[Stretch]
    working_days: int


def year_picture(*, site: Site, year: int, language: str, today: date) -> YearPicture:
    calendar = calendar_of(site)
    own = {each.on: each for each in site.calendar_exceptions.all()}
    cells = {on: cell_of(on, calendar, own, language, today) for on in days_of(year)}
    return YearPicture(
        year=year,
        is_provisional=calendar.is_provisional(date(year, 7, 1)),
        months=[Month(number, weeks_of(year, number, cells)) for number in range(1, 13)],
        stretches=stretches_of(list(cells.values())),
        working_days=sum(1 for cell in cells.values() if cell.kind in {WORKING, ADJUSTED, OWN_WORKING}),
    )


def days_of(year: int) -> Iterator[date]:
    on = date(year, 1, 1)
    while on.year == year:
        yield on
        on += timedelta(days=1)


def cell_of(
    on: date, calendar: WorkingCalendar, own: Mapping[date, CalendarException], language: str, today: date
) -> DayCell:
    kind, name = kind_of(on, calendar, own, language)
    return DayCell(on=on, kind=kind, name=name, is_today=on == today)


def kind_of(
    on: date, calendar: WorkingCalendar, own: Mapping[date, CalendarException], language: str
) -> tuple[str, str]:
    if on in own:
        return (OWN_WORKING if own[on].is_working else OWN_OFF), own[on].name
    holiday = calendar.holiday_name(on, language)
    if not calendar.hours(on):
        return (HOLIDAY if holiday else OFF), holiday
    return (WORKING if calendar.weekly.get(on.weekday()) else ADJUSTED), ""


def weeks_of(year: int, month: int, cells: Mapping[date, DayCell]) -> list[list[DayCell | None]]:
    weeks = python_calendar.Calendar(firstweekday=0).monthdatescalendar(year, month)
    return [[cells[on] if on.month == month else None for on in week] for week in weeks]


def stretches_of(cells: list[DayCell]) -> list[Stretch]:
    """What differs from an ordinary week, in order; a holiday takes the days off around it along."""
    runs = [list(run) for _kind, run in groupby(cells, key=run_kind)]
    return [stretch_of(run) for run in runs if any(cell.kind not in {WORKING, OFF} for cell in run)]


def run_kind(cell: DayCell) -> tuple[str, str]:
    if cell.kind in {OFF, HOLIDAY}:
        return HOLIDAY, ""
    return cell.kind, cell.name


def stretch_of(run: list[DayCell]) -> Stretch:
    kind = HOLIDAY if run[0].kind == OFF else run[0].kind
    # A day moved here is named after the date it came from; the holiday's own name has no figures.
    names = Counter(cell.name for cell in run if cell.name and not re.search(r"\d", cell.name))
    return Stretch(run[0].on, run[-1].on, kind, names.most_common(1)[0][0] if names else "")
