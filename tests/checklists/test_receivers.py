"""The way from a decision to its plan, through the services of bookings."""

import pytest
from django.apps.registry import Apps

from bookings import services as bookings
from bookings.models import Booking
from checklists import receivers
from checklists.models import Reminder, ServiceStandard, Step
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, codes, each, step_of


@pytest.fixture
def request_(room_108, applicant, now):
    return factories.make_booking(room=room_108, applicant=applicant, start=now + 5 * HOUR, tea=True)


@pytest.fixture
def booking(request_, secretary, now):
    return bookings.approve_booking(booking_id=request_.pk, actor=secretary, now=now)


def test_approve_makes_the_plan_in_the_same_transaction(booking):
    assert step_of(booking, "P13").due_at == booking.start_at - 10 * MINUTE


def test_approve_is_undone_when_planning_fails(request_, secretary, now, monkeypatch):
    def broken(**_facts):
        raise RuntimeError("no plan")

    monkeypatch.setattr(receivers, "plan_booking", broken)

    with pytest.raises(RuntimeError):
        bookings.approve_booking(booking_id=request_.pk, actor=secretary, now=now)

    request_.refresh_from_db()
    assert request_.status == Booking.Status.REQUESTED


def test_change_of_substance_withdraws_and_the_next_approval_plans_again(booking, applicant, secretary, now):
    changes = {"start_at": booking.start_at + HOUR, "end_at": booking.end_at + HOUR}
    bookings.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now)
    assert codes(booking) == []

    bookings.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    booking.refresh_from_db()
    assert step_of(booking, "P13").due_at == booking.start_at - 10 * MINUTE


def test_change_of_words_keeps_the_plan(booking, applicant, now):
    before = list(Step.objects.order_by("pk").values())

    bookings.change_booking(booking_id=booking.pk, changes={"title": "Budget"}, actor=applicant, now=now)

    assert list(Step.objects.order_by("pk").values()) == before


def test_cancel_withdraws_steps_and_reminders(booking, applicant, now):
    bookings.cancel_booking(booking_id=booking.pk, reason="", actor=applicant, now=now)

    assert codes(booking) == []
    assert not Reminder.objects.filter(state=Reminder.State.PENDING).exists()


def test_start_extend_and_end_retime_what_is_left(booking, server):
    booked_end = booking.end_at
    bookings.start_meeting(booking_id=booking.pk, actor=server, now=booking.start_at + 5 * MINUTE)
    assert step_of(booking, "U2").due_at == booking.start_at + 35 * MINUTE

    bookings.extend_meeting(booking_id=booking.pk, end=booked_end + HOUR, actor=server, now=booked_end)
    assert step_of(booking, "A5").due_at == booked_end + 90 * MINUTE

    bookings.end_meeting(booking_id=booking.pk, actor=server, now=booked_end + 20 * MINUTE)
    assert step_of(booking, "A5").due_at == booked_end + 50 * MINUTE
    assert codes(booking) == each("A3 A5 A6 A8 A10 A11")


def test_accepted_offer_plans_the_new_place(request_, rooms, applicant, secretary, now):
    bookings.offer_alternative(
        booking_id=request_.pk,
        room_id=rooms[1].pk,
        start=request_.start_at + HOUR,
        end=request_.end_at + HOUR,
        actor=secretary,
        now=now,
    )

    booking = bookings.accept_offer(booking_id=request_.pk, actor=applicant, now=now)

    assert step_of(booking, "P13").room == rooms[1]


def test_migrating_loads_the_shipped_standard_again_where_it_is_gone(db):
    ServiceStandard.objects.all().delete()

    receivers.load_shipped_standard()
    receivers.load_shipped_standard()

    assert ServiceStandard.objects.get().items.count() == 53


def test_migrating_back_to_where_there_was_no_standard_loads_none(db):
    ServiceStandard.objects.all().delete()

    receivers.load_shipped_standard(apps=Apps())

    assert not ServiceStandard.objects.exists()
