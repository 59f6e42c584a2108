"""The daily steps of one site."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time

from checklists.planner.facts import DayFacts, RoomDayFacts
from checklists.planner.making import Occasion, in_order, planned
from checklists.planner.moments import shifted
from checklists.planner.steps import PlannedStep
from checklists.planner.values import day_values, room_day_values
from checklists.standards import Moment, Rule, Standard
from rooms.workcal import WorkingCalendar

Span = tuple[datetime, datetime]


def compile_day(standard: Standard, facts: DayFacts, calendar: WorkingCalendar) -> tuple[PlannedStep, ...]:
    """The steps of a working day, by due time; none on a closed one.

    D1 has three rounds; D2 is one step for each room, with the layouts of the day; D4 falls before each start that
    follows a meeting over by then, once for each gap. D5 and D6 come up on demand; D7 belongs to its booking.
    """
    if not calendar.is_working(facts.on):
        return ()
    site = site_steps(standard, facts, calendar)
    return in_order([*site, *room_steps(standard, facts, calendar)])


def site_steps(standard: Standard, facts: DayFacts, calendar: WorkingCalendar) -> Iterator[PlannedStep]:
    values = day_values(facts)
    for rule in standard.rules:
        if rule.scope == "site_day" and rule.condition.holds(values):
            for occasion in day_occasions(rule, facts, calendar):
                yield planned(rule, occasion, standard, {})


def room_steps(standard: Standard, facts: DayFacts, calendar: WorkingCalendar) -> Iterator[PlannedStep]:
    for rule in standard.rules:
        if rule.scope != "room_day":
            continue
        for room in facts.rooms:
            if rule.condition.holds(room_day_values(room)):
                for occasion in day_occasions(rule, facts, calendar, room.code, tables_of(room)):
                    yield planned(rule, occasion, standard, {})


def tables_of(room: RoomDayFacts) -> dict[str, object]:
    """How the tables stand and how they must; a room without meetings may stay as it is."""
    wanted: dict[str, object] = {"layouts": list(room.layouts), "layout": room.layouts[0]} if room.layouts else {}
    return wanted | ({"stands_now": room.stands} if room.stands else {})


def day_occasions(
    rule: Rule,
    facts: DayFacts,
    calendar: WorkingCalendar,
    subject: str = "",
    details: Mapping[str, object] | None = None,
) -> Iterator[Occasion]:
    for number, moment in enumerate(rule.moments, 1):
        for anchor_at, about, not_before in anchors(moment, facts, calendar):
            due_at = shifted(anchor_at, moment, calendar)
            yield Occasion(
                anchor_at=anchor_at,
                due_at=max(due_at, not_before) if not_before else due_at,
                round=number,
                subject=subject or about,
                details=details or {},
            )


def anchors(
    moment: Moment, facts: DayFacts, calendar: WorkingCalendar
) -> Iterator[tuple[datetime, str, datetime | None]]:
    """The instants of an anchor on that day, each with what tells it from its like, and what it cannot precede."""
    if moment.anchor == "between_meetings":
        for starts_at, over_at in starts_after_a_gap(facts.meetings):
            yield starts_at, starts_at.astimezone(calendar.zone).strftime("%H:%M"), over_at
        return
    anchor_at = DAY_ANCHORS[moment.anchor](moment, facts, calendar)
    if anchor_at is not None:
        yield anchor_at, "", None


def starts_after_a_gap(meetings: Iterable[Span]) -> Iterator[Span]:
    """D4: each start before which some meeting ended that no earlier one of these starts has followed.

    With it the last of those ends: nothing can be washed while its meeting still runs.
    """
    ordered = sorted(meetings)
    seen_until: datetime | None = None
    # Meetings that start together have the same before them.
    for starts_at in dict.fromkeys(starts for starts, _ in ordered):
        over = [ends for _, ends in ordered if ends <= starts_at and (seen_until is None or ends > seen_until)]
        if over:
            yield starts_at, max(over)
            seen_until = starts_at


DAY_ANCHORS: Mapping[str, Callable[[Moment, DayFacts, WorkingCalendar], datetime | None]] = {
    "open": lambda _moment, facts, calendar: calendar.opens_at(facts.on),
    "close": lambda _moment, facts, calendar: calendar.closes_at(facts.on),
    "midday": lambda _moment, facts, calendar: calendar.midday_at(facts.on),
    "clock": lambda moment, facts, calendar: calendar.at_wall(facts.on, time.fromisoformat(moment.argument)),
    "on_demand": lambda _moment, _facts, _calendar: None,
}
