"""Turns the moments of a rule into instants for one booking."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from checklists.planner.closing import reopening_at
from checklists.planner.facts import Facts
from checklists.standards import Moment, Rule, Standard
from rooms.workcal import WorkingCalendar


@dataclass(frozen=True)
class Meeting:
    """One booking before the standard and the site's calendar."""

    standard: Standard
    facts: Facts
    calendar: WorkingCalendar


def anchor_of(meeting: Meeting, rule: Rule, moment: Moment) -> datetime | None:
    """The instant a rule is tied to; None where there is none, such as the opening of a closed day."""
    return ANCHORS[moment.anchor](meeting, rule, moment)


def due_of(meeting: Meeting, moment: Moment, anchor_at: datetime) -> datetime:
    """The anchor moved by the offset; what waits for the next opening never falls before the end (A9)."""
    if moment.anchor == "random_during":
        return anchor_at
    due_at = shifted(anchor_at, moment, meeting.calendar)
    return max(due_at, meeting.facts.ended_at) if moment.anchor == "next_open" else due_at


def shifted(instant: datetime, moment: Moment, calendar: WorkingCalendar) -> datetime:
    """Minutes run in UTC, so that a clock change neither adds nor takes an hour."""
    if moment.working_minutes:
        return calendar.add_working(instant, timedelta(minutes=moment.working_minutes))
    if moment.working_days:
        return calendar.add_working_days(instant, moment.working_days)
    return instant + timedelta(minutes=moment.minutes)


def start(meeting: Meeting, rule: Rule, _moment: Moment) -> datetime:
    """Rounds count from the actual start once it is known; what stands before it keeps to the booked one."""
    return meeting.facts.began_at if rule.phase == "during" else meeting.facts.start_at


def opening(meeting: Meeting, _rule: Rule, _moment: Moment) -> datetime | None:
    return meeting.calendar.opens_at(meeting.calendar.local_date(meeting.facts.start_at))


def closing(meeting: Meeting, _rule: Rule, _moment: Moment) -> datetime | None:
    return meeting.calendar.closes_at(meeting.calendar.local_date(meeting.facts.start_at))


def midday(meeting: Meeting, _rule: Rule, _moment: Moment) -> datetime | None:
    return meeting.calendar.midday_at(meeting.calendar.local_date(meeting.facts.start_at))


def clock(meeting: Meeting, _rule: Rule, moment: Moment) -> datetime:
    on = meeting.calendar.local_date(meeting.facts.start_at)
    return meeting.calendar.at_wall(on, time.fromisoformat(moment.argument))


def other_item(meeting: Meeting, _rule: Rule, moment: Moment) -> datetime | None:
    """U1: the later of the other item's planned time and its tick, whether or not it applies itself."""
    other = meeting.standard.by_id[moment.argument]
    anchor_at = anchor_of(meeting, other, other.moments[0])
    if anchor_at is None:
        return None
    planned_at = due_of(meeting, other.moments[0], anchor_at)
    return max(planned_at, meeting.facts.done_at.get(other.id, planned_at))


def previous_close(meeting: Meeting, _rule: Rule, _moment: Moment) -> datetime | None:
    calendar = meeting.calendar
    on = calendar.previous_working_day(calendar.local_date(meeting.facts.start_at))
    return calendar.closes_at(on) if on else None


def random_during(meeting: Meeting, rule: Rule, moment: Moment) -> datetime:
    """U8: one minute of the meeting, the margins left out, that no one can foresee and every planning repeats.

    Each minute draws a lot in order and the highest wins, so that an extension moves the choice only to one of
    the added minutes, never back into the past.
    """
    facts, margin = meeting.facts, timedelta(minutes=int(moment.argument))
    first_at = facts.began_at + margin
    minutes = max(int((facts.end_at - margin - first_at).total_seconds() // 60), 0)
    lots = random.Random(f"{facts.seed}:{rule.id}")  # noqa: S311 - a lottery of minutes guards no secret
    drawn = [lots.random() for _ in range(minutes + 1)]
    return first_at + timedelta(minutes=drawn.index(max(drawn)))


ANCHORS: Mapping[str, Callable[[Meeting, Rule, Moment], datetime | None]] = {
    "start": start,
    "end": lambda meeting, _rule, _moment: meeting.facts.end_at,
    "actual_end": lambda meeting, _rule, _moment: meeting.facts.ended_at,
    "open": opening,
    "close": closing,
    "midday": midday,
    "clock": clock,
    "item": other_item,
    "previous_working_day_close": previous_close,
    "next_open": lambda meeting, _rule, _moment: reopening_at(meeting.facts, meeting.calendar),
    "random_during": random_during,
    # One step for each item of the agenda, or none at all until something happens: not one instant.
    "agenda_end": lambda _meeting, _rule, _moment: None,
    "on_demand": lambda _meeting, _rule, _moment: None,
    "overdue": lambda _meeting, _rule, _moment: None,
}
