from datetime import timedelta

import pytest

from bookings.models import Booking, Occupancy
from tests.checklists import meetings
from tests.checklists.pages import signed_in

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, now):
    booking = meetings.approved(room=room_108, applicant=applicant, start=now, now=now)
    for space in room_108.spaces.all():
        Occupancy.objects.create(space=space, booking=booking, during=(booking.occupied_from, booking.occupied_until))
    return booking


def act(user, meeting, verb, **data):
    return signed_in(user).post(f"/meetings/{meeting.ref}/{verb}/", data, follow=True)


def test_start_meeting_runs_it(meeting, server, now):
    response = act(server, meeting, "start")

    meeting.refresh_from_db()
    assert (meeting.status, meeting.actual_start_at) == ("running", now)
    assert "The meeting has started." in response.content.decode()


def test_end_meeting_ends_it(meeting, server, now):
    act(server, meeting, "start")

    act(server, meeting, "end")

    meeting.refresh_from_db()
    assert (meeting.status, meeting.actual_end_at) == ("ended", now)


def test_extend_meeting_moves_its_end(meeting, server):
    act(server, meeting, "start")
    later = meeting.end_at + timedelta(minutes=30)

    act(server, meeting, "extend", end=later.isoformat())

    meeting.refresh_from_db()
    assert meeting.end_at == later


@pytest.mark.parametrize("end", ["", "later", "2026-11-23T12:00:00", "2026-11-23T12:00:00+23:59"])
def test_extend_meeting_without_a_moment_is_refused(end, meeting, server):
    before = meeting.end_at

    response = act(server, meeting, "extend", end=end)

    meeting.refresh_from_db()
    assert meeting.end_at == before
    assert "Please choose a later end." in response.content.decode()


def test_extend_meeting_into_the_next_one_names_its_time(meeting, server, applicant):
    act(server, meeting, "start")
    following = meetings.approved(
        room=meeting.room, applicant=applicant, start=meeting.end_at + HOUR, now=meeting.start_at
    )
    for space in meeting.room.spaces.all():
        Occupancy.objects.create(
            space=space, booking=following, during=(following.occupied_from, following.occupied_until)
        )

    response = act(server, meeting, "extend", end=(meeting.end_at + HOUR).isoformat())

    assert "The room is taken 11:30–14:30, set-up and clearing included" in response.content.decode()


@pytest.mark.parametrize("verb", ["start", "extend", "end"])
def test_meeting_verbs_applicant_may_not_use_them(verb, meeting, applicant):
    assert act(applicant, meeting, verb).status_code == 403


@pytest.mark.parametrize("verb", ["start", "extend", "end"])
def test_meeting_verbs_other_site_does_not_know_it(verb, meeting, stranger):
    assert act(stranger, meeting, verb).status_code == 404


def test_end_meeting_that_never_started_is_refused(meeting, server):
    response = act(server, meeting, "end")

    meeting.refresh_from_db()
    assert meeting.status == Booking.Status.APPROVED
    assert 'class="message is-error"' in response.content.decode()
