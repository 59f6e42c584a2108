"""Appearance and conduct of those who serve a meeting, looked at before it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bookings.services import approve_booking, request_booking
from bookings.services.data import BookingData
from checklists.models import Step
from checklists.services import assign_staff
from staff.models import ConductCheck, ConductResult


@pytest.fixture
def booking(room_108, applicant, secretary, server, now, time_machine):
    """In twenty minutes."""
    asked = now - timedelta(days=3)
    start = now + timedelta(minutes=20)
    data = BookingData(
        room=room_108,
        title="季度会",
        start_at=start,
        end_at=start + timedelta(hours=1),
        headcount=10,
        host_department="市场部",
        contact_name="王敏",
        tea=True,
    )
    row = request_booking(data=data, actor=applicant, now=asked)
    approve_booking(booking_id=row.pk, actor=secretary, now=asked)
    assign_staff(booking_id=row.pk, user_id=server.pk, role="service_staff", actor=secretary, now=asked)
    time_machine.move_to(now, tick=False)
    return row


@pytest.fixture
def lead(client, manager):
    client.force_login(manager)
    return client


def step_of(booking):
    return booking.steps.get(item__code="P23")


def test_all_fine_is_recorded_and_the_planned_check_done(lead, booking, server, manager):
    data = {"op": uuid4(), "occasion": "meeting"}

    for _ in range(2):
        assert lead.post(f"/conduct/{booking.ref}/", data).status_code == 302

    assert ConductCheck.objects.get().occasion == "meeting"
    assert ConductResult.objects.get().user == server
    step = step_of(booking)
    assert (step.state, step.done_by, step.ticks.count()) == (Step.State.DONE, manager, 1)


def test_with_something_noted_the_step_is_left_to_the_manager(lead, booking, server):
    data = {"op": uuid4(), "occasion": "meeting", f"lapses_{server.pk}": ["badge"]}

    lead.post(f"/conduct/{booking.ref}/", data)

    assert ConductResult.objects.get().lapses == ["badge"]
    assert step_of(booking).state == Step.State.OPEN


def test_only_who_serves_the_meeting_is_on_the_page(lead, booking, server, cleaner):
    page = lead.get(f"/conduct/{booking.ref}/").content.decode()

    assert (f"lapses_{server.pk}" in page, f"lapses_{cleaner.pk}" in page) == (True, False)


@pytest.mark.parametrize("who", ["server", "secretary", "applicant"])
def test_it_is_a_managers(request, client, booking, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/conduct/{booking.ref}/").status_code == 403
