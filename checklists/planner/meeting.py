"""The service plan of one booking."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from checklists.planner.closing import reopening_at
from checklists.planner.details import details_of, guest_details
from checklists.planner.facts import Facts
from checklists.planner.making import Occasion, in_order, planned
from checklists.planner.moments import Meeting, anchor_of, due_of, shifted
from checklists.planner.steps import PlannedStep
from checklists.planner.values import condition_values, formula_values, smoking_guests
from checklists.standards import Moment, Repeat, Rule, Standard
from checklists.standards.conditions import FactValue
from rooms.workcal import WorkingCalendar


def compile_plan(standard: Standard, facts: Facts, calendar: WorkingCalendar) -> tuple[PlannedStep, ...]:
    """Every step the standard asks for, by due time; the same facts always give the same plan.

    How the less obvious items are read:

    - P1, P2: half a working day is 4 working hours, counted back over working time.
    - P2: only where the tables can be moved and must be (`tables_must_move`).
    - P14: one step for each guest with an ash tray side; A4 is one step.
    - U1: first due 15 minutes after P13, planned or ticked, whichever is later; U2 and U3 30 minutes after the
      (actual) start. Only round 1 is planned; `rounds` goes on from the ticks.
    - U4: one step for each item of the agenda. U8: a random minute of a meeting over an hour.
    - U5, U6, U7 come up on demand and U9 is the escalation: none of them is planned.
    - During-steps due after the actual end are left out.
    - A1-A8 follow the actual end, the booked one until it is known. After the close of a working day A1-A7 move
      to half an hour before the next opening and A9 joins them; on a non-working day they stay.
    - A10, A11, A12: the same wall clock 1, 2, 3 working days later, within the hours of that day.
    - D7: a meeting on a non-working day is prepared by the close of the last working day before.
    """
    meeting = Meeting(standard, facts, calendar)
    values, amounts = condition_values(facts, calendar), formula_values(facts)
    rules = (rule for rule in standard.rules if rule.scope == "booking" and rule.condition.holds(values))
    adapted = [in_rhythm(rule, values) for rule in rules]
    return in_order(planned(rule, each, standard, amounts) for rule in adapted for each in occasions(rule, meeting))


def in_rhythm(rule: Rule, values: Mapping[str, FactValue]) -> Rule:
    """The rule with the rhythm of its first variant that holds.

    A first round that falls one interval after its anchor keeps doing so under the other interval.
    """
    if not rule.repeat:
        return rule
    variant = next((each for each in rule.repeat.variants if each.condition.holds(values)), None)
    if variant is None:
        return rule
    usual = rule.repeat.every
    moments = (replace(each, minutes=variant.every) if each.minutes == usual else each for each in rule.moments)
    return replace(rule, repeat=Repeat(variant.every, variant.limit), moments=tuple(moments))


def occasions(rule: Rule, meeting: Meeting) -> Iterator[Occasion]:
    for number, moment in enumerate(rule.moments, 1):
        for occasion in occasions_of(rule, moment, number, meeting):
            if not is_overtaken(rule, occasion, meeting.facts):
                yield occasion


def occasions_of(rule: Rule, moment: Moment, number: int, meeting: Meeting) -> Iterator[Occasion]:
    if moment.anchor == "agenda_end":
        yield from agenda_occasions(rule, moment, number, meeting)
        return
    anchor_at = anchor_of(meeting, rule, moment)
    if anchor_at is None:
        return
    due_at = due_of(meeting, moment, anchor_at)
    if rule.after_close and reopening_at(meeting.facts, meeting.calendar):
        anchor_at = anchor_of(meeting, rule, rule.after_close) or anchor_at
        due_at = due_of(meeting, rule.after_close, anchor_at)
    for subject, details in subjects(rule, meeting.facts):
        yield Occasion(anchor_at=anchor_at, due_at=due_at, round=number, subject=subject, details=details)


def agenda_occasions(rule: Rule, moment: Moment, number: int, meeting: Meeting) -> Iterator[Occasion]:
    shown = details_of(rule, meeting.facts)
    for item in meeting.facts.agenda:
        due_at = shifted(item.end_at, moment, meeting.calendar)
        details = shown | {"agenda": item.title}
        yield Occasion(anchor_at=item.end_at, due_at=due_at, round=number, subject=item.key, details=details)


def subjects(rule: Rule, facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a rule is about: the meeting itself, or each of its guests in question."""
    shown = details_of(rule, facts)
    if not rule.for_each:
        yield "", shown
        return
    for guest in smoking_guests(facts) if rule.for_each == "smoking_guest" else facts.guests:
        yield guest.key or guest.name, shown | {"guest": guest_details(guest)}


def is_overtaken(rule: Rule, occasion: Occasion, facts: Facts) -> bool:
    return rule.phase == "during" and facts.actual_end_at is not None and occasion.due_at > facts.actual_end_at
