"""Wall clocks in calendars, around the changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bookings.ical import observances
from tests.bookings.feeds.reading import feed_for, read
from tests.factories import make_booking, make_room, make_site

HOUR = timedelta(hours=1)


@pytest.fixture
def abroad(now, applicant):
    """A room in New York, where the clock changes on 8 March and 1 November 2026."""
    room = make_room(make_site("NY", time_zone="America/New_York", holiday_calendar=""), "NY1")
    zone = ZoneInfo("America/New_York")

    def at(*wall):
        start = datetime(*wall, tzinfo=zone)
        return make_booking(room=room, applicant=applicant, start=start, minutes=60, status="approved")

    return at


WALLS = [
    (2026, 10, 31, 9, 0),
    (2026, 11, 1, 0, 30),
    (2026, 11, 1, 3, 0),
    (2026, 11, 2, 9, 0),
    (2027, 3, 13, 9, 0),
    (2027, 3, 14, 1, 30),
    (2027, 3, 14, 3, 30),
    (2027, 3, 15, 9, 0),
]


def test_feed_keeps_wall_clocks_right_around_both_clock_changes(abroad, applicant, client, now, time_machine):
    """Judged by the rules in the file alone, as a program does that has no zones of its own."""
    made = [abroad(*wall) for wall in WALLS]
    time_machine.move_to(now, tick=False)

    calendar = Calendar.from_ical(read(client, feed_for(applicant, now)).content)

    zone = calendar.timezones[0].to_tz(lookup_tzid=False)
    found = [event["dtstart"].dt.replace(tzinfo=None) for event in calendar.events]
    assert [each.timetuple()[:5] for each in found] == WALLS
    assert [wall.replace(tzinfo=zone).astimezone(UTC) for wall in found] == [each.start_at for each in made]


def told(zone, first=2026, last=2028):
    return observances(ZoneInfo(zone), date(first, 1, 1), date(last, 1, 1))


def test_zone_with_yearly_changes_is_told_by_two_rules():
    standing, spring, autumn = told("America/New_York")

    assert (standing.before, standing.after, standing.rule) == (-5 * HOUR, -5 * HOUR, None)
    assert (str(spring.begins), spring.before, spring.after, spring.rule, spring.is_daylight) == (
        "2026-03-08 02:00:00", -5 * HOUR, -4 * HOUR, (3, "2SU"), True,
    )  # fmt: skip
    assert (str(autumn.begins), autumn.before, autumn.after, autumn.rule, autumn.is_daylight) == (
        "2026-11-01 02:00:00", -4 * HOUR, -5 * HOUR, (11, "1SU"), False,
    )  # fmt: skip


def test_zone_of_the_last_sunday_is_told_as_the_last():
    assert [each.rule for each in told("Europe/London")[1:]] == [(3, "-1SU"), (10, "-1SU")]


def test_zone_without_changes_is_told_once():
    assert [(each.begins.year, each.after) for each in told("Asia/Shanghai")] == [(1970, 8 * HOUR)]


def test_zone_without_a_rule_is_told_change_by_change():
    """Morocco goes by the moon."""
    changes = told("Africa/Casablanca")[1:]

    assert (len(changes), {each.rule for each in changes}) == (6, {None})
