from datetime import date, timedelta

import pytest
from django.utils import translation

from checklists.lanes import draw_day
from checklists.selectors.day import day_overview
from tests.checklists import meetings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ON = date(2026, 11, 23)


@pytest.fixture
def start(now):
    """Monday, 13:00 in Shanghai: the middle of ten hours."""
    return now + 4 * HOUR


@pytest.fixture
def meeting(room_108, applicant, start, now):
    return meetings.approved(room=room_108, applicant=applicant, start=start, now=now - 72 * HOUR, tea=True)


def draw(manager, site, now):
    with translation.override("en"):
        day = day_overview(site=site, on=ON, user=manager, now=now)
    return draw_day(day, zone=site.zone, now=now)


def test_draw_day_quiet_day_shows_eight_to_eighteen(manager, site, now):
    drawing = draw(manager, site, now)

    assert [hour.label for hour in drawing.hours] == [f"{hour:02}" for hour in range(8, 19)]
    assert drawing.now_x == 10.0


def test_draw_day_on_another_day_has_no_line_for_now(manager, site, now):
    assert draw(manager, site, now + 24 * HOUR).now_x is None


def test_draw_day_meeting_stands_between_its_sides(meeting, manager, site, now):
    (drawn,) = draw(manager, site, now).lanes

    assert (drawn.setup.x, drawn.setup.width) == (45.0, 5.0)
    assert (drawn.meeting.x, drawn.meeting.width) == (50.0, 20.0)
    assert (drawn.teardown.x, drawn.teardown.width, drawn.overrun) == (70.0, 5.0, None)


def test_draw_day_meeting_that_runs_over_grows_to_now(meeting, manager, site, start):
    meetings.start(meeting, now=start)

    (drawn,) = draw(manager, site, meeting.end_at + 30 * MINUTE).lanes

    assert (drawn.overrun.x, drawn.overrun.width) == (70.0, 5.0)


def test_draw_day_meeting_that_ended_early_is_cut_there(meeting, manager, site, start):
    meetings.start(meeting, now=start)
    meetings.end(meeting, now=start + HOUR)

    (drawn,) = draw(manager, site, start + HOUR).lanes

    assert (drawn.meeting.width, drawn.overrun) == (10.0, None)


def test_draw_day_steps_of_other_days_stand_together_at_the_edge(meeting, manager, site, now):
    (drawn,) = draw(manager, site, now).lanes

    assert [dot.x for dot in drawn.dots if dot.x >= 100.0] == [100.0]
    assert [dot.x for dot in drawn.dots] == sorted(dot.x for dot in drawn.dots)
