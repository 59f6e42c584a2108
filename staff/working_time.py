"""Working time held against limits: from spans and limits to breaches, without a database or the present moment.

A span counts for the day on which it begins by the site's clock, all of its real hours: a night shift is one piece of
work, and one over a clock change is as long as it is. Weeks begin on Monday. Who is on call is not at work, so their
spans stay outside.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Rule(StrEnum):
    """Named like the columns that hold the limits."""

    DAY = "hours_a_day"
    WEEK = "hours_a_week"
    REST = "rest_hours"
    ROW = "days_in_row"
    BREAK = "break_after_hours"


@dataclass(frozen=True)
class Limits:
    """None is no limit; `bars` names the rules that refuse instead of warning."""

    hours_a_day: float | None = None
    hours_a_week: float | None = None
    rest_hours: float | None = None
    days_in_row: int | None = None
    break_after_hours: float | None = None
    break_minutes: int = 0
    bars: frozenset[str] = frozenset()

    @property
    def reach(self) -> timedelta:
        """So far from a span another one may matter to it."""
        return timedelta(days=max(8, (self.days_in_row or 0) + 2))


@dataclass(frozen=True, order=True)
class Breach:
    """`on` is where it shows: of a week its Monday, of a rest the day after it, of a row its first day too many."""

    on: date
    rule: Rule
    amount: float
    limit: float
    is_bar: bool

    @property
    def excess(self) -> float:
        return self.limit - self.amount if self.rule == Rule.REST else self.amount - self.limit


def breaches(spans: Iterable[Span], limits: Limits, zone: ZoneInfo) -> list[Breach]:
    """Of one person, whose spans do not overlap; in the order of days."""
    days = by_day(spans, zone)
    found = [
        *too_long_days(days, limits),
        *too_long_weeks(days, limits),
        *too_short_rests(days, limits),
        *too_long_rows(days, limits),
        *missing_breaks(days, limits),
    ]
    return sorted(found)


def caused(before: Sequence[Breach], after: Sequence[Breach]) -> list[Breach]:
    """What a change has broken or made worse; what was as bad before is not its doing."""
    worst = {(each.rule, each.on): each.excess for each in before}
    return [each for each in after if each.excess > worst.get((each.rule, each.on), 0)]


def by_day(spans: Iterable[Span], zone: ZoneInfo) -> dict[date, list[Span]]:
    days: dict[date, list[Span]] = defaultdict(list)
    for span in sorted(spans):
        days[span[0].astimezone(zone).date()].append(span)
    return dict(sorted(days.items()))


def hours_of(spans: Iterable[Span]) -> float:
    return round(sum((end - start for start, end in spans), timedelta()) / HOUR, 4)


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def too_long_days(days: dict[date, list[Span]], limits: Limits) -> list[Breach]:
    if limits.hours_a_day is None:
        return []
    hours = {on: hours_of(spans) for on, spans in days.items()}
    return over(Rule.DAY, hours, limits.hours_a_day, limits)


def too_long_weeks(days: dict[date, list[Span]], limits: Limits) -> list[Breach]:
    if limits.hours_a_week is None:
        return []
    weeks: dict[date, list[Span]] = defaultdict(list)
    for on, spans in days.items():
        weeks[monday_of(on)] += spans
    return over(Rule.WEEK, {on: hours_of(spans) for on, spans in weeks.items()}, limits.hours_a_week, limits)


def too_short_rests(days: dict[date, list[Span]], limits: Limits) -> list[Breach]:
    """Between the last work of a day and the first of the next one that has any."""
    if limits.rest_hours is None:
        return []
    found = []
    for (_earlier, before), (on, after) in pairwise(days.items()):
        rest = round((after[0][0] - max(end for _start, end in before)) / HOUR, 4)
        if rest < limits.rest_hours:
            found.append(breach(Rule.REST, on, rest, limits.rest_hours, limits))
    return found


def too_long_rows(days: dict[date, list[Span]], limits: Limits) -> list[Breach]:
    most = limits.days_in_row
    if most is None:
        return []
    rows = (row for row in rows_of(list(days)) if len(row) > most)
    return [breach(Rule.ROW, row[most], len(row), most, limits) for row in rows]


def missing_breaks(days: dict[date, list[Span]], limits: Limits) -> list[Breach]:
    """The longest stretch of a day with no pause of the wanted length in it."""
    if limits.break_after_hours is None:
        return []
    pause = timedelta(minutes=limits.break_minutes)
    longest = {on: max(hours_of(stretch) for stretch in stretches(spans, pause)) for on, spans in days.items()}
    return over(Rule.BREAK, longest, limits.break_after_hours, limits)


def stretches(spans: Sequence[Span], pause: timedelta) -> list[list[Span]]:
    """Spans that touch, or lie nearer than a pause, are one stretch of work."""
    found: list[list[Span]] = [[spans[0]]]
    for before, span in pairwise(spans):
        gap = span[0] - before[1]
        if gap > timedelta(0) and gap >= pause:
            found.append([span])
        else:
            found[-1].append(span)
    return found


def rows_of(dates: Sequence[date]) -> list[list[date]]:
    """Dates in order, cut where a day is missing."""
    rows: list[list[date]] = []
    for on in dates:
        if rows and on - rows[-1][-1] == DAY:
            rows[-1].append(on)
        else:
            rows.append([on])
    return rows


def over(rule: Rule, amounts: dict[date, float], limit: float, limits: Limits) -> list[Breach]:
    return [breach(rule, on, amount, limit, limits) for on, amount in amounts.items() if amount > limit]


def breach(rule: Rule, on: date, amount: float, limit: float, limits: Limits) -> Breach:
    return Breach(on, rule, amount, limit, rule.value in limits.bars)
