"""The spans a reader may choose, and the one before each that it is compared with."""

from datetime import date, timedelta

DAY = timedelta(days=1)
LONGEST_DAYS = 400


def named_span(name: str, today: date) -> tuple[date, date]:
    """First and last day; the current week and month end today, for nothing later can be counted."""
    if name == "week":
        return today - today.weekday() * DAY, today
    if name == "month":
        return today.replace(day=1), today
    if name == "last_month":
        last = today.replace(day=1) - DAY
        return last.replace(day=1), last
    return today, today


def span_before(name: str, since: date, until: date) -> tuple[date, date]:
    """Last week up to the same weekday, last month up to the same day, else as many days just before."""
    if name == "week":
        return since - 7 * DAY, until - 7 * DAY
    if name in {"month", "last_month"}:
        last = since - DAY
        is_whole = name == "last_month"
        return last.replace(day=1), last if is_whole else min(last.replace(day=1) + (until - since), last)
    length = until - since + DAY
    return since - length, since - DAY
