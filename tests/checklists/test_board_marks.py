"""The board tells whether a room stands ready, from the plan's own columns."""

import re
from datetime import timedelta

import pytest
from django.utils.translation import override

from bookings.marks import Mark, Readiness, mark_in_words
from bookings.models import Booking, Occupancy
from checklists.models import ServicePlan
from checklists.selectors.readiness import readiness_at
from rooms.selectors import site_today
from tests.checklists import meetings
from tests.checklists.meetings import marks_of_today
from tests.checklists.pages import signed_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def make_ready(now, applicant):
    """A meeting on the board whose plan has these two columns, minutes from now."""

    def make(room, *, due, ready=None, start=HOUR, **fields):
        booking = meetings.approved(room=room, applicant=applicant, start=now + start, now=now, **fields)
        during = (booking.start_at, booking.end_at)
        Occupancy.objects.create(space=room.spaces.get(), booking=booking, during=during)
        ready_at = None if ready is None else now + ready * MINUTE
        ServicePlan.objects.filter(booking=booking).update(ready_due_at=now + due * MINUTE, ready_at=ready_at)
        return booking

    return make


@pytest.mark.parametrize(
    ("ready", "due", "told"),
    [
        (-25, -10, Readiness.READY),
        (-10, -10, Readiness.READY),
        (-9, -10, Readiness.READY_LATE),
        (-25, 300, Readiness.READY),
        (-25, None, Readiness.READY),
        (None, -1, Readiness.LATE),
        (None, 0, Readiness.SOON),
        (None, 60, Readiness.SOON),
        (None, 61, None),
        (None, None, None),
    ],
)
def test_readiness_at_a_moment(ready, due, told, now):
    moments = [None if minutes is None else now + minutes * MINUTE for minutes in (ready, due)]

    assert readiness_at(*moments, now) == told


def test_board_shows_a_shape_and_words_at_the_head_of_a_block(rooms, make_ready, manager):
    make_ready(rooms[0], due=50, ready=-25)
    make_ready(rooms[1], due=-5)

    page = signed_in(manager).get("/board/").content.decode()

    assert re.findall(r'href="#(mk-\w+)" x="4"', page) == ["mk-ready", "mk-late"]
    assert re.findall(r'data-mark="([^"]+)"', page) == [
        "ready 08:35, should be by 09:50",
        "not ready yet, should have been by 08:55",
    ]
    assert 'aria-label="10:00–12:00 季度会 (Approved), ready 08:35, should be by 09:50"' in page


def test_board_table_tells_the_same_in_words(rooms, make_ready, manager):
    make_ready(rooms[0], due=50)

    page = signed_in(manager).get("/board/?view=table").content.decode()

    assert "Approved · not ready yet, should be by 09:50" in page


def test_board_without_marks_has_no_legend_for_them(rooms, make_ready, manager):
    make_ready(rooms[0], due=200, start=4 * HOUR)

    page = signed_in(manager).get("/board/").content.decode()

    assert "data-mark" not in page
    assert "room ready" not in page


def test_board_says_nothing_of_a_meeting_the_reader_may_not_open(rooms, make_ready, site, manager, now):
    make_ready(rooms[0], due=50, ready=-25)
    other = meetings.factories.make_user("other", "applicant", site=site)

    marks = [len(marks_of_today(site, user, now)) for user in (manager, other)]

    assert marks == [1, 0]


@pytest.mark.parametrize("status", [Booking.Status.ENDED, Booking.Status.CLOSED])
def test_marks_are_for_meetings_that_are_still_to_be_held(status, rooms, make_ready, site, manager, now):
    booking = make_ready(rooms[0], due=50, ready=-25)
    assert list(marks_of_today(site, manager, now)) == [booking.pk]
    Booking.objects.filter(pk=booking.pk).update(status=status)

    assert marks_of_today(site, manager, now) == {}


def test_mark_in_words_names_the_day_where_it_is_another_one(site, now):
    mark = Mark(Readiness.READY, due_at=now, ready_at=now - 20 * HOUR)

    with override("en"):
        words = mark_in_words(mark, site.zone, site_today(site, now))

    assert words == "ready Sun 22 Nov 13:00, should be by 09:00"


def test_mark_follows_the_clock_while_nothing_else_changes(rooms, make_ready, site, manager, now):
    booking = make_ready(rooms[0], due=70)

    looks = [marks_of_today(site, manager, now + minutes * MINUTE) for minutes in (0, 10, 71, 0)]

    told = [marks[booking.pk].readiness if marks else None for marks in looks]
    assert told == [None, Readiness.SOON, Readiness.LATE, None]


def test_board_costs_no_statement_for_marks_however_many_there_are(rooms, make_ready, site, manager, now, query_count):
    def board():
        return marks_of_today(site, manager, now)

    assert manager.roles
    one = query_count(board)
    make_ready(rooms[0], due=50)
    make_ready(rooms[1], due=50, ready=-5)
    make_ready(rooms[2], due=-5)

    assert (query_count(board), len(board())) == (one, 3)
