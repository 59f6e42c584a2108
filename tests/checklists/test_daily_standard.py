"""D1 to D7 as the service standard has them, over holidays, adjusted days, half days and other hours."""

from datetime import date, time

import pytest

from checklists.planner import DayFacts, RoomDayFacts, compile_day, compile_plan
from checklists.standards import shipped_standard
from rooms.workcal import WorkingCalendar
from tests.checklists.sample_meetings import BERLIN, HQ, SHANGHAI, WEEK, local, meeting, wall

MORNING, AFTERNOON = ((time(8, 30), time(12)),), ((time(13, 30), time(18)),)
FRIDAY = date(2026, 11, 27)
EIGHT = WorkingCalendar(SHANGHAI, dict.fromkeys(range(5), ((time(8), time(12)), (time(13), time(17)))), "CN")
SHIFT_WORK = WorkingCalendar(SHANGHAI, dict.fromkeys(range(7), ((time(6), time(0)),)), "")
GERMAN = WorkingCalendar(BERLIN, WEEK)
ROOMS = (RoomDayFacts(code="108"), RoomDayFacts(code="201"))


def with_day(on, periods, calendar=HQ):
    return WorkingCalendar(calendar.zone, calendar.weekly, calendar.country, {on: periods})


def times_of(item, on, calendar=HQ, **facts):
    steps = compile_day(shipped_standard(), DayFacts(on=on, rooms=ROOMS, **facts), calendar)
    return [wall(step.due_at, calendar.zone)[-5:] for step in steps if step.item == item]


@pytest.mark.parametrize(
    ("item", "roles", "scope"),
    [
        ("D1", ("manager",), "site_day"),
        ("D2", ("manager",), "room_day"),
        ("D3", ("service_staff",), "site_day"),
        ("D4", ("service_staff",), "site_day"),
        ("D5", ("service_staff",), "site_day"),
        ("D6", ("service_staff", "secretary"), "site_day"),
        ("D7", ("service_staff", "manager"), "booking"),
    ],
)
def test_daily_item_falls_to_its_roles_by_site_room_or_meeting(item, roles, scope):
    rule = shipped_standard().by_id[item]

    assert ((rule.role, *rule.helpers), rule.scope) == (roles, scope)


DAYS = [
    # Monday to Friday, hours 08:30–12:00 and 13:30–18:00.
    pytest.param(date(2026, 11, 23), HQ, ["08:30", "12:00", "17:30"], "08:00", "07:45", id="ordinary"),
    pytest.param(date(2026, 10, 10), HQ, ["08:30", "12:00", "17:30"], "08:00", "07:45", id="adjusted-saturday"),
    pytest.param(date(2026, 11, 23), EIGHT, ["08:00", "12:00", "16:30"], "07:30", "07:45", id="opens-at-eight"),
    pytest.param(FRIDAY, with_day(FRIDAY, MORNING), ["08:30", "10:15", "11:30"], "08:00", "07:45", id="half-day"),
    pytest.param(FRIDAY, with_day(FRIDAY, AFTERNOON), ["13:30", "15:45", "17:30"], "13:00", "07:45", id="afternoon"),
    pytest.param(date(2026, 11, 28), with_day(date(2026, 11, 28), None), ["08:30", "12:00", "17:30"], "08:00", "07:45",
                 id="own-saturday"),
    pytest.param(date(2026, 3, 27), GERMAN, ["08:30", "12:00", "17:30"], "08:00", "07:45", id="before-summer-time"),
    pytest.param(date(2026, 3, 30), GERMAN, ["08:30", "12:00", "17:30"], "08:00", "07:45", id="after-summer-time"),
    pytest.param(date(2026, 3, 29), SHIFT_WORK, ["06:00", "12:00", "23:30"], "05:30", "07:45", id="until-midnight"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "calendar", "d1", "d2", "d3"), DAYS)
def test_daily_steps_keep_to_the_days_hours(on, calendar, d1, d2, d3):
    assert times_of("D1", on, calendar) == d1
    assert times_of("D2", on, calendar) == [d2, d2]
    assert times_of("D3", on, calendar) == [d3]


@pytest.mark.parametrize(
    ("on", "calendar"),
    [
        pytest.param(date(2026, 11, 28), HQ, id="saturday"),
        pytest.param(date(2026, 10, 1), HQ, id="national-day"),
        pytest.param(date(2026, 2, 17), HQ, id="spring-festival"),
        pytest.param(FRIDAY, with_day(FRIDAY, ()), id="own-day-off"),
    ],
)
def test_daily_steps_do_not_stand_on_a_day_off(on, calendar):
    meetings = ((local(f"{on} 09:00"), local(f"{on} 10:00")), (local(f"{on} 11:00"), local(f"{on} 12:00")))

    assert compile_day(shipped_standard(), DayFacts(on=on, rooms=ROOMS, meetings=meetings), calendar) == ()


def test_d2_tells_how_the_tables_stand_and_how_they_must():
    rooms = (
        RoomDayFacts(code="108", layouts=("u_shape", "theatre"), stands="board_room"),
        RoomDayFacts(code="201", stands="theatre"),
    )
    steps = compile_day(shipped_standard(), DayFacts(on=FRIDAY, rooms=rooms), HQ)

    assert {step.subject: step.details for step in steps if step.item == "D2"} == {
        "108": {"layouts": ["u_shape", "theatre"], "layout": "u_shape", "stands_now": "board_room"},
        "201": {"stands_now": "theatre"},
    }


@pytest.mark.parametrize("item", ["D5", "D6"])
def test_what_comes_when_it_comes_has_no_time_of_its_own(item):
    assert times_of(item, FRIDAY) == []


@pytest.mark.parametrize(
    ("day", "calendar", "due"),
    [
        pytest.param("2026-11-27", HQ, None, id="working-day"),
        pytest.param("2026-11-28", HQ, "2026-11-27 18:00", id="saturday"),
        pytest.param("2026-11-29", HQ, "2026-11-27 18:00", id="sunday"),
        pytest.param("2026-10-01", HQ, "2026-09-30 18:00", id="first-of-a-long-holiday"),
        pytest.param("2026-10-07", HQ, "2026-09-30 18:00", id="last-of-a-long-holiday"),
        pytest.param("2026-10-10", HQ, None, id="adjusted-saturday"),
        pytest.param("2026-10-11", HQ, "2026-10-10 18:00", id="sunday-after-an-adjusted-saturday"),
        pytest.param("2026-11-28", EIGHT, "2026-11-27 17:00", id="other-hours"),
        pytest.param("2026-11-28", with_day(FRIDAY, ()), "2026-11-26 18:00", id="friday-off"),
        pytest.param("2026-11-27", with_day(FRIDAY, ()), "2026-11-26 18:00", id="own-day-off"),
        pytest.param("2026-11-28", with_day(FRIDAY, MORNING), "2026-11-27 12:00", id="half-friday"),
        pytest.param("2026-11-28", with_day(date(2026, 11, 28), None), None, id="own-working-saturday"),
        pytest.param("2026-03-29", GERMAN, "2026-03-27 18:00", id="the-sunday-of-the-clock-change"),
        pytest.param("2026-11-28", WorkingCalendar(SHANGHAI, {}), None, id="site-without-hours"),
    ],
)
def test_d7_is_due_at_the_close_of_the_last_working_day_before(day, calendar, due):
    facts = meeting(f"{day} 10:00", f"{day} 11:00", calendar.zone)
    found = [step for step in compile_plan(shipped_standard(), facts, calendar) if step.item == "D7"]

    assert [wall(step.due_at, calendar.zone) for step in found] == ([due] if due else [])


def test_d7_on_its_list_half_a_day_ahead():
    (step,) = (
        each
        for each in compile_plan(shipped_standard(), meeting("2026-11-28 10:00", "2026-11-28 11:00"), HQ)
        if each.item == "D7"
    )

    assert (wall(step.opens_at), step.role, step.helpers) == ("2026-11-27 14:00", "service_staff", ("manager",))
