from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from checklists.planner import AgendaFacts, Facts, GuestFacts, compile_plan, reopening_at
from checklists.standards import Evidence, load_standard, shipped_standard
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

# Item, due on the wall clock for everything() from 14:00 to 16:00 on an ordinary Monday, role, helpers.
EVERY_ITEM = [
    ("P1", f"{DAY} 08:30", "service_staff", ()),
    ("P2", f"{DAY} 08:30", "cleaner", ("service_staff",)),
    ("P3", f"{DAY} 12:00", "secretary", ()),
    ("P4", f"{DAY} 13:00", "technician", ("secretary",)),
    ("P5", f"{DAY} 13:00", "secretary", ()),
    ("P6", f"{DAY} 13:00", "secretary", ()),
    ("P7", f"{DAY} 13:00", "secretary", ()),
    ("P8", f"{DAY} 13:00", "secretary", ()),
    ("P9", f"{DAY} 13:00", "secretary", ()),
    ("P17", f"{DAY} 13:00", "host", ()),
    ("P18", f"{DAY} 13:00", "host", ()),
    ("P19", f"{DAY} 13:00", "host", ()),
    ("P20", f"{DAY} 13:00", "manager", ()),
    ("P22", f"{DAY} 13:00", "manager", ()),
    ("P10", f"{DAY} 13:30", "service_staff", ()),
    ("P11", f"{DAY} 13:30", "service_staff", ()),
    ("P12", f"{DAY} 13:30", "service_staff", ()),
    ("P15", f"{DAY} 13:30", "service_staff", ()),
    ("P16", f"{DAY} 13:30", "service_staff", ()),
    ("P21", f"{DAY} 13:30", "manager", ()),
    ("P23", f"{DAY} 13:30", "manager", ()),
    ("P24", f"{DAY} 13:30", "service_staff", ()),
    ("P25", f"{DAY} 13:30", "service_staff", ()),
    ("P13", f"{DAY} 13:50", "service_staff", ()),
    ("P14", f"{DAY} 13:50", "service_staff", ()),
    ("U1", f"{DAY} 14:05", "service_staff", ()),
    ("U2", f"{DAY} 14:30", "service_staff", ()),
    ("U3", f"{DAY} 14:30", "technician", ()),
    ("U4", f"{DAY} 14:55", "service_staff", ("host",)),
    ("U8", f"{DAY} 15:05", "manager", ()),
    ("A1", f"{DAY} 16:30", "technician", ("service_staff",)),
    ("A2", f"{DAY} 16:30", "service_staff", ()),
    ("A3", f"{DAY} 16:30", "service_staff", ()),
    ("A4", f"{DAY} 16:30", "service_staff", ()),
    ("A5", f"{DAY} 16:30", "service_staff", ()),
    ("A6", f"{DAY} 16:30", "service_staff", ()),
    ("A7", f"{DAY} 16:30", "service_staff", ("host",)),
    ("A8", f"{DAY} 16:30", "manager", ()),
    ("A10", "2026-11-24 16:00", "host", ("manager",)),
    ("A11", "2026-11-25 16:00", "host", ("secretary",)),
    ("A12", "2026-11-26 16:00", "manager", ()),
]
ALWAYS = {"P1", "P3", "P5", "P6", "P7", "P8", "P9", "P23", "U2", "U8", "A5", "A6", "A8", "A10", "A11"}
# D1-D4 belong to the day; these come up on demand, or when a step is late.
NEVER_PLANNED = {"D5", "D6", "U5", "U6", "U7", "U9"}
GUEST = GuestFacts(key="7", name="王先生")
SMOKER = GuestFacts(key="7", name="王先生", ash_tray="right")


def test_plan_of_everything_has_every_item_at_its_exact_time():
    steps = plan(everything()).values()

    assert [(step.item, wall(step.due_at), step.role, step.helpers) for step in steps] == EVERY_ITEM


def test_every_item_of_the_standard_is_planned_by_some_test():
    elsewhere = {"D1", "D2", "D3", "D4", "D7", "A9"}

    assert {item for item, *_ in EVERY_ITEM} | NEVER_PLANNED | elsewhere == set(shipped_standard().by_id)


def test_plan_of_plain_meeting_has_only_what_is_always_asked():
    assert set(due(meeting(f"{DAY} 14:00", f"{DAY} 16:00"))) == ALWAYS


@pytest.mark.parametrize(
    ("facts", "items"),
    [
        ({"has_movable_tables": True, "layout": "u_shape"}, {"P2"}),
        ({"has_movable_tables": False, "layout": "u_shape"}, set()),
        ({"has_movable_tables": True}, set()),
        ({"has_movable_tables": True, "previous_layout": "theatre"}, {"P2"}),
        ({"has_movable_tables": True, "previous_layout": "board_room"}, set()),
        ({"has_movable_tables": True, "layout": "u_shape", "previous_layout": "u_shape"}, {"P2"}),
        ({"has_movable_tables": False, "previous_layout": "theatre"}, set()),
        ({"equipment": ("projector",)}, {"P4", "A1"}),
        ({"equipment": ("sound",)}, {"P4", "U3", "A1"}),
        ({"equipment": ("microphone",), "microphones": 2}, {"P4", "U3", "A1"}),
        ({"tea": True}, {"P10", "P12", "P13", "P20", "P21", "U1", "A3"}),
        ({"coffee": True}, {"P10", "P12", "P13", "P20", "U1", "A3"}),
        ({"water": True}, {"P10", "P11", "P20", "A2"}),
        ({"fruit": True}, {"P15"}),
        ({"flowers": True}, {"P15"}),
        ({"flags": ("CN",)}, {"P16"}),
        ({"name_plates": 3}, {"P17", "A7"}),
        ({"materials": True}, {"P18", "A7"}),
        ({"stationery": True}, {"P19", "A7"}),
        ({"sign_in": True}, {"P24"}),
        ({"foreign_countries": ("FR",)}, {"P22"}),
        ({"guests": (GUEST,)}, {"P25"}),
        ({"guests": (replace(GUEST, country="FR"),)}, {"P22", "P25"}),
        ({"guests": (SMOKER,)}, {"P25"}),
        ({"guests": (SMOKER,), "allows_smoking": True}, {"P14", "P25", "A4"}),
        ({"guests": (replace(SMOKER, ash_tray="none"),), "allows_smoking": True}, {"P25"}),
        ({"allows_smoking": True}, set()),
        ({"headcount": 49}, set()),
        ({"headcount": 50}, {"A12"}),
        ({"has_incident": True}, {"A12"}),
        ({"has_complaint": True}, {"A12"}),
    ],
)
def test_plan_condition_adds_just_its_items(facts, items):
    assert set(due(meeting(f"{DAY} 14:00", f"{DAY} 16:00", **facts))) - ALWAYS == items


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


@pytest.mark.parametrize(
    ("done_at", "first_refill", "limit"),
    [
        (None, "14:05", "14:10"),
        ("13:58", "14:13", "14:18"),  # poured late: the round follows the tick
        ("13:40", "14:05", "14:10"),  # poured early: the plan stands
        ("13:50", "14:05", "14:10"),
    ],
)
def test_u1_first_round_follows_the_later_of_plan_and_tick(done_at, first_refill, limit):
    ticked = {} if done_at is None else {"P13": local(f"{DAY} {done_at}")}

    step = plan(everything(done_at=ticked))["U1:1:"]

    assert (wall(step.due_at), wall(step.limit_at)) == (f"{DAY} {first_refill}", f"{DAY} {limit}")
    assert (step.every_minutes, step.limit_minutes, step.repeats) == (15, 20, True)


def test_rounds_without_a_limit_have_no_breach():
    steps = plan(everything())

    assert [(steps[key].every_minutes, steps[key].limit_at) for key in ("U2:1:", "U3:1:")] == [(30, None), (30, None)]
    assert steps["P8:1:"].repeats is False


def test_rounds_count_from_the_actual_start_but_preparation_does_not():
    times = due(everything(actual_start_at=local(f"{DAY} 14:20")))

    assert (times["U2"], times["U3"], times["P13"], times["P1"]) == (
        f"{DAY} 14:50",
        f"{DAY} 14:50",
        f"{DAY} 13:50",
        f"{DAY} 08:30",
    )


def test_u4_each_agenda_item_has_a_step_of_its_own():
    agenda = tuple(
        AgendaFacts(key=key, title=title, start_at=local(f"{DAY} {start}"), end_at=local(f"{DAY} {end}"))
        for key, title, start, end in [("1", "Welcome", "14:00", "14:20"), ("2", "Budget", "14:20", "15:40")]
    )

    steps = [step for step in plan(everything(agenda=agenda)).values() if step.item == "U4"]

    assert [(step.key, wall(step.due_at), step.details) for step in steps] == [
        ("U4:1:1", f"{DAY} 14:15", {"agenda": "Welcome"}),
        ("U4:1:2", f"{DAY} 15:35", {"agenda": "Budget"}),
    ]


@pytest.mark.parametrize(("end", "has_spot_check"), [("15:00", False), ("15:01", True), ("14:30", False)])
def test_u8_only_meetings_over_an_hour_are_spot_checked(end, has_spot_check):
    assert ("U8" in due(meeting(f"{DAY} 14:00", f"{DAY} {end}"))) is has_spot_check


def test_u8_differs_by_meeting_and_stays_within_its_margins():
    facts = meeting(f"{DAY} 14:00", f"{DAY} 17:00")
    minutes = {plan(replace(facts, seed=f"HW-{number}"))["U8:1:"].due_at for number in range(300)}

    assert min(minutes) >= local(f"{DAY} 14:10")
    assert max(minutes) <= local(f"{DAY} 16:50")
    assert len(minutes) > 100


@given(st.integers(0, 500), st.integers(70, 300), st.integers(1, 200))
def test_u8_extension_never_moves_the_spot_check_back(number, minutes, extension):
    facts = replace(meeting(f"{DAY} 14:00", f"{DAY} 15:00"), seed=f"HW-{number}")
    booked = replace(facts, end_at=facts.start_at + timedelta(minutes=minutes))
    extended = replace(booked, end_at=booked.end_at + timedelta(minutes=extension))

    before, after = plan(booked)["U8:1:"].due_at, plan(extended)["U8:1:"].due_at

    assert after == before or after > booked.end_at - timedelta(minutes=10)


def test_p14_each_smoking_guest_has_a_step_with_the_side():
    guests = (
        GuestFacts(key="1", name="王先生", ash_tray="left"),
        GuestFacts(key="2", name="Ms Chan"),
        GuestFacts(key="3", name="李先生", ash_tray="right", seat="A2"),
    )

    steps = [step for step in plan(everything(guests=guests)).values() if step.item == "P14"]

    assert [(step.key, step.subject, step.for_each, step.details) for step in steps] == [
        ("P14:1:1", "1", "smoking_guest", {"guest": {"name": "王先生", "ash_tray": "left"}}),
        ("P14:1:3", "3", "smoking_guest", {"guest": {"name": "李先生", "ash_tray": "right", "seat": "A2"}}),
    ]


def test_p14_guests_of_one_name_get_keys_of_their_own():
    guests = (GuestFacts(name="王先生", ash_tray="left"), GuestFacts(name="王先生", ash_tray="right"))

    keys = [key for key in plan(everything(guests=guests)) if key.startswith("P14")]

    assert keys == ["P14:1:王先生", "P14:1:王先生#2"]


def test_p14_guest_with_a_very_long_name_keeps_a_short_key():
    guests = (GuestFacts(name="王" * 500, ash_tray="left"),)

    assert max(map(len, plan(everything(guests=guests)))) == len("P14:1:") + 80


@pytest.mark.parametrize(
    ("key", "quantities", "expected", "kind"),
    [
        ("P1:1:", {"seats": 60}, None, "tick"),
        ("P4:1:", {"microphones": 4}, None, "ok"),
        ("P10:1:", {"places": 60}, None, "tick"),
        ("P11:1:", {"table": 60, "reserve": 60}, None, "tick"),
        ("P12:1:", {"cups": 60}, None, "tick"),
        ("P16:1:", {"flags": 2}, None, "tick"),
        ("P17:1:", {"plates": 8}, 8, "count"),
        ("P18:1:", {"copies": 60}, 60, "count"),
        ("P19:1:", {"sets": 60}, None, "tick"),
        ("P24:1:", {"badges": 60}, None, "tick"),
        ("P25:1:", {"guests": 1}, None, "tick"),
        ("A1:1:", {"microphones": 4}, 4, "count"),
        ("A2:1:", {}, None, "count"),
        ("A6:1:", {}, None, "tick"),
    ],
)
def test_quantities_follow_the_facts(key, quantities, expected, kind):
    step = plan(everything())[key]

    assert (step.quantities, step.expected, step.evidence.kind) == (quantities, expected, kind)


def test_a1_without_microphones_asks_for_a_tick_instead_of_a_count():
    step = plan(meeting(f"{DAY} 14:00", f"{DAY} 16:00", equipment=("projector",)))["A1:1:"]

    assert (step.quantities, step.expected, step.evidence) == ({}, None, Evidence("tick"))


@pytest.mark.parametrize("key", ["P8:1:", "U2:1:"])
def test_temperature_is_a_number_with_its_range(key):
    step = plan(everything(temperature=24))[key]

    assert step.evidence == Evidence("number", unit="celsius", minimum=18, maximum=28)
    assert step.details == {"temperature": 24}


@pytest.mark.parametrize(
    ("key", "leads", "opens_minutes_before"),
    [
        ("U1:1:", (0,), 5),
        ("P4:1:", (10, 0), 45),
        ("P9:1:", (10, 0), 45),
        ("P13:1:", (5, 0), 15),
        ("A5:1:", (10, 0), 30),
    ],
)
def test_reminders_and_opening_follow_the_standard(key, leads, opens_minutes_before):
    step = plan(everything())[key]

    assert step.leads == leads
    assert step.due_at - step.opens_at == timedelta(minutes=opens_minutes_before)


def test_every_step_escalates_after_the_minutes_of_u9():
    assert {step.escalate_after for step in plan(everything()).values()} == {5}


def test_a_steps_follow_the_actual_end_once_it_is_known():
    times = due(everything(actual_end_at=local(f"{DAY} 15:20")))

    assert (times["A3"], times["A8"], times["A10"]) == (f"{DAY} 15:50", f"{DAY} 15:50", "2026-11-24 15:20")


def test_extension_moves_what_follows_the_end():
    times = due(everything(end="2026-11-23 17:15"))

    assert (times["A3"], times["A10"], times["P13"]) == (f"{DAY} 17:45", "2026-11-24 17:15", f"{DAY} 13:50")


def test_meeting_ended_early_drops_rounds_it_no_longer_needs():
    at_14_20 = due(everything(actual_end_at=local(f"{DAY} 14:20")))

    assert [item for item in at_14_20 if item.startswith("U")] == ["U1"]


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


def test_plan_of_site_without_hours_still_plans_the_meeting():
    facts = everything()

    times = due(facts, WorkingCalendar(SHANGHAI, {}))

    assert (times["P1"], times["A5"], times["A10"]) == (f"{DAY} 10:00", f"{DAY} 16:30", "2026-11-24 16:00")
    assert set(times) == {item for item, *_ in EVERY_ITEM}


def test_plan_meeting_that_ends_before_it_starts_is_still_answered():
    backwards = everything(start="2026-11-23 14:00", end="2026-11-23 13:00")

    assert due(backwards)["A5"] == f"{DAY} 13:30"
    assert "U8" not in due(backwards)


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


instants = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
codes = st.sampled_from(["", "board_room", "u_shape", "theatre"])
guests = st.builds(
    GuestFacts,
    key=st.sampled_from(["", "1", "2"]),
    name=st.sampled_from(["王先生", "Ms Chan"]),
    ash_tray=st.sampled_from(["", "left", "right"]),
    country=st.sampled_from(["", "DE"]),
)
agenda_items = st.builds(
    AgendaFacts, key=st.sampled_from(["1", "2"]), title=st.just("Topic"), start_at=instants, end_at=instants
)
any_facts = st.builds(
    Facts,
    start_at=instants,
    end_at=instants,
    actual_start_at=st.none() | instants,
    actual_end_at=st.none() | instants,
    headcount=st.integers(0, 900),
    layout=codes,
    standing_layout=codes,
    previous_layout=st.none() | codes,
    has_movable_tables=st.booleans(),
    allows_smoking=st.booleans(),
    tea=st.booleans(),
    coffee=st.booleans(),
    water=st.booleans(),
    name_plates=st.integers(0, 5),
    microphones=st.integers(0, 5),
    guests=st.lists(guests, max_size=4).map(tuple),
    agenda=st.lists(agenda_items, max_size=4).map(tuple),
    done_at=st.dictionaries(st.just("P13"), instants),
).map(lambda facts: replace(facts, end_at=min(facts.end_at, facts.start_at + timedelta(days=3))))


@given(any_facts, st.sampled_from([HQ, BERLIN_OFFICE, WorkingCalendar(SHANGHAI, {})]))
def test_plan_of_any_facts_is_the_same_each_time_with_keys_unique_and_in_order(facts, calendar):
    steps = compile_plan(shipped_standard(), facts, calendar)

    again = WorkingCalendar(calendar.zone, calendar.weekly, calendar.country)
    assert compile_plan(shipped_standard(), replace(facts), again) == steps
    assert len({step.key for step in steps}) == len(steps)
    assert [step.due_at for step in steps] == sorted(step.due_at for step in steps)
    assert all(step.opens_at <= step.due_at and step.due_at.tzinfo for step in steps)
    assert all(step.key == f"{step.item}:{step.round}:{step.subject}" for step in steps)
