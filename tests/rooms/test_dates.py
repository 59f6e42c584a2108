"""Dates and times as the house writes them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from rooms.dates import (
    day_of,
    format_date,
    format_moment,
    format_month,
    format_period,
    format_time,
    format_weekday_letter,
    instant_of,
    moment_in,
)

MONDAY = date(2026, 11, 23)
INSTANT = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("language", "text"), [("zh-hans", "11月23日 周一"), ("zh-hant", "11月23日 週一"), ("en", "Mon 23 Nov")]
)
def test_format_date_in_each_language(language, text):
    assert format_date(MONDAY, language) == text


def test_format_moment_is_in_the_zone_given():
    assert format_moment(INSTANT, SHANGHAI, "en") == "Mon 23 Nov 07:05"
    assert format_moment(INSTANT, ZoneInfo("Europe/London"), "en") == "Sun 22 Nov 23:05"


def test_format_time_has_24_hours_and_two_figures():
    assert (format_time(INSTANT, SHANGHAI), format_time(INSTANT, ZoneInfo("UTC"))) == ("07:05", "23:05")


def test_format_period_says_the_day_of_the_end_only_where_it_is_another():
    ends = [INSTANT + timedelta(hours=hours) for hours in (2, 20)]

    assert [format_period(INSTANT, end, SHANGHAI, "zh-hans") for end in ends] == [
        "11月23日 周一 07:05–09:05",
        "11月23日 周一 07:05 – 11月24日 周二 03:05",
    ]


@pytest.mark.parametrize(("language", "month", "letter"), [("zh-hans", "2月", "日"), ("en", "Feb", "S")])
def test_format_month_and_weekday_letter(language, month, letter):
    assert (format_month(2, language), format_weekday_letter(6, language)) == (month, letter)


def test_filters_write_the_same_in_the_readers_language():
    source = "{% load dates %}{{ on|day }}/{{ on|weekday }}/{{ 0|weekday }}/{{ at|moment:zone }}/{{ at|clock:zone }}"
    facts = {"on": MONDAY, "at": INSTANT, "zone": SHANGHAI}

    with translation.override("zh-hant"):
        text = Template(source).render(Context(facts))

    assert text == "11月23日 週一/週一/週一/11月23日 週一 07:05/07:05"


def test_filter_day_of_an_instant_is_the_day_of_the_current_zone():
    with translation.override("en"), timezone.override(SHANGHAI):
        text = Template("{% load dates %}{{ at|day }}").render(Context({"at": INSTANT}))

    assert text == "Mon 23 Nov"


def test_filters_of_nothing_write_nothing():
    source = "{% load dates %}{{ no|day }}{{ no|weekday }}{{ no|moment:zone }}{{ no|clock:zone }}"

    assert Template(source).render(Context({"no": None, "zone": SHANGHAI})) == ""


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-45T99:99:00Z",
        "2026-02-30T10:00:00+08:00",
        "２０２６-11-23T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-23T10:00:00+99:99",
        "2026-11-23T10:00:00+23:59",
        "2026-11-23T10:00:00-14:01",
    ],
)
def test_instant_of_a_text_that_only_looks_like_one_is_none(text):
    assert instant_of(text) is None


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+05:45"])
def test_moment_in_any_zone_on_earth_is_that_moment_in_utc(offset):
    found = moment_in(f"2026-11-23T10:00:00{offset}")

    assert (found, found.tzinfo) == (datetime.fromisoformat(f"2026-11-23T10:00:00{offset}"), UTC)


@pytest.mark.parametrize("text", ["", "2026-11-23T10:00:00", "2026-11-23T10:00:00+15:59", "9999-12-31T23:00:00-09:00"])
def test_moment_in_a_text_without_one_that_can_be_is_none(text):
    assert moment_in(text) is None


def test_instant_of_a_stored_instant_is_that_instant():
    assert instant_of("2026-11-23T07:05:00+08:00") == INSTANT


@pytest.mark.parametrize(
    ("text", "on"), [("2026-11-23", MONDAY), ("2026-02-30", None), ("0000-00-00", None), ("x", None)]
)
def test_day_of_a_text_is_the_day_or_none(text, on):
    assert day_of(text) == on
