"""A site's year as a picture."""

from datetime import date

import pytest

from rooms.models import CalendarException
from rooms.year import Stretch, year_picture

TODAY = date(2026, 11, 23)


@pytest.fixture
def picture(site):
    CalendarException.objects.create(site=site, on=date(2026, 11, 27), is_working=False, name_zh_hans="周年庆")
    CalendarException.objects.create(site=site, on=date(2026, 12, 5), is_working=True, name_zh_hans="盘点")
    return year_picture(site=site, year=2026, language="zh-hans", today=TODAY)


def kinds(picture):
    return {cell.on: cell.kind for month in picture.months for week in month.weeks for cell in week if cell}


def test_year_picture_has_every_day_once(picture):
    assert len(kinds(picture)) == 365
    assert [month.number for month in picture.months] == list(range(1, 13))
    assert all(len(week) == 7 for month in picture.months for week in month.weeks)


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (date(2026, 11, 23), "working"),
        (date(2026, 11, 22), "off"),
        (date(2026, 10, 1), "holiday"),
        (date(2026, 2, 14), "adjusted"),
        (date(2026, 11, 27), "own-off"),
        (date(2026, 12, 5), "own-working"),
    ],
)
def test_year_picture_knows_each_kind_of_day(picture, on, kind):
    assert kinds(picture)[on] == kind


def test_year_picture_marks_today_alone(picture):
    assert [cell.on for month in picture.months for week in month.weeks for cell in week if cell and cell.is_today] == [
        TODAY
    ]


def test_year_picture_lists_holidays_with_the_weekends_around_them(picture):
    spring = Stretch(date(2026, 2, 15), date(2026, 2, 23), "holiday", "春节")

    assert spring in picture.stretches
    assert spring.days == 9
    assert Stretch(date(2026, 11, 27), date(2026, 11, 27), "own-off", "周年庆") in picture.stretches
    assert Stretch(date(2026, 2, 14), date(2026, 2, 14), "adjusted", "") in picture.stretches


def test_year_picture_leaves_ordinary_weekends_out_of_the_list(picture):
    assert [each for each in picture.stretches if each.first_on.month == 11] == [
        Stretch(date(2026, 11, 27), date(2026, 11, 27), "own-off", "周年庆")
    ]


def test_year_picture_counts_working_days(picture):
    ordinary = sum(1 for kind in kinds(picture).values() if kind in {"working", "adjusted", "own-working"})

    assert picture.working_days == ordinary == 248


@pytest.mark.parametrize(("year", "is_provisional"), [(2026, False), (2031, True)])
def test_year_picture_says_when_the_year_is_not_yet_published(site, year, is_provisional):
    assert year_picture(site=site, year=year, language="en", today=TODAY).is_provisional is is_provisional


def test_year_picture_of_a_site_elsewhere_has_its_own_holidays(stranger):
    picture = year_picture(site=stranger.site, year=2026, language="en", today=TODAY)

    assert kinds(picture)[date(2026, 7, 1)] == "holiday"
    assert kinds(picture)[date(2026, 2, 14)] == "off"
