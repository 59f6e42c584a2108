"""Rules of a series: plain choices, their RFC 5545 text, and the dates they mean. Pure: no database, no clock.

A rule speaks of dates; the time of day is the site's wall clock, the same on every date. A time that a clock change
skips is moved on by the width of the gap, of an hour that comes twice the first is meant.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekdays as DAYS  # noqa: N812 - a constant of the library

MOST_DATES = 260
FURTHEST_DAYS = 730
MOST_INTERVAL = 99
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MIDNIGHT = time.min


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    # On the first date's day of the month; months without it are passed over.
    MONTH_DATE = "month_date"
    MONTH_LAST_DAY = "month_last_day"
    # On the first date's weekday, counted from the start of the month; months without a fifth are passed over.
    MONTH_WEEKDAY = "month_weekday"
    MONTH_LAST_WEEKDAY = "month_last_weekday"
    # No rule, only dates picked by hand.
    DATES = "dates"


MONTHLY_KINDS = (Every.MONTH_DATE, Every.MONTH_LAST_DAY, Every.MONTH_WEEKDAY, Every.MONTH_LAST_WEEKDAY)


@dataclass(frozen=True)
class Rule:
    """`until` or `count` ends it; `dates` are added by hand. Weekdays count from Monday as 0."""

    every: Every
    first: date
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None
    dates: tuple[date, ...] = ()

    @property
    def chosen_weekdays(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.weekdays))) or (self.first.weekday(),)

    @property
    def ordinal(self) -> int:
        """Which of its weekdays the first date is in its month: the second Tuesday is 2."""
        return (self.first.day - 1) // 7 + 1


@dataclass(frozen=True)
class RuleFault:
    name: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WallClock:
    """When the meeting is on each date; `days` is how many midnights it lasts over."""

    start: time
    end: time
    zone: ZoneInfo
    days: int = 0

    def on(self, first: date) -> "Occurrence":
        start = at_wall(first, self.start, self.zone)
        end = at_wall(first + timedelta(days=self.days), self.end, self.zone)
        # A start that was moved out of the skipped hour takes the end along.
        if start.time() != self.start or end <= start:
            end = (start.astimezone(UTC) + self.length).astimezone(self.zone)
        return Occurrence(first, start, end)

    @property
    def length(self) -> timedelta:
        wall = datetime.combine(date.min, self.end) - datetime.combine(date.min, self.start)
        return wall + timedelta(days=self.days)


@dataclass(frozen=True)
class Occurrence:
    on: date
    start: datetime
    end: datetime


def at_wall(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time, as the site's clock then shows it."""
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC).astimezone(zone)


def wall_clock_of(start: datetime, end: datetime, zone: ZoneInfo) -> WallClock:
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    days = (ends.date() - begins.date()).days
    return WallClock(begins.time().replace(fold=0), ends.time().replace(fold=0), zone, days)


def dates_of(rule: Rule, latest: date) -> list[date]:
    """Every date of the rule up to `latest`, hand-picked ones among them, in order; at most one more than allowed."""
    picked = {on for on in rule.dates if on <= latest}
    return sorted({*islice(_ruled(rule, latest), MOST_DATES + 1), *picked})[: MOST_DATES + 1]


def faults_of(rule: Rule, *, today: date, latest: date) -> Iterator[RuleFault]:
    """What is wrong with the choices, by field."""
    if not 1 <= rule.interval <= MOST_INTERVAL:
        yield RuleFault("interval", "out_of_bounds", {"least": 1, "most": MOST_INTERVAL})
        return
    if any(not 0 <= day <= 6 for day in rule.weekdays):
        yield RuleFault("weekdays", "unknown_choice")
        return
    faults = [*_end_faults(rule, latest), *_picked_faults(rule, today, latest)]
    yield from faults or _number_faults(rule, latest)


def rule_text(rule: Rule, clock: WallClock) -> str:
    """The RRULE of RFC 5545; empty where all dates are picked by hand. UNTIL is an instant, as the start has a zone."""
    if rule.every == Every.DATES:
        return ""
    parts = {"FREQ": "DAILY" if rule.every == Every.DAY else "WEEKLY" if rule.every == Every.WEEK else "MONTHLY"}
    if rule.interval > 1:
        parts["INTERVAL"] = str(rule.interval)
    parts |= _by_parts(rule)
    if rule.until:
        parts["UNTIL"] = f"{clock.on(rule.until).start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    elif rule.count:
        parts["COUNT"] = str(rule.count)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def rule_of(text: str, *, first: date, zone: ZoneInfo, dates: tuple[date, ...] = ()) -> Rule:
    """The choices behind a text that `rule_text` wrote."""
    if not text:
        return Rule(Every.DATES, first, dates=dates)
    parts = dict(part.split("=", 1) for part in text.split(";"))
    days = parts.get("BYDAY", "").split(",")
    until = parts.get("UNTIL")
    return Rule(
        every=_kind_of(parts),
        first=first,
        interval=int(parts.get("INTERVAL", "1")),
        weekdays=tuple(map(WEEKDAY_CODES.index, days)) if parts["FREQ"] == "WEEKLY" else (),
        until=datetime.strptime(until, "%Y%m%dT%H%M%S%z").astimezone(zone).date() if until else None,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        dates=dates,
    )


def overlapping_keys(spans: Iterable[tuple[Hashable, datetime, datetime]]) -> set[Hashable]:
    """Those whose time runs into that of one kept before them; half-open, so that touching is free."""
    clashes: set[Hashable] = set()
    kept_until: datetime | None = None
    for key, start, end in sorted(spans, key=lambda each: (each[1], each[2])):
        if kept_until is not None and start < kept_until:
            clashes.add(key)
        else:
            kept_until = end
    return clashes


def _ruled(rule: Rule, latest: date) -> Iterator[date]:
    if rule.every == Every.DATES:
        return
    last = min(rule.until or latest, latest)
    if last < rule.first:
        return
    made = rrule(
        {Every.DAY: DAILY, Every.WEEK: WEEKLY}.get(rule.every, MONTHLY),
        dtstart=datetime.combine(rule.first, MIDNIGHT),
        interval=rule.interval,
        until=datetime.combine(last, MIDNIGHT),
        **_by_arguments(rule),
    )
    yield from islice((moment.date() for moment in made), rule.count)


def _by_arguments(rule: Rule) -> dict[str, Any]:
    weekday = DAYS[rule.first.weekday()]
    arguments: dict[Every, dict[str, Any]] = {
        Every.DAY: {},
        Every.WEEK: {"byweekday": [DAYS[day] for day in rule.chosen_weekdays]},
        Every.MONTH_DATE: {"bymonthday": rule.first.day},
        Every.MONTH_LAST_DAY: {"bymonthday": -1},
        Every.MONTH_WEEKDAY: {"byweekday": weekday(rule.ordinal)},
        Every.MONTH_LAST_WEEKDAY: {"byweekday": weekday(-1)},
    }
    return arguments[rule.every]


def _by_parts(rule: Rule) -> dict[str, str]:
    weekday = WEEKDAY_CODES[rule.first.weekday()]
    return {
        Every.DAY: {},
        Every.WEEK: {"BYDAY": ",".join(WEEKDAY_CODES[day] for day in rule.chosen_weekdays)},
        Every.MONTH_DATE: {"BYMONTHDAY": str(rule.first.day)},
        Every.MONTH_LAST_DAY: {"BYMONTHDAY": "-1"},
        Every.MONTH_WEEKDAY: {"BYDAY": f"{rule.ordinal}{weekday}"},
        Every.MONTH_LAST_WEEKDAY: {"BYDAY": f"-1{weekday}"},
    }[rule.every]


def _kind_of(parts: Mapping[str, str]) -> Every:
    if parts["FREQ"] != "MONTHLY":
        return Every.DAY if parts["FREQ"] == "DAILY" else Every.WEEK
    if "BYMONTHDAY" in parts:
        return Every.MONTH_LAST_DAY if parts["BYMONTHDAY"] == "-1" else Every.MONTH_DATE
    return Every.MONTH_LAST_WEEKDAY if parts["BYDAY"].startswith("-") else Every.MONTH_WEEKDAY


def _end_faults(rule: Rule, latest: date) -> Iterator[RuleFault]:
    if rule.every == Every.DATES:
        return
    if rule.until is None and rule.count is None:
        yield RuleFault("until", "no_end")
    elif rule.until and rule.count:
        yield RuleFault("until", "two_ends")
    elif rule.count is not None and not 1 <= rule.count <= MOST_DATES:
        yield RuleFault("count", "out_of_bounds", {"least": 1, "most": MOST_DATES})
    elif rule.until and rule.until < rule.first:
        yield RuleFault("until", "until_before_first")
    elif rule.until and rule.until > latest:
        yield RuleFault("until", "too_far_ahead", {"days": FURTHEST_DAYS})


def _picked_faults(rule: Rule, today: date, latest: date) -> Iterator[RuleFault]:
    if any(on < today for on in rule.dates):
        yield RuleFault("dates", "in_past")
    if any(on > latest for on in rule.dates):
        yield RuleFault("dates", "too_far_ahead", {"days": FURTHEST_DAYS})
    if rule.every == Every.DATES and not rule.dates:
        yield RuleFault("dates", "required")


def _number_faults(rule: Rule, latest: date) -> Iterator[RuleFault]:
    found = dates_of(rule, latest)
    if not found:
        yield RuleFault("until", "no_dates")
    elif len(found) > MOST_DATES:
        yield RuleFault("until" if rule.until else "dates", "too_many_dates", {"limit": MOST_DATES})
    elif rule.count and sum(1 for _on in _ruled(rule, latest)) < rule.count:
        yield RuleFault("count", "too_far_ahead", {"days": FURTHEST_DAYS})
