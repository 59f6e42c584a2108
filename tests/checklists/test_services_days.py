"""Daily steps: planned ahead, following the day's meetings, missed when the day is over."""

from datetime import date, timedelta

import pytest

from checklists.models import Reminder, Step
from checklists.services.days import close_days, plan_day
from rooms.selectors import day_bounds
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, tick

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def tuesday(site, rooms, now):
    """Tuesday's steps, planned on Monday morning; the house opens at 08:30 (00:30 UTC)."""
    plan_day(site=site, on=TUESDAY, now=now)
    return day_bounds(site, TUESDAY)[0]


def day_steps(item):
    return Step.objects.filter(on=TUESDAY, item__code=item).order_by("due_at", "subject")


def test_plan_day_makes_the_steps_of_the_site_and_of_each_room(tuesday):
    found = Step.objects.filter(on=TUESDAY)

    assert sorted(found.values_list("item__code", flat=True)) == ["D1", "D1", "D1", "D2", "D2", "D2", "D3"]
    assert list(day_steps("D2").values_list("room__code", "due_at")) == [
        (code, tuesday + 8 * HOUR) for code in ("108", "201", "205")
    ]
    assert day_steps("D3").get().due_at == tuesday + 7 * HOUR + 45 * MINUTE


def test_plan_day_twice_changes_nothing(tuesday, site, now):
    before = list(Step.objects.order_by("pk").values())

    assert plan_day(site=site, on=TUESDAY, now=now + MINUTE) is False

    assert list(Step.objects.order_by("pk").values()) == before


def test_plan_day_knows_the_layouts_and_the_gaps_of_the_day(tuesday, site, rooms, applicant, now):
    for hour, layout in ((9, "theatre"), (14, "u_shape")):
        approved(room=rooms[0], applicant=applicant, start=tuesday + hour * HOUR, now=now, layout=layout)

    assert plan_day(site=site, on=TUESDAY, now=now) is True

    assert day_steps("D2").get(room=rooms[0]).details["layouts"] == ["theatre", "u_shape"]
    assert [step.due_at for step in day_steps("D4")] == [tuesday + 13.5 * HOUR]


def test_plan_day_does_not_add_what_would_already_be_late(site, rooms, now):
    assert plan_day(site=site, on=date(2026, 11, 23), now=now) is True

    # 09:00: what was due at opening is past; noon and evening are to come.
    assert sorted(Step.objects.values_list("item__code", flat=True)) == ["D1", "D1"]


def test_plan_day_on_a_closed_day_makes_nothing(site, rooms, now):
    assert plan_day(site=site, on=date(2026, 11, 28), now=now) is False
    assert not Step.objects.exists()


def test_plan_day_keeps_ticked_steps_of_a_room_that_is_closed_down(tuesday, site, rooms, manager, now):
    tick(day_steps("D2").get(room=rooms[0]), manager, now=now, result={"ok": True})
    for room in rooms[:2]:
        room.is_active = False
        room.save()

    plan_day(site=site, on=TUESDAY, now=now)

    assert list(day_steps("D2").values_list("room__code", "state")) == [
        ("108", "done"),
        ("201", "withdrawn"),
        ("205", "open"),
    ]


def test_plan_day_arms_reminders_for_the_manager_on_shift(site, rooms, manager, tuesday, now):
    on_shift(manager, tuesday + 7 * HOUR)

    plan_day(site=site, on=TUESDAY, now=now)

    due = Reminder.objects.filter(step__item__code="D2", kind="due", state="pending")
    assert due.count() == 3
    assert set(due.values_list("recipient__username", flat=True)) == {"manager"}


def test_close_days_misses_what_is_still_open(tuesday, site, manager, now):
    done = day_steps("D3").get()
    tick(done, manager, now=now, result={"ok": True} if done.details["evidence"]["kind"] == "ok" else {})

    assert close_days(site=site, now=tuesday + timedelta(hours=23)) == 0
    assert close_days(site=site, now=tuesday + timedelta(hours=24)) == 6
    assert close_days(site=site, now=tuesday + timedelta(hours=24)) == 0

    assert set(Step.objects.filter(on=TUESDAY).values_list("state", flat=True)) == {"done", "missed"}
    assert not Reminder.objects.filter(state="pending").exists()
