"""Meetings that end when the house is shut (A9)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from checklists.planner.facts import Facts
from rooms.workcal import WorkingCalendar


def reopening_at(facts: Facts, calendar: WorkingCalendar) -> datetime | None:
    """When the site next opens, if the meeting ended after the close of a working day it touched; else None.

    The booked end stands in until the actual one is known. A meeting over midnight counts from the day it began
    on; one that lies wholly on non-working days, or ends before opening, is cleared up at once.
    """
    ended_at = facts.ended_at
    for on in days_back(calendar.local_date(ended_at), calendar.local_date(facts.start_at)):
        opened_at, closed_at = calendar.opens_at(on), calendar.closes_at(on)
        if opened_at and closed_at and opened_at <= ended_at:
            return next_opening(ended_at, calendar) if ended_at > closed_at else None
    return None


def next_opening(instant: datetime, calendar: WorkingCalendar) -> datetime | None:
    on = calendar.local_date(instant)
    today = calendar.opens_at(on)
    if today and today > instant:
        return today
    following = calendar.next_working_day(on)
    return calendar.opens_at(following) if following else None


def days_back(last: date, first: date) -> Iterator[date]:
    return (last - timedelta(days=count) for count in range((last - first).days + 1))
