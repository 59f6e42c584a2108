"""Rules and their dates: a table, then anything."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, strategies as st

from bookings.recurrence import (
    MOST_DATES,
    Every,
    Rule,
    WallClock,
    dates_of,
    faults_of,
    overlapping_keys,
    rule_of,
    rule_text,
    wall_clock_of,
)

SHANGHAI, BERLIN, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")
TODAY = date(2026, 11, 23)
LATEST = TODAY + timedelta(days=730)
NINE = WallClock(time(9), time(11), SHANGHAI)


def days(text):
    return [date.fromisoformat(each) for each in text.split()]


CASES = {
    "daily": (Rule(Every.DAY, date(2026, 11, 30), count=3), "FREQ=DAILY;COUNT=3", "2026-11-30 2026-12-01 2026-12-02"),
    "every third day over new year": (
        Rule(Every.DAY, date(2026, 12, 28), interval=3, until=date(2027, 1, 4)),
        "FREQ=DAILY;INTERVAL=3;UNTIL=20270104T010000Z",
        "2026-12-28 2026-12-31 2027-01-03",
    ),
    "weekly without days is the first one's weekday": (
        Rule(Every.WEEK, date(2026, 11, 24), count=3),
        "FREQ=WEEKLY;BYDAY=TU;COUNT=3",
        "2026-11-24 2026-12-01 2026-12-08",
    ),
    "weekly on three days from the middle of them": (
        Rule(Every.WEEK, date(2026, 11, 25), weekdays=(4, 0, 2), count=4),
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=4",
        "2026-11-25 2026-11-27 2026-11-30 2026-12-02",
    ),
    "every second week counts from the first date's week": (
        Rule(Every.WEEK, date(2026, 11, 25), interval=2, weekdays=(0,), count=2),
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=2",
        "2026-12-07 2026-12-21",
    ),
    "monthly on the 31st passes over short months": (
        Rule(Every.MONTH_DATE, date(2026, 12, 31), count=4),
        "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4",
        "2026-12-31 2027-01-31 2027-03-31 2027-05-31",
    ),
    "monthly on the last day": (
        Rule(Every.MONTH_LAST_DAY, date(2027, 12, 15), count=4),
        "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4",
        "2027-12-31 2028-01-31 2028-02-29 2028-03-31",
    ),
    "monthly on the second tuesday": (
        Rule(Every.MONTH_WEEKDAY, date(2026, 12, 8), count=3),
        "FREQ=MONTHLY;BYDAY=2TU;COUNT=3",
        "2026-12-08 2027-01-12 2027-02-09",
    ),
    "monthly on the fifth friday passes over months without": (
        Rule(Every.MONTH_WEEKDAY, date(2027, 1, 29), count=3),
        "FREQ=MONTHLY;BYDAY=5FR;COUNT=3",
        "2027-01-29 2027-04-30 2027-07-30",
    ),
    "monthly on the last friday": (
        Rule(Every.MONTH_LAST_WEEKDAY, date(2026, 11, 27), count=3),
        "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
        "2026-11-27 2026-12-25 2027-01-29",
    ),
    "every third month": (
        Rule(Every.MONTH_DATE, date(2026, 12, 15), interval=3, until=date(2027, 6, 15)),
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15;UNTIL=20270615T010000Z",
        "2026-12-15 2027-03-15 2027-06-15",
    ),
    "the 29th in a leap year only": (
        Rule(Every.MONTH_DATE, date(2028, 1, 29), count=2),
        "FREQ=MONTHLY;BYMONTHDAY=29;COUNT=2",
        "2028-01-29 2028-02-29",
    ),
    "by hand alone": (
        Rule(Every.DATES, date(2026, 12, 1), dates=(date(2026, 12, 24), date(2026, 12, 2))),
        "",
        "2026-12-02 2026-12-24",
    ),
    "a rule and dates by hand, each once": (
        Rule(Every.DAY, date(2026, 12, 1), count=2, dates=(date(2026, 12, 2), date(2026, 12, 9))),
        "FREQ=DAILY;COUNT=2",
        "2026-12-01 2026-12-02 2026-12-09",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rule_gives_its_dates_and_its_text(name):
    rule, text, expected = CASES[name]

    assert dates_of(rule, LATEST) == days(expected)
    assert rule_text(rule, NINE) == text
    assert dates_of(rule_of(text, first=rule.first, zone=SHANGHAI, dates=rule.dates), LATEST) == days(expected)


@pytest.mark.parametrize(
    ("zone", "on", "start", "end", "expected"),
    [
        # Both sides of the change keep the wall clock.
        (BERLIN, "2027-03-27", "09:00", "10:00", ("2027-03-27T08:00Z", "2027-03-27T09:00Z")),
        (BERLIN, "2027-03-29", "09:00", "10:00", ("2027-03-29T07:00Z", "2027-03-29T08:00Z")),
        # The skipped hour moves on, and the length is kept.
        (BERLIN, "2027-03-28", "02:30", "03:30", ("2027-03-28T01:30Z", "2027-03-28T02:30Z")),
        (BERLIN, "2027-03-28", "01:30", "02:30", ("2027-03-28T00:30Z", "2027-03-28T01:30Z")),
        (BERLIN, "2027-03-28", "02:00", "02:10", ("2027-03-28T01:00Z", "2027-03-28T01:10Z")),
        (BERLIN, "2027-03-28", "01:30", "03:10", ("2027-03-28T00:30Z", "2027-03-28T01:10Z")),
        # Where an hour comes twice, the first.
        (BERLIN, "2027-10-31", "02:30", "02:50", ("2027-10-31T00:30Z", "2027-10-31T00:50Z")),
        (BERLIN, "2027-10-31", "02:30", "03:30", ("2027-10-31T00:30Z", "2027-10-31T02:30Z")),
        (LONDON, "2027-03-28", "01:15", "01:45", ("2027-03-28T01:15Z", "2027-03-28T01:45Z")),
        (LONDON, "2027-10-31", "01:15", "01:45", ("2027-10-31T00:15Z", "2027-10-31T00:45Z")),
    ],
)
def test_wall_clock_holds_over_a_clock_change(zone, on, start, end, expected):
    clock = WallClock(time.fromisoformat(start), time.fromisoformat(end), zone)

    found = clock.on(date.fromisoformat(on))

    # In UTC: Python calls moments of an hour that comes twice unequal to any other zone's.
    assert (found.start.astimezone(UTC), found.end.astimezone(UTC)) == tuple(map(datetime.fromisoformat, expected))


def test_wall_clock_over_midnight_ends_on_the_next_day():
    start, end = datetime(2026, 11, 24, 23, tzinfo=SHANGHAI), datetime(2026, 11, 25, 1, tzinfo=SHANGHAI)

    found = wall_clock_of(start.astimezone(UTC), end.astimezone(UTC), SHANGHAI).on(date(2026, 12, 31))

    assert found.start == datetime(2026, 12, 31, 23, tzinfo=SHANGHAI)
    assert found.end == datetime(2027, 1, 1, 1, tzinfo=SHANGHAI)


FAULTS = {
    "no end": (Rule(Every.DAY, TODAY), ("until", "no_end")),
    "two ends": (Rule(Every.DAY, TODAY, until=LATEST, count=3), ("until", "two_ends")),
    "interval": (Rule(Every.DAY, TODAY, interval=0, count=3), ("interval", "out_of_bounds")),
    "weekday": (Rule(Every.WEEK, TODAY, weekdays=(7,), count=3), ("weekdays", "unknown_choice")),
    "count too large": (Rule(Every.DAY, TODAY, count=261), ("count", "out_of_bounds")),
    "count beyond the horizon": (Rule(Every.MONTH_DATE, TODAY, count=26), ("count", "too_far_ahead")),
    "until before first": (
        Rule(Every.DAY, TODAY, until=TODAY - timedelta(days=1)),
        ("until", "until_before_first"),
    ),
    "until too far": (Rule(Every.WEEK, TODAY, until=LATEST + timedelta(days=1)), ("until", "too_far_ahead")),
    "too many": (Rule(Every.DAY, TODAY, until=TODAY + timedelta(days=260)), ("until", "too_many_dates")),
    "none by hand": (Rule(Every.DATES, TODAY), ("dates", "required")),
    "past by hand": (Rule(Every.DATES, TODAY, dates=(TODAY - timedelta(days=1),)), ("dates", "in_past")),
    "none at all": (
        Rule(Every.WEEK, TODAY, weekdays=(6,), until=TODAY + timedelta(days=1)),
        ("until", "no_dates"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_rule_with_a_fault_names_the_field(name):
    rule, expected = FAULTS[name]

    assert [(each.name, each.code) for each in faults_of(rule, today=TODAY, latest=LATEST)] == [expected]


def test_rule_of_as_many_dates_as_allowed_has_no_fault():
    rule = Rule(Every.DAY, TODAY, count=MOST_DATES)

    assert list(faults_of(rule, today=TODAY, latest=LATEST)) == []
    assert len(dates_of(rule, LATEST)) == 260


def test_overlapping_keys_are_half_open_and_keep_the_first():
    hour = timedelta(hours=1)
    start = datetime(2026, 11, 24, tzinfo=UTC)
    spans = [
        ("c", start + 2 * hour, start + 3 * hour),
        ("a", start, start + hour),
        ("b", start + hour, start + 3 * hour),
    ]

    assert overlapping_keys(spans) == {"c"}


RULES = st.builds(
    Rule,
    every=st.sampled_from([each for each in Every if each != Every.DATES]),
    first=st.dates(TODAY, TODAY + timedelta(days=400)),
    interval=st.integers(1, 14),
    weekdays=st.lists(st.integers(0, 6), max_size=7).map(tuple),
    count=st.integers(1, 40),
)


@given(rule=RULES)
def test_any_rule_gives_what_its_text_gives_another_reader(rule):
    """The text is read by the library as any calendar program would."""
    found = dates_of(rule, LATEST)
    start = datetime.combine(rule.first, time(9))
    read = rrulestr(f"RRULE:{rule_text(rule, NINE)}", dtstart=start)

    assert found == sorted(set(found))
    assert found == [each.date() for each in read if each.date() <= LATEST]


@given(rule=RULES)
def test_any_rule_read_from_its_text_is_the_same(rule):
    again = rule_of(rule_text(rule, NINE), first=rule.first, zone=SHANGHAI)

    assert rule_text(again, NINE) == rule_text(rule, NINE)
    assert dates_of(again, LATEST) == dates_of(rule, LATEST)


@given(
    on=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    start=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    minutes=st.integers(1, 1440),
    zone=st.sampled_from([SHANGHAI, BERLIN, LONDON, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_any_wall_clock_ends_after_it_starts_and_starts_on_its_date(on, start, minutes, zone):
    ends = datetime.combine(on, start) + timedelta(minutes=minutes)
    clock = WallClock(start, ends.time(), zone, (ends.date() - on).days)

    found = clock.on(on)

    assert found.start < found.end
    assert found.start.date() == on
    assert found.start.time() >= start
    # A clock that jumps by an hour stretches or shortens a meeting by no more.
    assert abs((found.end.astimezone(UTC) - found.start.astimezone(UTC)) - clock.length) <= timedelta(hours=1)
