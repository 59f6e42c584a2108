from datetime import date, time

import pytest

from checklists.planner import DayFacts, RoomDayFacts, compile_day
from checklists.standards import load_standard, shipped_standard
from rooms.workcal import WorkingCalendar
from tests.checklists.sample_meetings import BERLIN, HQ, SHANGHAI, WEEK, local, wall

MONDAY = date(2026, 11, 23)
ROOMS = (RoomDayFacts(code="108", layouts=("u_shape", "theatre")), RoomDayFacts(code="201"))
SITE_ITEM = """
title: {en: Day, zh_hans: 日, zh_hant: 日}
items:
  - id: X1
    phase: daily
    scope: %s
    roles: [manager]
    when: %s
    only_if: %s
    title: {en: Do, zh_hans: 做, zh_hant: 做}
    text: {en: Done, zh_hans: 做好, zh_hant: 做好}
"""


def steps_of(on=MONDAY, calendar=HQ, **facts):
    return compile_day(shipped_standard(), DayFacts(on=on, **facts), calendar)


def spans(*meetings, zone=SHANGHAI, on="2026-11-23"):
    return tuple((local(f"{on} {start}", zone), local(f"{on} {end}", zone)) for start, end in meetings)


def washing(*meetings):
    return [(step.key, wall(step.due_at)[-5:]) for step in steps_of(meetings=spans(*meetings)) if step.item == "D4"]


def test_day_has_every_daily_item_at_its_exact_time():
    steps = steps_of(rooms=ROOMS, meetings=spans(("09:00", "10:00"), ("14:00", "15:00")))

    assert [(step.key, wall(step.due_at), step.role, step.subject) for step in steps] == [
        ("D3:1:", "2026-11-23 07:45", "service_staff", ""),
        ("D2:1:108", "2026-11-23 08:00", "manager", "108"),
        ("D2:1:201", "2026-11-23 08:00", "manager", "201"),
        ("D1:1:", "2026-11-23 08:30", "manager", ""),
        ("D1:2:", "2026-11-23 12:00", "manager", ""),
        ("D4:1:14:00", "2026-11-23 13:30", "service_staff", "14:00"),
        ("D1:3:", "2026-11-23 17:30", "manager", ""),
    ]


def test_d2_carries_the_layouts_of_the_day_first_one_first():
    details = {step.subject: step.details for step in steps_of(rooms=ROOMS) if step.item == "D2"}

    assert details == {"108": {"layouts": ["u_shape", "theatre"], "layout": "u_shape"}, "201": {}}


@pytest.mark.parametrize(
    ("on", "is_working"),
    [
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # adjusted Saturday
        (date(2026, 1, 4), True),  # adjusted Sunday
        (date(2028, 2, 29), True),
    ],
)
def test_day_only_working_days_have_daily_steps(on, is_working):
    assert len(steps_of(on, rooms=ROOMS)) == (6 if is_working else 0)


def test_day_of_site_without_hours_is_empty():
    assert steps_of(calendar=WorkingCalendar(SHANGHAI, {}), rooms=ROOMS) == ()


@pytest.mark.parametrize(
    ("meetings", "due"),
    [
        ([], []),
        ([("09:00", "10:00")], []),
        ([("09:00", "10:00"), ("11:00", "12:00")], [("D4:1:11:00", "10:30")]),
        ([("11:00", "12:00"), ("09:00", "10:00")], [("D4:1:11:00", "10:30")]),
        ([("09:00", "10:00"), ("10:00", "11:00")], [("D4:1:10:00", "10:00")]),  # back to back
        # Nothing can be washed while its meeting still runs.
        ([("09:00", "10:00"), ("10:20", "11:00")], [("D4:1:10:20", "10:00")]),
        # What ended at 10:00 was washed for the start at 10:00.
        ([("09:00", "10:00"), ("10:00", "12:00"), ("10:30", "12:00")], [("D4:1:10:00", "10:00")]),
        ([("09:00", "12:00"), ("10:00", "11:00")], []),  # side by side: nothing is over yet
        ([("09:00", "10:00"), ("11:00", "12:00"), ("11:00", "15:00")], [("D4:1:11:00", "10:30")]),  # two rooms, one gap
        # Nothing ended between 11:00 and 11:15, so the cups are clean already.
        ([("09:00", "10:00"), ("11:00", "12:00"), ("11:15", "12:00")], [("D4:1:11:00", "10:30")]),
        (
            [("09:00", "10:00"), ("11:00", "12:00"), ("14:00", "15:00")],
            [("D4:1:11:00", "10:30"), ("D4:1:14:00", "13:30")],
        ),
    ],
)
def test_d4_falls_before_each_start_that_follows_a_meeting(meetings, due):
    assert washing(*meetings) == due


def test_d4_two_starts_at_the_same_wall_time_of_a_long_night_have_keys_of_their_own():
    night = WorkingCalendar(BERLIN, {6: ((time(0), time(12)),)})
    first = local("2026-10-25 02:30", BERLIN)
    meetings = (
        *spans(("00:00", "01:00"), zone=BERLIN, on="2026-10-25"),
        (first, first.replace(minute=40)),
        (first.replace(fold=1), first.replace(fold=1, hour=4)),
    )

    steps = steps_of(date(2026, 10, 25), night, meetings=meetings)

    assert [step.key for step in steps if step.item == "D4"] == ["D4:1:02:30", "D4:1:02:30#2"]


@pytest.mark.parametrize(
    ("on", "utc"), [(date(2026, 3, 27), "06:45"), (date(2026, 3, 30), "05:45"), (date(2026, 10, 26), "06:45")]
)
def test_d3_keeps_its_wall_clock_over_a_clock_change(on, utc):
    step = next(step for step in steps_of(on, WorkingCalendar(BERLIN, WEEK)) if step.item == "D3")

    assert step.due_at.strftime("%H:%M") == utc


@pytest.mark.parametrize(
    ("scope", "when", "condition", "subjects"),
    [
        ("site_day", "on_demand", "always", []),
        ("site_day", "open", "{meetings: {at_least: 2}}", [""]),
        ("site_day", "open", "{meetings: {above: 2}}", []),
        ("site_day", "open", "{rooms_in_use: {is: 1}}", [""]),
        ("room_day", "close", "{room: {in: ['201', '205']}}", ["201"]),
        ("room_day", "'clock:16:00'", "{layouts: {includes: theatre}}", ["108"]),
        ("room_day", "midday", "{not: layouts}", ["201"]),
    ],
)
def test_day_conditions_choose_days_and_rooms(scope, when, condition, subjects):
    standard = load_standard(SITE_ITEM % (scope, when, condition))
    facts = DayFacts(on=MONDAY, rooms=ROOMS, meetings=spans(("09:00", "10:00"), ("14:00", "15:00")))

    assert [step.subject for step in compile_day(standard, facts, HQ)] == subjects
