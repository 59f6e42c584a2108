"""The sweep heals what a lost signal left, does what time brings, and takes few queries for what is in order."""

from importlib import import_module

import pytest
from django.db import DatabaseError

from bookings.models import Booking, BookingLog
from checklists.models import Assignment, Breach, Reminder, ServicePlan, Step
from checklists.services.plans import plan_booking
from checklists.services.staffing import assign_staff
from checklists.services.sweep import sweep
from staff.models import Notice
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, codes, end, on_shift, start, step_of, tick


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)


@pytest.fixture
def quiet(site, rooms, now):
    """Whatever the sweep does for the site alone is done."""
    sweep(now=now)


def write(booking, **fields):
    """A change whose signal got lost."""
    Booking.objects.filter(pk=booking.pk).update(**fields)
    booking.refresh_from_db()


def test_sweep_plans_an_approved_booking_without_a_plan(room_108, applicant, now):
    booking = factories.make_booking(room=room_108, applicant=applicant, start=now + 5 * HOUR, status="approved")

    report = sweep(now=now)

    assert report.planned == 1
    assert "P1" in codes(booking)


def test_sweep_plans_again_where_the_facts_changed(booking, quiet, now):
    write(booking, coffee=True, tea=False, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    assert sweep(now=now).planned == 1

    assert step_of(booking, "P13").due_at == booking.start_at - 10 * MINUTE


def test_sweep_of_what_is_in_order_does_nothing(booking, quiet, now):
    assert str(sweep(now=now)) == "nothing to do"


def test_sweep_finds_a_change_far_ahead_by_its_log(room_108, applicant, secretary, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 700 * HOUR, now=now)
    write(booking, tea=True)
    BookingLog.objects.create(booking=booking, at=now + MINUTE, actor=secretary, verb="change")

    sweep(now=now + MINUTE)

    assert "P13" in codes(booking)


def test_sweep_withdraws_the_plan_of_a_cancelled_booking(booking, server, manager, quiet, now):
    assign_staff(booking_id=booking.pk, user_id=server.pk, role="service_staff", actor=manager, now=now)
    write(booking, status="cancelled")

    assert sweep(now=now).withdrawn == 1

    assert codes(booking) == []
    assert not Assignment.objects.exists()
    assert sweep(now=now).withdrawn == 0


def test_sweep_heals_a_lost_end(booking, quiet, now):
    write(booking, status="ended", actual_start_at=booking.start_at, actual_end_at=booking.start_at + HOUR)

    sweep(now=booking.start_at + HOUR)

    assert step_of(booking, "A5").due_at == booking.start_at + 90 * MINUTE
    assert step_of(booking, "P13").state == Step.State.MISSED


def test_sweep_opens_a_breach_past_the_limit_and_not_before(booking, now):
    limit_at = step_of(booking, "U1").limit_at

    sweep(now=limit_at)
    assert not Breach.objects.exists()
    sweep(now=limit_at + MINUTE)
    sweep(now=limit_at + 2 * MINUTE)

    assert list(Breach.objects.values_list("item__code", "limit_at", "gap_until")) == [("U1", limit_at, None)]


def test_sweep_opens_a_breach_for_a_later_round(booking, server):
    first = step_of(booking, "U1")
    tick(first, server, now=first.due_at)

    sweep(now=first.due_at + 21 * MINUTE)

    assert Breach.objects.get().gap_from == first.due_at


def test_sweep_plans_today_and_tomorrow_of_each_site(site, rooms, now):
    sweep(now=now)

    assert sorted(set(Step.objects.values_list("on", flat=True))) == [
        now.date(),
        now.date().replace(day=24),
    ]


def test_sweep_arms_again_when_somebody_comes_on_shift(booking, server, quiet, now):
    step = step_of(booking, "P13")
    near = step.due_at - 2 * HOUR
    sweep(now=near)
    second = factories.make_user("staff2", "service_staff", site=booking.site)
    on_shift(second, near)

    assert sweep(now=near).rearmed >= 1

    due = step.reminders.filter(kind="due", state=Reminder.State.PENDING)
    assert list(due.values_list("recipient__username", flat=True)) == ["staff2"]
    assert sweep(now=near).rearmed == 0


def test_sweep_tells_of_a_meeting_not_marked_ended_once(booking, manager, quiet):
    start(booking, now=booking.start_at)

    for minutes in (16, 17, 40):
        sweep(now=booking.end_at + minutes * MINUTE)

    assert Notice.objects.filter(code="meeting_overruns", recipient=manager).count() == 1


def test_sweep_closes_a_meeting_when_every_step_is_settled(booking, manager, quiet):
    end(booking, now=booking.end_at)
    for step in booking.steps.filter(state="open"):
        tick(step, manager, now=booking.end_at + HOUR)

    assert sweep(now=booking.end_at + HOUR).closed == 1

    booking.refresh_from_db()
    assert booking.status == Booking.Status.CLOSED


def test_sweep_does_not_close_a_meeting_with_open_steps(booking, quiet):
    end(booking, now=booking.end_at)

    assert sweep(now=booking.end_at + MINUTE).closed == 0


def test_sweep_goes_on_after_a_part_that_fails(booking, quiet, now, monkeypatch):
    def broken(_now):
        raise DatabaseError("away")

    monkeypatch.setitem(import_module("checklists.services.sweep").PARTS, "planned", broken)
    write(booking, status="cancelled")

    assert sweep(now=now).withdrawn == 1


def test_sweep_asks_the_same_number_of_queries_for_more_bookings(booking, rooms, applicant, quiet, query_count, now):
    one = query_count(lambda: sweep(now=now))
    for room in rooms[1:]:
        approved(room=room, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    sweep(now=now)

    assert query_count(lambda: sweep(now=now)) == one


def test_sweep_keeps_a_plan_whose_standard_was_replaced(booking, quiet, now):
    plan = ServicePlan.objects.get(booking=booking)

    plan_booking(booking_id=booking.pk, now=now)

    assert ServicePlan.objects.get(booking=booking).standard == plan.standard
