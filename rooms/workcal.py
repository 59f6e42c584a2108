"""Working-time arithmetic: opening periods, public holidays and adjusted working days of one site.

Instants are aware and come back in UTC; dates and wall times are the site's. Nothing here knows Django,
a database or the present moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

Period = tuple[time, time]
Span = tuple[datetime, datetime]

COUNTRIES = ("CN", "HK", "MO", "TW")
NOON = time(12, 0)
# Past this many days without an opening a search gives up, so that every call ends.
SILENT_DAYS = 400
FIRST_ORDINAL = date(2, 1, 1).toordinal()
LAST_ORDINAL = date(9998, 12, 31).toordinal()

HOLIDAY_LANGUAGES = {
    "en": dict.fromkeys(COUNTRIES, "en_US"),
    "zh_hans": dict.fromkeys(COUNTRIES, "zh_CN"),
    "zh_hant": {"CN": "zh_TW", "HK": "zh_HK", "MO": "zh_MO", "TW": "zh_TW"},
}


@dataclass(frozen=True)
class WorkingCalendar:
    """When a site works.

    `weekly` maps a weekday (Monday is 0) to its periods; a period that ends at 00:00 ends at midnight.
    `exceptions` are the site's own dates and win over everything: no periods means closed, None means open
    with the ordinary hours (those of the first weekday that has any).
    """

    zone: ZoneInfo
    weekly: Mapping[int, tuple[Period, ...]]
    country: str = ""
    exceptions: Mapping[date, tuple[Period, ...] | None] = field(default_factory=dict)
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.country and self.country not in COUNTRIES:
            raise ValueError(f"unknown country {self.country!r}")
        for periods in (*self.weekly.values(), *self.exceptions.values()):
            check_periods(periods or ())

    def local_date(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def at_wall(self, on: date, at: time) -> datetime:
        """The instant of a wall time; one that a clock change skips is moved on by the width of the gap."""
        return datetime.combine(on, at, tzinfo=self.zone).astimezone(UTC)

    def hours(self, on: date) -> tuple[Period, ...]:
        """The wall-clock periods of a date, in order; empty when the site is closed."""
        if on in self.exceptions:
            own = self.exceptions[on]
            return self.ordinary_hours() if own is None else tuple(sorted(own))
        if on in adjusted_days(self.country, on.year):
            return self.ordinary_hours()
        if on in public_holidays(self.country, on.year):
            return ()
        return tuple(sorted(self.weekly.get(on.weekday(), ())))

    def ordinary_hours(self) -> tuple[Period, ...]:
        weekdays = (self.weekly.get(weekday, ()) for weekday in range(7))
        return tuple(sorted(next(filter(None, weekdays), ())))

    def periods(self, on: date) -> tuple[Span, ...]:
        if on not in self._spans:
            self._spans[on] = tuple(self._span(on, period) for period in self.hours(on))
        return self._spans[on]

    def is_working(self, on: date) -> bool:
        return bool(self.periods(on))

    def opens_at(self, on: date) -> datetime | None:
        periods = self.periods(on)
        return periods[0][0] if periods else None

    def closes_at(self, on: date) -> datetime | None:
        periods = self.periods(on)
        return periods[-1][1] if periods else None

    def midday_at(self, on: date) -> datetime | None:
        """The start of the lunch break (the first gap of the day), else 12:00; none on a closed day.

        Half a day, whose hours do not hold noon, has it in their middle.
        """
        periods = self.periods(on)
        if not periods:
            return None
        if len(periods) > 1:
            return periods[0][1]
        begins, ends = periods[0]
        noon = self.at_wall(on, NOON)
        return noon if begins < noon < ends else begins + (ends - begins) / 2

    def next_working_day(self, on: date) -> date | None:
        """The first working day after `on`; none when there is none within reach."""
        return self._working_day(on, 1)

    def previous_working_day(self, on: date) -> date | None:
        return self._working_day(on, -1)

    def subtract_working(self, instant: datetime, amount: timedelta) -> datetime:
        """Count `amount` back over working time only.

        A stretch of more than `SILENT_DAYS` without any opening counts as plain time, so that a site
        without hours still gets an answer.
        """
        if amount <= timedelta(0):
            return self.add_working(instant, -amount) if amount else instant.astimezone(UTC)
        cursor, left = instant.astimezone(UTC), amount
        for begins, ends in self._periods_back(cursor):
            last = min(ends, cursor)
            if left <= last - begins:
                return last - left
            left -= last - begins
            cursor = begins
        return cursor - left

    def add_working(self, instant: datetime, amount: timedelta) -> datetime:
        """Count `amount` on over working time only; the mirror of `subtract_working`."""
        if amount <= timedelta(0):
            return self.subtract_working(instant, -amount) if amount else instant.astimezone(UTC)
        cursor, left = instant.astimezone(UTC), amount
        for begins, ends in self._periods_on(cursor):
            first = max(begins, cursor)
            if left <= ends - first:
                return first + left
            left -= ends - first
            cursor = ends
        return cursor + left

    def add_working_days(self, instant: datetime, days: int) -> datetime:
        """The same wall clock on the `days`-th working day after (before, if negative), kept inside its hours.

        Where no working day is in reach, calendar days are counted.
        """
        local = instant.astimezone(self.zone)
        on, step = local.date(), 1 if days > 0 else -1
        for _ in range(abs(days)):
            on = self._working_day(on, step) or on + timedelta(days=step)
        return self._inside_hours(on, self.at_wall(on, local.time())) if days else instant.astimezone(UTC)

    def holiday_name(self, on: date, language: str) -> str:
        """The public holiday's name in `en`, `zh-hans` or `zh-hant` (either spelling), or an empty text."""
        names = HOLIDAY_LANGUAGES.get(language.lower().replace("-", "_"), HOLIDAY_LANGUAGES["en"])
        if self.country not in names:
            return ""
        return holiday_names(self.country, on.year, names[self.country]).get(on, "")

    def is_provisional(self, on: date) -> bool:
        """Whether the mainland's adjusted working days of that year are not yet published."""
        return self.country == "CN" and not adjusted_days(self.country, on.year)

    def _span(self, on: date, period: Period) -> Span:
        begins, ends = period
        closing_on = on if ends > begins else on + timedelta(days=1)
        return self.at_wall(on, begins), self.at_wall(closing_on, ends)

    def _working_day(self, on: date, step: int) -> date | None:
        return next((day for day in days_beside(on, step) if self.is_working(day)), None)

    def _inside_hours(self, on: date, instant: datetime) -> datetime:
        periods = self.periods(on)
        return min(max(instant, periods[0][0]), periods[-1][1]) if periods else instant

    def _periods_back(self, instant: datetime) -> Iterator[Span]:
        on: date | None = self.local_date(instant)
        while on is not None:
            yield from (span for span in reversed(self.periods(on)) if span[0] < instant)
            on = self.previous_working_day(on)

    def _periods_on(self, instant: datetime) -> Iterator[Span]:
        on: date | None = self.local_date(instant)
        while on is not None:
            yield from (span for span in self.periods(on) if span[1] > instant)
            on = self.next_working_day(on)


def check_periods(periods: tuple[Period, ...]) -> None:
    """Refuse hours that run backwards or over each other: all arithmetic here relies on it."""
    ordered = sorted(periods)
    for begins, ends in ordered:
        if ends <= begins and ends != time.min:
            raise ValueError(f"period {begins}-{ends} ends before it begins")
    for (_, ends), (begins, _) in pairwise(ordered):
        if ends > begins or ends == time.min:
            raise ValueError(f"period at {begins} begins before the one before it ends")


def days_beside(on: date, step: int) -> Iterator[date]:
    """At most `SILENT_DAYS` dates after (or before) `on`, never outside the years Python knows."""
    ordinals = (on.toordinal() + step * count for count in range(1, SILENT_DAYS + 1))
    return (date.fromordinal(each) for each in ordinals if FIRST_ORDINAL <= each <= LAST_ORDINAL)


@cache
def adjusted_days(country: str, year: int) -> frozenset[date]:
    """Days that work although their weekday does not, published year by year."""
    return frozenset(day for day in country_calendar(country, year).weekend_workdays if day.year == year)


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(day for day in country_calendar(country, year) if day.year == year)


@cache
def holiday_names(country: str, year: int, language: str) -> Mapping[date, str]:
    return dict(country_calendar(country, year, language).items())


def country_calendar(country: str, year: int, language: str | None = None) -> holidays.HolidayBase:
    if not country:
        return holidays.HolidayBase()
    # A new year's arrangement may move days of the old one, so the following year is read as well.
    return holidays.country_holidays(country, years=[year, year + 1], language=language)
