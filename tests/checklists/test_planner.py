from dataclasses import replace
from datetime import timedelta

import pytest

from checklists.planner import AgendaFacts, GuestFacts
from checklists.standards import Evidence, shipped_standard
from rooms.workcal import WorkingCalendar
from tests.checklists.sample_meetings import (
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


def test_meeting_ended_early_drops_rounds_it_no_longer_needs():
    at_14_20 = due(everything(actual_end_at=local(f"{DAY} 14:20")))

    assert [item for item in at_14_20 if item.startswith("U")] == ["U1"]


def test_plan_of_site_without_hours_still_plans_the_meeting():
    facts = everything()

    times = due(facts, WorkingCalendar(SHANGHAI, {}))

    assert (times["P1"], times["A5"], times["A10"]) == (f"{DAY} 10:00", f"{DAY} 16:30", "2026-11-24 16:00")
    assert set(times) == {item for item, *_ in EVERY_ITEM}


def test_plan_meeting_that_ends_before_it_starts_is_still_answered():
    backwards = everything(start="2026-11-23 14:00", end="2026-11-23 13:00")

    assert due(backwards)["A5"] == f"{DAY} 13:30"
    assert "U8" not in due(backwards)
