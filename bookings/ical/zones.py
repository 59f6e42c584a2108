"""A time zone as a calendar program is told it: when its clock changes, as rules of the year where there are any.

Programs know zones by their names but not all of them, and not each in the same edition; what is written here decides.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Long before any meeting; a zone that never changes has had its offset since then.
BEGINNING = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time, as the format wants it
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Observance:
    """From `begins`, on the wall clock before the change, this offset holds; `rule` repeats it each year."""

    begins: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool
    rule: tuple[int, str] | None = None


def observances(zone: ZoneInfo, first: date, last: date) -> list[Observance]:
    """What holds on the first day, then every change until the last; the same change each year stands once."""
    start = datetime(first.year, 1, 1, tzinfo=UTC)
    found = [standing(zone, start)]
    by_kind: dict[tuple[timedelta, timedelta], list[Observance]] = defaultdict(list)
    for moment in changes(zone, start, datetime(last.year + 1, 1, 1, tzinfo=UTC)):
        change = observance(zone, moment)
        by_kind[change.before, change.after].append(change)
    for same in by_kind.values():
        rule = rule_of([each.begins for each in same])
        found += [with_rule(same[0], rule)] if rule else same
    return found


def standing(zone: ZoneInfo, moment: datetime) -> Observance:
    local = moment.astimezone(zone)
    offset = local.utcoffset() or timedelta(0)
    return Observance(BEGINNING, offset, offset, local.tzname() or "", bool(local.dst()))


def observance(zone: ZoneInfo, moment: datetime) -> Observance:
    """The change at this moment, which the clock before it would have called `begins`."""
    old, new = (moment - MINUTE).astimezone(zone), moment.astimezone(zone)
    before, after = old.utcoffset() or timedelta(0), new.utcoffset() or timedelta(0)
    begins = (moment + before).replace(tzinfo=None)
    return Observance(begins, before, after, new.tzname() or "", bool(new.dst()))


def with_rule(change: Observance, rule: tuple[int, str]) -> Observance:
    return Observance(change.begins, change.before, change.after, change.name, change.is_daylight, rule)


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The moments, to the minute, at which the zone's offset changes."""
    found, day = [], start
    while day < end:
        following = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            found.append(change_between(zone, day, following))
        day = following
    return found


def change_between(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    old = early.astimezone(zone).utcoffset()
    while late - early > MINUTE:
        middle = early + (late - early) // (2 * MINUTE) * MINUTE
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == old else (early, middle)
    return late


def rule_of(moments: list[datetime]) -> tuple[int, str] | None:
    """Month and day such as 2SU or -1SU when every year keeps it, and no year is left out."""
    if len(moments) < 2 or [each.year for each in moments] != list(range(moments[0].year, moments[-1].year + 1)):
        return None
    if len({(each.month, each.weekday(), each.time()) for each in moments}) > 1:
        return None
    days, month = DAY_NAMES[moments[0].weekday()], moments[0].month
    if all((each + timedelta(days=7)).month != month for each in moments):
        return month, f"-1{days}"
    numbers = {(each.day - 1) // 7 + 1 for each in moments}
    return (month, f"{numbers.pop()}{days}") if len(numbers) == 1 else None
