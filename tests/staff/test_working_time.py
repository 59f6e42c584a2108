"""Spans and limits to breaches: days, weeks, rests, rows and breaks, over midnight and clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from staff.working_time import Breach, Limits, Rule, breaches, caused

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)


def span(on, begins, ends, zone=SHANGHAI):
    """By the clock on the wall; hours beyond 24 are of the next day."""
    midnight = datetime(on.year, on.month, on.day, tzinfo=zone)

    def at(hour):
        day = midnight.date() + timedelta(days=int(hour // 24))
        minutes = round(hour % 24 * 60)
        return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone).astimezone(UTC)

    return at(begins), at(ends)


def day(count):
    return MONDAY + timedelta(days=count)


def found(spans, zone=SHANGHAI, **limits):
    return [(each.rule, each.on, each.amount) for each in breaches(spans, Limits(**limits), zone)]


def test_hours_a_day_counts_all_spans_of_it_and_the_limit_itself_is_allowed():
    spans = [span(MONDAY, 8, 12), span(MONDAY, 13, 19)]

    assert found(spans, hours_a_day=10) == []
    assert found(spans, hours_a_day=9.75) == [(Rule.DAY, MONDAY, 10)]


def test_a_night_shift_counts_for_the_day_it_begins_on():
    assert found([span(MONDAY, 20, 32)], hours_a_day=11) == [(Rule.DAY, MONDAY, 12)]


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 11, 24), 8)])
def test_a_night_over_a_clock_change_is_as_long_as_it_is(on, hours):
    night = span(on, 22, 30, BERLIN)

    assert found([night], BERLIN, hours_a_day=6) == [(Rule.DAY, on, hours)]


def test_hours_a_week_begin_on_monday_of_the_sites_zone():
    # Sunday 23:30 to Monday 07:30 in Shanghai is the old week's, all of it.
    sunday_night = span(day(-1), 23.5, 31.5)
    spans = [sunday_night, *(span(day(count), 8, 16) for count in range(5))]

    assert found(spans, hours_a_week=40) == []
    assert found(spans, hours_a_week=39) == [(Rule.WEEK, MONDAY, 40)]
    # By a clock further west the same shifts are another week's.
    assert found([sunday_night], ZoneInfo("Pacific/Auckland"), hours_a_week=7) == [(Rule.WEEK, MONDAY, 8)]


def test_rest_is_between_days_and_not_within_one():
    split = [span(MONDAY, 7, 11), span(MONDAY, 17, 21)]

    assert found(split, rest_hours=11) == []
    assert found([*split, span(day(1), 7, 11)], rest_hours=11) == [(Rule.REST, day(1), 10)]
    assert found([*split, span(day(1), 8, 12)], rest_hours=11) == []


def test_rest_after_a_night_begins_when_it_ends():
    assert found([span(MONDAY, 22, 30), span(day(1), 14, 20)], rest_hours=11) == [(Rule.REST, day(1), 8)]
    assert found([span(MONDAY, 16, 24), span(day(1), 0, 8)], rest_hours=11) == [(Rule.REST, day(1), 0)]


def test_rest_over_the_lost_hour_is_an_hour_shorter():
    spans = [span(date(2026, 3, 28), 12, 20, BERLIN), span(date(2026, 3, 29), 7, 12, BERLIN)]

    assert found(spans, BERLIN, rest_hours=11) == [(Rule.REST, date(2026, 3, 29), 10)]


def test_days_in_a_row_show_at_the_first_too_many_and_a_free_day_ends_them():
    seven = [span(day(count), 8, 12) for count in range(7)]

    assert found(seven, days_in_row=6) == [(Rule.ROW, day(6), 7)]
    assert found(seven[:3] + seven[4:], days_in_row=6) == []
    # A row does not care where a week ends.
    assert found([span(day(count), 8, 12) for count in range(4, 11)], days_in_row=6) == [(Rule.ROW, day(10), 7)]


@pytest.mark.parametrize(("gap", "is_broken"), [(0, True), (0.25, True), (0.5, False)])
def test_a_break_shorter_than_wanted_is_none(gap, is_broken):
    spans = [span(MONDAY, 8, 11), span(MONDAY, 11 + gap, 14 + gap)]

    broken = found(spans, break_after_hours=4, break_minutes=20)

    assert broken == ([(Rule.BREAK, MONDAY, 6)] if is_broken else [])


def test_bars_are_named_by_their_limits():
    limits = Limits(hours_a_day=8, rest_hours=11, bars=frozenset({"rest_hours"}))

    got = breaches([span(MONDAY, 8, 23), span(day(1), 8, 12)], limits, SHANGHAI)

    assert [(each.rule, each.is_bar) for each in got] == [(Rule.DAY, False), (Rule.REST, True)]


def test_caused_leaves_out_what_was_as_bad_before():
    before = [Breach(MONDAY, Rule.DAY, 12, 10, is_bar=True), Breach(day(1), Rule.REST, 9, 11, is_bar=True)]
    longer, less_rest = Breach(MONDAY, Rule.DAY, 13, 10, is_bar=True), Breach(day(1), Rule.REST, 8, 11, is_bar=True)
    other = Breach(day(2), Rule.DAY, 11, 10, is_bar=True)

    assert caused(before, before) == []
    assert caused(before, [longer, less_rest, other]) == [longer, less_rest, other]
    assert caused(before, [Breach(MONDAY, Rule.DAY, 11, 10, is_bar=True)]) == []


# --- Whatever the spans ---

ZONES = st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")])
STARTS = st.integers(0, 60 * 24 * 4).map(lambda count: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=15 * count))


@st.composite
def spans_apart(draw):
    """Spans in order that may touch but do not overlap."""
    at = draw(STARTS)
    found = []
    for _ in range(draw(st.integers(1, 14))):
        at += timedelta(minutes=15 * draw(st.integers(0, 120)))
        end = at + timedelta(minutes=15 * draw(st.integers(1, 64)))
        found.append((at, end))
        at = end
    return found


EVERYTHING = Limits(hours_a_day=8, hours_a_week=40, rest_hours=11, days_in_row=5, break_after_hours=4, break_minutes=20)


@given(spans_apart(), ZONES, st.randoms())
def test_the_order_of_spans_does_not_matter(spans, zone, random):
    mixed = random.sample(spans, len(spans))

    assert breaches(mixed, EVERYTHING, zone) == breaches(spans, EVERYTHING, zone)


@given(spans_apart(), ZONES)
def test_every_breach_is_beyond_its_limit_and_on_a_day_that_has_work(spans, zone):
    worked = {start.astimezone(zone).date() for start, _end in spans}
    for each in breaches(spans, EVERYTHING, zone):
        assert each.excess > 0
        assert each.on in worked or (each.rule == Rule.WEEK and each.on.weekday() == 0)


@given(spans_apart(), ZONES)
def test_looser_limits_find_no_more(spans, zone):
    loose = Limits(hours_a_day=10, hours_a_week=48, rest_hours=9, days_in_row=6, break_after_hours=6, break_minutes=20)
    strict = {(each.rule, each.on.isocalendar()[:2]) for each in breaches(spans, EVERYTHING, zone)}

    assert {
        (each.rule, each.on.isocalendar()[:2]) for each in breaches(spans, loose, zone) if each.rule != Rule.ROW
    } <= strict


@given(spans_apart(), ZONES)
def test_a_span_cut_within_its_day_changes_nothing(spans, zone):
    """Two shifts that touch are one piece of work."""
    cut = []
    for start, end in spans:
        middle = start + (end - start) / 2
        parts = [(start, middle), (middle, end)]
        is_one_day = start.astimezone(zone).date() == middle.astimezone(zone).date()
        cut += parts if is_one_day else [(start, end)]

    assert breaches(cut, EVERYTHING, zone) == breaches(spans, EVERYTHING, zone)


@given(spans_apart(), ZONES)
def test_hours_are_neither_lost_nor_made(spans, zone):
    weeks = breaches(spans, Limits(hours_a_week=0), zone)

    assert sum(each.amount for each in weeks) == pytest.approx(sum((end - start) / HOUR for start, end in spans))


@given(spans_apart(), ZONES)
def test_what_stays_as_it_is_causes_nothing(spans, zone):
    same = breaches(spans, EVERYTHING, zone)

    assert caused(same, same) == []
    assert [each for each in caused([], same) if each not in same] == []


def test_no_limits_find_nothing_and_no_spans_break_nothing():
    assert breaches([span(MONDAY, 0, 24)], Limits(), SHANGHAI) == []
    assert breaches([], EVERYTHING, SHANGHAI) == []
