"""The days on which a run of a course meets."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta

# A calendar without working days would be walked for ever.
FURTHEST = timedelta(days=3 * 366)


def meeting_days(
    *, first: date, count: int, weekdays: Collection[int], is_working: Callable[[date], bool]
) -> list[date]:
    """Working days from the first on that fall on the weekdays; fewer than `count` where there are none."""
    days = candidates(first, weekdays, is_working)
    return [day for day, _ in zip(days, range(count), strict=False)]


def candidates(first: date, weekdays: Collection[int], is_working: Callable[[date], bool]) -> Iterator[date]:
    for offset in range(FURTHEST.days):
        day = first + timedelta(days=offset)
        if (not weekdays or day.weekday() in weekdays) and is_working(day):
            yield day
