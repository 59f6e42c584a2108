"""When a room became ready against when it should be: one pair of columns, shown alike on every page."""

import re

import pytest

from bookings.marks import Readiness
from bookings.models import Booking, Occupancy
from checklists.models import ServicePlan, Step
from checklists.selectors.readiness import is_ready_late
from checklists.selectors.timeline import readiness_of
from checklists.services.handover import skip_step
from tests.checklists.meetings import HOUR, MINUTE, approved, change, end, marks_of_today, start, step_of, tick
from tests.checklists.pages import HTMX, signed_in


@pytest.fixture
def booking(room_108, applicant, now):
    """14:00 to 16:00 that day, with tea; its last step before is the pouring at 13:50."""
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now - 72 * HOUR, tea=True)


def columns(booking):
    return ServicePlan.objects.values_list("ready_at", "ready_due_at").get(booking=booking)


def settle(booking, user, at, but=()):
    for step in booking.steps.filter(item__phase="before", state="open").exclude(item__code__in=but):
        tick(step, user, now=at)


def test_readiness_planned_is_due_with_the_last_step_before(booking):
    assert columns(booking) == (None, booking.start_at - 10 * MINUTE)


def test_readiness_comes_with_the_last_tick_and_keeps_its_moment(booking, server):
    settle(booking, server, booking.start_at - HOUR, but=["P13"])
    assert columns(booking)[0] is None

    tick(step_of(booking, "P13"), server, now=booking.start_at - 12 * MINUTE)

    assert columns(booking) == (booking.start_at - 12 * MINUTE, booking.start_at - 10 * MINUTE)


def test_readiness_a_skipped_step_is_settled(booking, server, manager):
    settle(booking, server, booking.start_at - HOUR, but=["P13"])

    skip_step(step_id=step_of(booking, "P13").pk, reason="x", actor=manager, now=booking.start_at - 20 * MINUTE)

    assert columns(booking)[0] == booking.start_at - 20 * MINUTE


def test_readiness_a_tick_taken_back_is_not_ready_any_more(booking, server):
    settle(booking, server, booking.start_at - HOUR)

    tick(step_of(booking, "P13"), server, now=booking.start_at - 30 * MINUTE, wanted="open", result={})

    assert columns(booking) == (None, booking.start_at - 10 * MINUTE)


def test_readiness_a_service_added_later_is_waited_for_again(booking, server):
    settle(booking, server, booking.start_at - HOUR)

    change(booking, now=booking.start_at - 50 * MINUTE, water=True)

    assert columns(booking) == (None, booking.start_at - 10 * MINUTE)


def test_readiness_follows_a_meeting_that_moves(booking, now):
    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    assert columns(booking) == (None, booking.start_at - 10 * MINUTE)


def test_readiness_started_without_a_step_is_never_ready(booking, server):
    settle(booking, server, booking.start_at - HOUR, but=["P13"])
    start(booking, now=booking.start_at)
    end(booking, now=booking.end_at)

    assert step_of(booking, "P13").state == Step.State.MISSED
    assert columns(booking) == (None, booking.start_at - 10 * MINUTE)


def test_readiness_of_a_withdrawn_plan_is_nothing_and_comes_back_with_it(booking, server, now):
    settle(booking, server, now)
    change(booking, now=now, status=Booking.Status.REQUESTED)
    gone = columns(booking)

    change(booking, now=now, status=Booking.Status.APPROVED)

    assert gone == (None, None)
    assert columns(booking) == (now, booking.start_at - 10 * MINUTE)


@pytest.mark.parametrize(("ready", "due", "late"), [(1, 2, False), (2, 2, False), (3, 2, True)])
def test_is_ready_late_only_after_the_due_moment(ready, due, late, now):
    assert is_ready_late(now + ready * MINUTE, now + due * MINUTE) is late


@pytest.mark.parametrize(("ready", "due"), [(None, 1), (1, None), (None, None)])
def test_is_ready_late_needs_both_moments(ready, due, now):
    moments = [None if minutes is None else now + minutes * MINUTE for minutes in (ready, due)]

    assert is_ready_late(*moments) is False


STATES = [
    (None, -60, "late"),
    (-30, -20, "ready"),
    (-9, -5, "ready_late"),
]


@pytest.mark.parametrize(("ready", "asked", "state"), STATES)
def test_pages_tell_one_truth(ready, asked, state, booking, server, manager, applicant, time_machine):
    """The applicant's page, the board's mark and the manager's day, at the same moment."""
    if ready is not None:
        settle(booking, server, booking.start_at + ready * MINUTE)
    at = booking.start_at + (asked if ready is not None else 5) * MINUTE
    time_machine.move_to(at, tick=False)
    Occupancy.objects.create(
        space=booking.room.spaces.get(), booking=booking, during=(booking.start_at, booking.end_at)
    )

    mine = signed_in(applicant).get(f"/bookings/{booking.ref}/plan/", **HTMX).content.decode()
    day = signed_in(manager).get("/day/?date=2026-11-23", **HTMX).content.decode()
    booking.refresh_from_db()
    mark = marks_of_today(booking.site, manager, at)[booking.pk]

    expected = {
        "late": ("should have been ready by 13:50", "not ready, due 13:50", Readiness.LATE),
        "ready": ("ready since 13:30; it should be by 13:50", "ready 13:30, due 13:50", Readiness.READY),
        "ready_late": (
            "ready since 13:51; it should have been by 13:50",
            "ready only at 13:51, due 13:50",
            Readiness.READY_LATE,
        ),
    }[state]
    assert readiness_of(booking, at).state == state
    assert (expected[0] in mine, expected[1] in day, mark.readiness) == (True, True, expected[2])
    assert mark.due_at == booking.start_at - 10 * MINUTE


def test_day_table_shows_when_it_should_be_and_when_it_was(booking, server, manager, time_machine, now):
    settle(booking, server, now)
    time_machine.move_to(now, tick=False)

    page = signed_in(manager).get("/day/?date=2026-11-23").content.decode()

    cells = re.findall(r'<td class="num">([^<]*)</td>', page)
    assert cells[cells.index("13:50") + 1] == "09:00"


@pytest.mark.parametrize(
    ("but", "text"),
    [
        ((), "The room was ready at 13:00, due by 13:50."),
        (("P13",), "The room should have been ready by 13:50; something was left undone."),
    ],
)
def test_applicant_is_told_of_a_meeting_that_is_over(but, text, booking, server, applicant, time_machine):
    settle(booking, server, booking.start_at - HOUR, but=but)
    start(booking, now=booking.start_at)
    end(booking, now=booking.end_at)
    time_machine.move_to(booking.end_at, tick=False)

    page = signed_in(applicant).get(f"/bookings/{booking.ref}/plan/", **HTMX).content.decode()

    assert f"The meeting is over. {text}" in page


def test_readiness_made_the_day_before_is_told_with_its_date(booking, server, applicant, time_machine, now):
    settle(booking, server, now - 20 * HOUR)
    time_machine.move_to(now, tick=False)

    page = signed_in(applicant).get(f"/bookings/{booking.ref}/plan/", **HTMX).content.decode()

    assert "ready since Sun 22 Nov 13:00; it should be by 13:50" in page
