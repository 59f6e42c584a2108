from datetime import timedelta

import pytest

from bookings.models import Booking
from checklists.models import Step
from checklists.selectors.timeline import readiness_of
from tests import factories
from tests.checklists import meetings
from tests.checklists.pages import HTMX, signed_in

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(room=room_108, applicant=applicant, start=now + 8 * HOUR, now=now - 72 * HOUR, tea=True)


def plan(user, meeting):
    return signed_in(user).get(f"/bookings/{meeting.ref}/plan/", **HTMX)


def test_booking_plan_shows_each_step_with_its_state(meeting, manager, server, now):
    meetings.tick(meetings.step_of(meeting, "P1"), server, now=now)

    page = plan(manager, meeting).content.decode()

    assert page.count('<li class="plan-step') == Step.objects.filter(booking=meeting).exclude(state="withdrawn").count()
    assert page.count("is-done") == 1
    assert "Staff1 09:00" in page


def test_booking_plan_applicant_is_told_how_far_the_room_is(meeting, applicant):
    page = plan(applicant, meeting).content.decode()

    before = Step.objects.filter(booking=meeting, item__phase="before").count()
    assert f"Planned: {before} steps before the meeting, the last by 16:50." in page
    assert "plan-step" not in page


@pytest.mark.parametrize(("who", "status"), [("manager", 200), ("server", 200), ("applicant", 200), ("stranger", 404)])
def test_booking_plan_is_for_the_site_and_the_applicant(who, status, meeting, request):
    assert plan(request.getfixturevalue(who), meeting).status_code == status


def settle(meeting, server, at, codes=None):
    steps = Step.objects.filter(booking=meeting, item__phase="before", state="open")
    for step in steps.filter(item__code__in=codes) if codes else steps:
        meetings.tick(step, server, now=at)


def test_readiness_of_request_has_no_plan(room_108, applicant, now):
    booking = factories.make_booking(room=room_108, applicant=applicant, start=now)

    assert readiness_of(booking, now).state == "none"


@pytest.mark.parametrize(("codes", "state"), [(["P1"], "under_way"), (None, "ready")])
def test_readiness_of_steps_done_so_far(codes, state, meeting, server, now):
    settle(meeting, server, now, codes)

    assert readiness_of(meeting, now).state == state


def test_readiness_of_late_step_says_so(meeting, now):
    assert readiness_of(meeting, meeting.start_at).state == "late"


def test_readiness_of_ended_meeting_is_over(meeting, now):
    Booking.objects.filter(pk=meeting.pk).update(status=Booking.Status.ENDED)
    meeting.refresh_from_db()

    assert readiness_of(meeting, now).state == "over"


def test_readiness_of_ready_room_tells_since_when(meeting, server, now):
    settle(meeting, server, now)

    assert readiness_of(meeting, now + HOUR).ready_at == now
