from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from rooms.workcal import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = ((time(8, 30), time(12)), (time(13, 30), time(18)))
WEEK = dict.fromkeys(range(5), OFFICE)
HQ = WorkingCalendar(SHANGHAI, WEEK, "CN")
NEVER = WorkingCalendar(SHANGHAI, {})
HALF_DAY = timedelta(hours=4)


def local(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def wall(instant, zone=SHANGHAI):
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("on", "is_working"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 1, 4), True),  # the six adjusted days of 2026
        (date(2026, 2, 14), True),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 10), True),
        (date(2026, 1, 11), False),  # an ordinary Sunday
        (date(2026, 10, 1), False),  # National Day week, from its first day to its last
        (date(2026, 10, 2), False),
        (date(2026, 10, 5), False),
        (date(2026, 10, 6), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 2, 16), False),  # Spring Festival eve
        (date(2028, 2, 29), True),  # a Tuesday
    ],
)
def test_is_working_mainland_day_follows_published_arrangement(on, is_working):
    assert HQ.is_working(on) is is_working


@pytest.mark.parametrize(
    ("country", "on"),
    [("HK", date(2026, 7, 1)), ("MO", date(2026, 10, 1)), ("TW", date(2026, 10, 9)), ("CN", date(2026, 10, 5))],
)
def test_is_working_public_holiday_is_closed_only_in_its_country(country, on):
    assert WorkingCalendar(SHANGHAI, WEEK, country).is_working(on) is False
    assert WorkingCalendar(SHANGHAI, WEEK).is_working(on) is True


def test_hours_adjusted_saturday_are_those_of_first_weekday_with_hours():
    tuesday_first = {1: ((time(9), time(17)),), 2: OFFICE, 5: ((time(10), time(12)),)}

    assert WorkingCalendar(SHANGHAI, tuesday_first, "CN").hours(date(2026, 10, 10)) == ((time(9), time(17)),)


def test_hours_adjusted_day_of_site_without_hours_are_none():
    assert WorkingCalendar(SHANGHAI, {}, "CN").hours(date(2026, 10, 10)) == ()


@pytest.mark.parametrize(
    ("on", "own", "hours"),
    [
        (date(2026, 11, 20), (), ()),
        (date(2026, 11, 21), ((time(9), time(11)),), ((time(9), time(11)),)),
        (date(2026, 10, 1), None, OFFICE),
        (date(2026, 10, 10), (), ()),
    ],
)
def test_hours_site_exception_wins_over_everything(on, own, hours):
    assert WorkingCalendar(SHANGHAI, WEEK, "CN", {on: own}).hours(on) == hours


def test_periods_come_in_order_and_in_utc():
    backwards = WorkingCalendar(SHANGHAI, {4: (OFFICE[1], OFFICE[0])})

    assert backwards.periods(date(2026, 11, 20)) == (
        (datetime(2026, 11, 20, 0, 30, tzinfo=UTC), datetime(2026, 11, 20, 4, tzinfo=UTC)),
        (datetime(2026, 11, 20, 5, 30, tzinfo=UTC), datetime(2026, 11, 20, 10, tzinfo=UTC)),
    )


def test_periods_ending_at_midnight_reach_the_next_day():
    late = WorkingCalendar(SHANGHAI, {4: ((time(20), time(0)),)})

    assert wall(late.closes_at(date(2026, 11, 20))) == "2026-11-21 00:00"


@pytest.mark.parametrize(
    "periods",
    [
        ((time(12), time(8)),),
        ((time(8), time(8)),),
        ((time(8), time(12)), (time(11), time(18))),
        ((time(8), time(0)), (time(20), time(21))),
    ],
)
def test_calendar_with_impossible_hours_is_refused(periods):
    with pytest.raises(ValueError, match="period"):
        WorkingCalendar(SHANGHAI, {0: periods})
    with pytest.raises(ValueError, match="period"):
        WorkingCalendar(SHANGHAI, {}, exceptions={date(2026, 1, 1): periods})


def test_calendar_of_unknown_country_is_refused():
    with pytest.raises(ValueError, match="XX"):
        WorkingCalendar(SHANGHAI, WEEK, "XX")


def test_open_close_and_midday_of_office_day():
    on = date(2026, 11, 20)

    times = [wall(each(on)) for each in (HQ.opens_at, HQ.midday_at, HQ.closes_at)]

    assert times == ["2026-11-20 08:30", "2026-11-20 12:00", "2026-11-20 18:00"]


def test_open_close_and_midday_of_closed_day_are_none():
    on = date(2026, 11, 21)

    assert [each(on) for each in (HQ.opens_at, HQ.midday_at, HQ.closes_at)] == [None, None, None]


@pytest.mark.parametrize(
    ("periods", "midday"),
    [
        (((time(9), time(17)),), "12:00"),
        (((time(9), time(11, 30)), (time(13), time(17))), "11:30"),
        # Half a day has its middle.
        (((time(8, 30), time(12)),), "10:15"),
        (((time(13, 30), time(18)),), "15:45"),
    ],
)
def test_midday_is_start_of_break_else_noon(periods, midday):
    calendar = WorkingCalendar(SHANGHAI, {4: periods})

    assert wall(calendar.midday_at(date(2026, 11, 20))) == f"2026-11-20 {midday}"


@pytest.mark.parametrize(
    ("instant", "answer"),
    [
        ("2026-11-23 09:00", "2026-11-20 14:30"),  # Monday: Friday afternoon
        ("2026-11-24 14:00", "2026-11-24 08:30"),  # the lunch break is left out
        ("2026-11-24 17:30", "2026-11-24 13:30"),
        ("2026-11-24 12:45", "2026-11-23 17:30"),  # during lunch
        ("2026-11-24 20:00", "2026-11-24 14:00"),  # after closing
        ("2026-11-24 06:00", "2026-11-23 14:00"),  # before opening
        ("2026-11-21 10:00", "2026-11-20 14:00"),  # Saturday
        ("2026-10-08 09:00", "2026-09-30 14:30"),  # after National Day week
        ("2026-10-12 09:00", "2026-10-10 14:30"),  # the Saturday before is adjusted
        ("2026-02-14 09:00", "2026-02-13 14:30"),  # on an adjusted Saturday
        ("2028-03-01 09:00", "2028-02-29 14:30"),  # leap day
        ("2027-01-04 09:00", "2026-12-31 14:30"),  # over New Year
    ],
)
def test_subtract_working_half_a_day_counts_working_time_only(instant, answer):
    assert wall(HQ.subtract_working(local(instant), HALF_DAY)) == answer


@pytest.mark.parametrize(
    ("instant", "answer"),
    [
        ("2026-11-20 14:30", "2026-11-23 09:00"),
        ("2026-11-20 11:00", "2026-11-20 16:30"),
        ("2026-11-20 14:00", "2026-11-20 18:00"),  # just to the end of the day, not to the next morning
        ("2026-11-21 03:00", "2026-11-23 14:00"),
        ("2026-09-30 17:00", "2026-10-08 11:30"),
    ],
)
def test_add_working_half_a_day_counts_working_time_only(instant, answer):
    assert wall(HQ.add_working(local(instant), HALF_DAY)) == answer


def test_working_time_nothing_added_or_taken_stays_in_the_lunch_break():
    at_lunch = local("2026-11-24 12:45")

    assert HQ.add_working(at_lunch, timedelta(0)) == at_lunch
    assert HQ.subtract_working(at_lunch, timedelta(0)) == at_lunch


def test_working_time_negative_amount_goes_the_other_way():
    instant = local("2026-11-23 09:00")

    assert HQ.add_working(instant, -HALF_DAY) == HQ.subtract_working(instant, HALF_DAY)
    assert HQ.subtract_working(instant, -HALF_DAY) == HQ.add_working(instant, HALF_DAY)


def test_working_time_without_any_hours_counts_as_plain_time():
    instant = local("2026-11-23 09:00")

    assert NEVER.subtract_working(instant, HALF_DAY) == instant - HALF_DAY
    assert NEVER.add_working(instant, HALF_DAY) == instant + HALF_DAY


def test_subtract_working_past_the_only_open_day_counts_the_rest_as_plain_time():
    once = WorkingCalendar(SHANGHAI, {}, exceptions={date(2026, 11, 20): ((time(9), time(10)),)})

    assert wall(once.subtract_working(local("2026-11-21 00:00"), HALF_DAY)) == "2026-11-20 06:00"


@pytest.mark.parametrize(
    ("on", "following", "previous"),
    [
        (date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 19)),
        (date(2026, 10, 3), date(2026, 10, 8), date(2026, 9, 30)),
        (date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 8)),
        (date(2028, 2, 28), date(2028, 2, 29), date(2028, 2, 25)),
        (date(2026, 12, 31), date(2027, 1, 4), date(2026, 12, 30)),
    ],
)
def test_neighbouring_working_days_skip_weekends_and_holidays(on, following, previous):
    assert (HQ.next_working_day(on), HQ.previous_working_day(on)) == (following, previous)


@pytest.mark.parametrize("on", [date(2026, 11, 20), date.min, date.max])
def test_neighbouring_working_days_of_site_without_hours_are_none(on):
    assert (NEVER.next_working_day(on), NEVER.previous_working_day(on)) == (None, None)


@pytest.mark.parametrize("on", [date(1900, 1, 1), date(2150, 6, 1), date(9998, 12, 1)])
def test_is_working_outside_the_years_of_the_holiday_library_follows_the_week(on):
    assert HQ.is_working(on) is (on.weekday() < 5)


@pytest.mark.parametrize(
    ("instant", "days", "answer"),
    [
        ("2026-11-20 11:00", 1, "2026-11-23 11:00"),
        ("2026-11-20 11:00", 3, "2026-11-25 11:00"),
        ("2026-11-20 20:15", 1, "2026-11-23 18:00"),  # kept inside the hours
        ("2026-11-20 06:00", 2, "2026-11-24 08:30"),
        ("2026-09-30 16:00", 1, "2026-10-08 16:00"),
        ("2026-10-09 16:00", 1, "2026-10-10 16:00"),
        ("2026-11-21 12:30", 1, "2026-11-23 12:30"),  # the lunch break is inside the day
        ("2026-11-23 11:00", -1, "2026-11-20 11:00"),
        ("2026-11-21 20:00", 0, "2026-11-21 20:00"),
        ("2026-11-21 00:30", 1, "2026-11-23 08:30"),  # just past midnight, locally
    ],
)
def test_add_working_days_keeps_the_wall_clock_within_the_hours(instant, days, answer):
    assert wall(HQ.add_working_days(local(instant), days)) == answer


def test_add_working_days_without_any_hours_counts_calendar_days():
    assert wall(NEVER.add_working_days(local("2026-11-20 11:00"), 3)) == "2026-11-23 11:00"


@pytest.mark.parametrize(
    ("on", "at", "utc"),
    [
        (date(2026, 3, 29), time(2, 30), "01:30"),  # skipped: 02:30 becomes 03:30 summer time
        (date(2026, 3, 29), time(3, 30), "01:30"),
        (date(2026, 10, 25), time(2, 30), "00:30"),  # happens twice: the first one
        (date(2026, 10, 25), time(3, 30), "02:30"),
    ],
)
def test_at_wall_on_a_clock_change_goes_through_utc(on, at, utc):
    assert WorkingCalendar(BERLIN, {}).at_wall(on, at).strftime("%H:%M") == utc


@pytest.mark.parametrize(
    ("instant", "answer"), [("2026-03-29 06:00", "2026-03-29 00:00"), ("2026-10-25 06:00", "2026-10-25 02:00")]
)
def test_subtract_working_over_a_clock_change_counts_real_hours(instant, answer):
    night = WorkingCalendar(BERLIN, {6: ((time(0), time(12)),)})

    # 5 hours back from 06:00: the night is an hour short in spring and an hour long in autumn.
    back = night.subtract_working(local(instant, BERLIN), timedelta(hours=5))

    assert wall(back, BERLIN) == answer


def test_working_time_takes_instants_of_any_zone_and_answers_in_utc():
    night = WorkingCalendar(BERLIN, {6: ((time(0), time(12)),)})
    six = datetime(2026, 3, 29, 6, tzinfo=BERLIN)

    answers = [
        night.subtract_working(six, timedelta(hours=5)),
        night.add_working(six, timedelta(0)),
        night.subtract_working(six, timedelta(0)),
        night.add_working_days(six, 0),
        night.add_working(datetime(2026, 3, 29, 1, tzinfo=BERLIN), timedelta(hours=2)),
    ]

    assert [answer.isoformat() for answer in answers] == [
        "2026-03-28T23:00:00+00:00",
        "2026-03-29T04:00:00+00:00",
        "2026-03-29T04:00:00+00:00",
        "2026-03-29T04:00:00+00:00",
        "2026-03-29T02:00:00+00:00",
    ]


def test_add_working_days_over_a_clock_change_keeps_the_wall_clock():
    calendar = WorkingCalendar(BERLIN, WEEK)

    assert wall(calendar.add_working_days(local("2026-03-27 11:00", BERLIN), 1), BERLIN) == "2026-03-30 11:00"


def test_local_date_is_the_sites_not_utc():
    assert HQ.local_date(datetime(2026, 11, 20, 16, 30, tzinfo=UTC)) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [
        ("CN", "zh-hans", "国庆节"),
        ("CN", "zh_hant", "國慶節"),
        ("CN", "en", "National Day"),
        ("CN", "fr", "National Day"),
        ("HK", "zh-hant", "國慶日"),
        ("HK", "zh-hans", "国庆日"),
        ("", "en", ""),
    ],
)
def test_holiday_name_is_in_the_readers_language(country, language, name):
    assert WorkingCalendar(SHANGHAI, WEEK, country).holiday_name(date(2026, 10, 1), language) == name


def test_holiday_name_of_ordinary_day_is_empty():
    assert HQ.holiday_name(date(2026, 11, 20), "en") == ""


@pytest.mark.parametrize(
    ("country", "on", "is_provisional"),
    [
        ("CN", date(2026, 6, 1), False),
        ("CN", date(2090, 6, 1), True),
        ("HK", date(2090, 6, 1), False),
        ("", date(2090, 6, 1), False),
    ],
)
def test_is_provisional_until_adjusted_days_are_published(country, on, is_provisional):
    assert WorkingCalendar(SHANGHAI, WEEK, country).is_provisional(on) is is_provisional


working_instants = st.builds(
    lambda on, minutes: HQ.periods(on)[0][0] + timedelta(minutes=minutes),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)).filter(HQ.is_working),
    st.integers(1, 210),
)
# From 1990 to 2110, wider than the holiday library knows.
any_instants = st.integers(631_152_000, 4_417_977_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
amounts = st.integers(1, 40 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(working_instants, amounts)
def test_add_working_after_subtract_working_comes_back(instant, amount):
    assert HQ.add_working(HQ.subtract_working(instant, amount), amount) == instant


@given(working_instants, amounts, amounts)
def test_subtract_working_in_two_parts_is_the_same_as_at_once(instant, one, other):
    assert HQ.subtract_working(HQ.subtract_working(instant, one), other) == HQ.subtract_working(instant, one + other)


@given(any_instants, amounts)
def test_subtract_working_any_instant_falls_in_working_time(instant, amount):
    back = HQ.subtract_working(instant, amount)

    assert any(start <= back < end for start, end in HQ.periods(HQ.local_date(back)))
