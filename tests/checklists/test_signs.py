"""Whether somebody serves a meeting nobody checked in to."""

from datetime import timedelta

import pytest

from bookings.services.no_shows import release_no_shows
from bookings.signs import shows_life
from checklists.models import Step
from checklists.services.sweep import sweep
from rooms.models import Site
from tests.checklists.meetings import approved

MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(site, room_108, applicant, now):
    Site.objects.filter(pk=site.pk).update(no_show_minutes=15)
    return approved(room=room_108, applicant=applicant, start=now, now=now - timedelta(days=1), tea=True)


def done(meeting, phase, server, now):
    step = meeting.steps.filter(item__phase=phase).first()
    Step.objects.filter(pk=step.pk).update(state="done", done_at=now, done_by=server)


@pytest.mark.parametrize(("phase", "is_alive"), [("before", False), ("during", True), ("after", True)])
def test_meeting_shows_life_once_a_step_of_it_is_done(meeting, server, now, phase, is_alive):
    assert shows_life(meeting) is False

    done(meeting, phase, server, now)

    assert shows_life(meeting) is is_alive


def test_meeting_somebody_serves_keeps_its_room(meeting, server, now):
    done(meeting, "during", server, now)

    for minutes in (10, 15, 20):
        release_no_shows(now=now + minutes * MINUTE)

    meeting.refresh_from_db()
    assert meeting.status == "approved"


def test_sweep_gives_back_an_unused_room_and_its_plan_goes(meeting, now):
    assert meeting.steps.filter(state="open").exists()

    sweep(now=now + 10 * MINUTE)
    report = sweep(now=now + 15 * MINUTE)

    meeting.refresh_from_db()
    assert (report.no_shows, meeting.status, meeting.steps.filter(state="open").exists()) == (1, "cancelled", False)
