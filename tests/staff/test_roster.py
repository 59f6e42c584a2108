"""The shifts page as a picture."""

from datetime import UTC, date, datetime, timedelta

import pytest

from staff.roles import Role
from staff.roster import roster_day
from staff.services.shifts import create_shift
from tests.factories import make_site, make_user

MONDAY = date(2026, 11, 23)


@pytest.fixture
def shift(site, now):
    def make(user, begins, ends):
        start, end = (datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour - 8) for hour in (begins, ends))
        return create_shift(user=user, site=site, start=start, end=end, actor=None, now=now)

    return make


def day(site, now, on=MONDAY):
    return roster_day(site=site, on=on, language="zh-hans", now=now)


def test_roster_day_draws_bars_in_percent_of_the_axis(site, server, shift, now):
    shift(server, 7, 13.5)

    roster = day(site, now)

    [row] = roster.teams[0].rows
    assert [(bar.left, bar.width) for bar in row.bars] == [(0.0, 50.0)]
    assert [tick.hour for tick in roster.ticks] == list(range(7, 20))
    assert roster.now_left == pytest.approx(100 * 2 / 13, abs=0.001)


def test_roster_day_widens_for_early_and_late_shifts(site, server, shift, now):
    shift(server, 5.5, 8)
    shift(server, 20, 21.25)

    assert [tick.hour for tick in day(site, now).ticks] == list(range(5, 22))


def test_roster_day_cuts_a_night_shift_at_midnight(site, server, shift, now):
    shift(server, 20, 32)

    roster = day(site, now)
    bar = roster.teams[0].rows[0].bars[0]

    assert (roster.ticks[-1].hour, round(bar.left + bar.width, 2)) == (23, 100.0)
    assert day(site, now, MONDAY + timedelta(days=1)).teams[0].rows[0].bars[0].left == 0.0


def test_roster_day_groups_people_once_by_their_first_duty(site, server, cleaner, applicant, now):
    both = make_user("both", Role.CLEANER, Role.SERVICE_STAFF, site=site)
    make_user("gone", Role.SERVICE_STAFF, site=site, is_active=False)

    teams = {team.role: [row.person for row in team.rows] for team in day(site, now).teams}

    assert teams == {Role.SERVICE_STAFF: [both, server], Role.CLEANER: [cleaner]}


def test_roster_day_counts_who_is_there_and_their_hours(site, server, shift, now):
    make_user("staff2", Role.SERVICE_STAFF, site=site)
    shift(server, 7.75, 12)
    shift(server, 13.5, 18)

    [team] = day(site, now).teams

    assert (team.on_shift, len(team.rows), [row.hours for row in team.rows]) == (1, 2, ["8.75", "0"])


def test_roster_day_week_shows_people_holidays_and_closed_days(site, server, shift, now):
    shift(server, 7, 12)

    week = day(site, now).week
    holiday = day(site, now, date(2026, 10, 1)).week

    assert [(each.on.day, each.people, each.is_working) for each in week[:1] + week[5:6]] == [
        (23, 1, True),
        (28, 0, False),
    ]
    assert [each.holiday for each in holiday if each.on == date(2026, 10, 1)] == ["国庆节"]


def test_roster_day_of_another_day_has_no_now(site, now):
    assert day(site, now, MONDAY + timedelta(days=1)).now_left is None


@pytest.mark.parametrize("on", [date(2026, 3, 29), date(2026, 10, 25)])
def test_roster_day_at_a_clock_change_begins_and_ends_by_the_wall(db, now, on):
    london = make_site("LON", time_zone="Europe/London", holiday_calendar="")

    hours = [tick.hour for tick in day(london, now, on).ticks]

    assert hours == list(range(7, 20))


def test_roster_day_takes_as_many_queries_for_three_people_as_for_one(site, server, shift, now, query_count):
    shift(server, 7, 12)
    one = query_count(lambda: day(site, now))
    for name in ("staff2", "staff3"):
        shift(make_user(name, Role.SERVICE_STAFF, site=site), 7, 12)

    assert query_count(lambda: day(site, now)) == one
