"""Managers hear once of a day nobody opened, and once of a day nobody closed."""

from datetime import date, timedelta

import pytest

from bookings.models import Booking
from checklists.services.day_watch import tell_days
from checklists.services.days import close_day, open_day
from checklists.services.sweep import sweep
from rooms.models import CalendarException
from rooms.selectors import day_bounds
from staff.models import Notice
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, on_shift

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


@pytest.fixture
def midnight(site):
    """Monday 00:00; the house opens at 08:30 and closes at 18:00."""
    return day_bounds(site, MONDAY)[0]


@pytest.fixture(autouse=True)
def _standard(db, manager):
    """The manager is there to be told."""


def told(now):
    before = set(Notice.objects.values_list("pk", flat=True))
    tell_days(now)
    fresh = Notice.objects.exclude(pk__in=before).order_by("pk")
    return [(notice.code, notice.recipient.username, notice.params["on"]) for notice in fresh]


UNOPENED, UNCLOSED = [("day_unopened", "manager", "2026-11-23")], [("day_unclosed", "manager", "2026-11-23")]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(8 * 60 + 14, []), (8 * 60 + 15, UNOPENED), (9 * 60, UNOPENED), (18 * 60 - 1, UNOPENED), (18 * 60, [])],
)
def test_unopened_day_is_told_from_a_quarter_of_an_hour_before_opening(minutes, expected, site, midnight):
    assert told(midnight + minutes * MINUTE) == expected


def test_unopened_day_is_told_once(site, midnight):
    assert told(midnight + 9 * HOUR) == UNOPENED
    assert told(midnight + 10 * HOUR) == []


def test_unopened_day_is_quiet_once_it_is_open(site, midnight, manager):
    open_day(site=site, on=MONDAY, actor=manager, now=midnight + 8 * HOUR)

    assert told(midnight + 9 * HOUR) == []


def test_unopened_day_site_that_opens_at_eight_is_told_at_a_quarter_to(site, midnight):
    site.working_periods.filter(starts_at="08:30").update(starts_at="08:00")

    assert told(midnight + 7 * HOUR + 44 * MINUTE) == []
    assert told(midnight + 7 * HOUR + 45 * MINUTE) == UNOPENED


def test_unopened_day_off_need_not_be_opened(site, midnight):
    CalendarException.objects.create(site=site, on=MONDAY, is_working=False, name_zh_hans="x")

    assert told(midnight + 9 * HOUR) == []
    assert told(day_bounds(site, SATURDAY)[0] + 9 * HOUR) == []


def test_unopened_day_reaches_the_managers_on_shift(site, midnight, manager):
    other = factories.make_user("manager2", "manager", site=site)
    on_shift(other, midnight + 8 * HOUR)

    assert [name for _code, name, _on in told(midnight + 9 * HOUR)] == ["manager2"]


@pytest.fixture
def opened(site, midnight, manager):
    return open_day(site=site, on=MONDAY, actor=manager, now=midnight + 8 * HOUR)


@pytest.mark.parametrize(("hours", "expected"), [(18, []), (18.98, []), (19, UNCLOSED), (30, UNCLOSED), (48, [])])
def test_unclosed_day_is_told_an_hour_after_the_close(hours, expected, opened, midnight):
    assert [row for row in told(midnight + hours * HOUR) if row[0] == "day_unclosed"] == expected


@pytest.fixture
def evening(room_108, applicant, midnight):
    """A meeting from 19:00 to 21:00."""

    def make(status, **fields):
        start = midnight + 19 * HOUR
        return factories.make_booking(room=room_108, applicant=applicant, start=start, status=status, **fields)

    return make


def test_unclosed_day_waits_for_the_last_meetings_end(opened, evening, midnight):
    evening(Booking.Status.ENDED, actual_start_at=midnight + 19 * HOUR, actual_end_at=midnight + 21.5 * HOUR)

    assert told(midnight + 22 * HOUR + 29 * MINUTE) == []
    assert told(midnight + 22 * HOUR + 30 * MINUTE) == UNCLOSED


def test_unclosed_day_waits_while_a_meeting_runs(opened, evening, midnight):
    evening(Booking.Status.RUNNING, actual_start_at=midnight + 19 * HOUR)

    assert told(midnight + 23.5 * HOUR) == []


def test_unclosed_day_cancelled_meeting_does_not_count(opened, evening, midnight):
    evening(Booking.Status.CANCELLED)

    assert told(midnight + 19 * HOUR) == UNCLOSED


def test_unclosed_day_is_told_once_and_not_when_closed(opened, site, manager, midnight):
    assert told(midnight + 19 * HOUR) == UNCLOSED
    assert told(midnight + 20 * HOUR) == []
    close_day(site=site, on=MONDAY, actor=manager, now=midnight + 20 * HOUR)

    Notice.objects.all().delete()

    assert told(midnight + 21 * HOUR) == []


def test_sweep_tells_of_days(site, midnight):
    assert sweep(now=midnight + 9 * HOUR).told_of_days == 1


def test_watch_costs_no_more_for_more_days(site, opened, midnight, query_count):
    once = query_count(lambda: tell_days(midnight + 10 * HOUR))

    assert query_count(lambda: tell_days(midnight + 10 * HOUR + timedelta(minutes=1))) == once <= 8
