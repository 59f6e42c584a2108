from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from checklists.planner import compile_plan, reopening_at
from checklists.standards import load_standard
from rooms.workcal import WorkingCalendar
from tests.checklists.sample_meetings import (
    BERLIN,
    BERLIN_OFFICE,
    HQ,
    SHANGHAI,
    due,
    everything,
    local,
    meeting,
    plan,
    wall,
)

DAY = "2026-11-23"


@pytest.mark.parametrize(
    ("start", "half_a_day_before"),
    [
        ("2026-11-23 09:00", "2026-11-20 14:30"),  # Monday
        ("2026-11-24 09:00", "2026-11-23 14:30"),
        ("2026-11-24 14:00", "2026-11-24 08:30"),
        ("2026-11-22 09:00", "2026-11-20 14:00"),  # a Sunday
        ("2026-10-08 09:00", "2026-09-30 14:30"),  # the first day after National Day week
        ("2026-10-12 09:00", "2026-10-10 14:30"),  # the Saturday before is adjusted
        ("2026-09-21 10:00", "2026-09-20 15:30"),  # the Sunday before is adjusted
        ("2026-01-05 09:00", "2026-01-04 14:30"),
        ("2026-02-24 09:00", "2026-02-14 14:30"),  # over Spring Festival to an adjusted Saturday
        ("2028-03-01 09:00", "2028-02-29 14:30"),  # leap day
    ],
)
def test_p1_and_p2_fall_half_a_working_day_before(start, half_a_day_before):
    end = wall(local(start) + timedelta(hours=1))
    times = due(meeting(start, end, has_movable_tables=True, layout="u_shape"))

    assert (times["P1"], times["P2"]) == (half_a_day_before, half_a_day_before)


@pytest.mark.parametrize(
    ("start", "utc_start", "p3", "p13"),
    [
        ("2026-03-29 03:30", "01:30", "2026-03-29 00:30", "2026-03-29 03:20"),  # clocks go forward at 02:00
        ("2026-10-25 03:30", "02:30", "2026-10-25 02:30", "2026-10-25 03:20"),  # and back at 03:00
    ],
)
def test_plan_over_a_clock_change_counts_real_minutes(start, utc_start, p3, p13):
    facts = meeting(start, start.replace("03:30", "05:30"), BERLIN, tea=True)

    times = due(facts, BERLIN_OFFICE)

    assert facts.start_at.astimezone(UTC).strftime("%H:%M") == utc_start
    assert (times["P3"], times["P13"]) == (p3, p13)
    assert plan(facts, BERLIN_OFFICE)["P3:1:"].due_at == facts.start_at.astimezone(UTC) - timedelta(hours=2)


def test_plan_over_a_clock_change_keeps_working_days_on_the_wall_clock():
    times = due(meeting("2026-03-27 15:00", "2026-03-27 16:00", BERLIN), BERLIN_OFFICE)

    assert (times["A10"], times["A11"]) == ("2026-03-30 16:00", "2026-03-31 16:00")


def test_plan_of_early_meeting_reaches_back_over_midnight():
    times = due(meeting("2026-11-24 00:30", "2026-11-24 02:00", tea=True))

    assert (times["P3"], times["P8"], times["P13"]) == ("2026-11-23 22:30", "2026-11-23 23:30", "2026-11-24 00:20")


def test_a_steps_follow_the_actual_end_once_it_is_known():
    times = due(everything(actual_end_at=local(f"{DAY} 15:20")))

    assert (times["A3"], times["A8"], times["A10"]) == (f"{DAY} 15:50", f"{DAY} 15:50", "2026-11-24 15:20")


def test_extension_moves_what_follows_the_end():
    times = due(everything(end="2026-11-23 17:15"))

    assert (times["A3"], times["A10"], times["P13"]) == (f"{DAY} 17:45", "2026-11-24 17:15", f"{DAY} 13:50")


@pytest.mark.parametrize(
    ("start", "end", "moved"),
    [
        ("2026-11-23 17:00", "2026-11-23 18:00", None),  # ends just at closing
        ("2026-11-23 17:00", "2026-11-23 18:01", "2026-11-24 08:00"),
        ("2026-11-20 17:00", "2026-11-20 20:00", "2026-11-23 08:00"),  # Friday
        ("2026-09-30 17:00", "2026-09-30 19:00", "2026-10-08 08:00"),  # before National Day week
        ("2026-10-09 17:00", "2026-10-09 19:00", "2026-10-10 08:00"),  # to an adjusted Saturday
        ("2026-10-10 17:00", "2026-10-10 19:00", "2026-10-12 08:00"),  # on one
        ("2026-11-23 22:00", "2026-11-24 00:00", "2026-11-24 08:00"),  # to midnight
        ("2026-11-23 22:00", "2026-11-24 01:00", "2026-11-24 08:00"),  # over midnight
        ("2026-11-20 22:00", "2026-11-21 01:00", "2026-11-23 08:00"),  # into a Saturday
        ("2026-11-23 06:00", "2026-11-23 07:30", None),  # over before opening
        ("2026-11-21 19:00", "2026-11-21 21:00", None),  # a Saturday
        ("2026-10-01 19:00", "2026-10-01 21:00", None),  # a holiday
        ("2026-11-22 22:00", "2026-11-23 01:00", None),  # from Sunday into Monday morning
        ("2026-11-23 10:00", "2026-11-25 17:00", None),  # three days, over in working hours
    ],
)
def test_a9_meeting_after_close_moves_clearing_up_to_the_next_opening(start, end, moved):
    facts = everything(start, end)

    times = due(facts)

    at_once = wall(facts.end_at + timedelta(minutes=30))
    assert {times[item] for item in ("A1", "A2", "A3", "A4", "A5", "A6", "A7")} == {moved or at_once}
    assert times["A8"] == at_once
    assert times.get("A9") == moved


def test_a9_overrun_past_close_shows_once_the_end_is_known():
    booked = everything(start="2026-11-23 16:00", end="2026-11-23 17:30")

    overrun = replace(booked, actual_end_at=local("2026-11-23 18:20"))

    assert due(booked).get("A9") is None
    assert (due(overrun)["A9"], due(overrun)["A5"]) == ("2026-11-24 08:00", "2026-11-24 08:00")


def test_a9_meeting_booked_past_close_but_ended_before_stays():
    facts = everything(start="2026-11-23 16:00", end="2026-11-23 19:00", actual_end_at=local("2026-11-23 17:50"))

    assert (due(facts).get("A9"), due(facts)["A5"]) == (None, "2026-11-23 18:20")


def test_a9_night_meeting_over_just_before_opening_is_never_due_before_its_end():
    facts = meeting("2026-11-23 22:00", "2026-11-24 08:10")

    assert (due(facts)["A9"], due(facts)["A5"]) == ("2026-11-24 08:10", "2026-11-24 08:10")


def test_reopening_at_site_that_never_opens_again_is_none():
    once = WorkingCalendar(SHANGHAI, {}, exceptions={local(DAY).date(): HQ.hours(local(DAY).date())})

    assert reopening_at(everything(end="2026-11-23 19:00"), once) is None


@pytest.mark.parametrize(
    ("end", "a10", "a11", "a12"),
    [
        ("2026-11-20 16:00", "2026-11-23 16:00", "2026-11-24 16:00", "2026-11-25 16:00"),
        ("2026-11-21 16:00", "2026-11-23 16:00", "2026-11-24 16:00", "2026-11-25 16:00"),
        ("2026-09-30 16:00", "2026-10-08 16:00", "2026-10-09 16:00", "2026-10-10 16:00"),
        ("2026-11-20 21:00", "2026-11-23 18:00", "2026-11-24 18:00", "2026-11-25 18:00"),
        ("2028-02-25 16:00", "2028-02-28 16:00", "2028-02-29 16:00", "2028-03-01 16:00"),
    ],
)
def test_follow_up_falls_one_two_and_three_working_days_after(end, a10, a11, a12):
    times = due(everything(wall(local(end) - timedelta(hours=2)), end))

    assert (times["A10"], times["A11"], times["A12"]) == (a10, a11, a12)


@pytest.mark.parametrize(
    ("start", "prepared_by"),
    [
        ("2026-11-21 10:00", "2026-11-20 18:00"),  # Saturday
        ("2026-11-22 10:00", "2026-11-20 18:00"),
        ("2026-10-01 10:00", "2026-09-30 18:00"),  # National Day
        ("2026-10-07 10:00", "2026-09-30 18:00"),
        ("2026-10-11 10:00", "2026-10-10 18:00"),  # the Sunday after an adjusted Saturday
        ("2026-10-10 10:00", None),
        ("2026-11-23 10:00", None),
    ],
)
def test_d7_meeting_on_a_non_working_day_is_prepared_the_last_working_day_before(start, prepared_by):
    times = due(meeting(start, wall(local(start) + timedelta(hours=1))))

    assert times.get("D7") == prepared_by


OTHER_ANCHORS = """
title: {en: Other, zh_hans: 其他, zh_hant: 其他}
items:
"""
OTHER_ITEM = """
  - id: X%d
    phase: before
    roles: [manager]
    when: %s
    title: {en: Do, zh_hans: 做, zh_hant: 做}
    text: {en: Done, zh_hans: 做好, zh_hant: 做好}
"""


@pytest.mark.parametrize(
    ("when", "times"),
    [
        ("{anchor: open, minutes: 15}", ["08:45"]),
        ("close", ["18:00"]),
        ("midday", ["12:00"]),
        ("{anchor: 'clock:09:10'}", ["09:10"]),
        ("[start, end]", ["14:00", "16:00"]),
        ("{anchor: end, working_minutes: 60}", ["17:00"]),
        ("on_demand", []),
    ],
)
def test_other_anchors_a_site_may_choose(when, times):
    standard = load_standard(OTHER_ANCHORS + OTHER_ITEM % (1, when))

    steps = compile_plan(standard, everything(), HQ)

    assert [wall(step.due_at)[-5:] for step in steps] == times
    assert [step.key for step in steps] == [f"X1:{number}:" for number in range(1, len(times) + 1)]


@pytest.mark.parametrize("when", ["open", "close", "midday"])
def test_opening_hours_of_a_closed_day_give_no_step(when):
    standard = load_standard(OTHER_ANCHORS + OTHER_ITEM % (1, when))

    assert compile_plan(standard, everything("2026-11-21 14:00", "2026-11-21 16:00"), HQ) == ()
