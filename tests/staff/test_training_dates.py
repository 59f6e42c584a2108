"""The days a run meets on."""

from datetime import date

import pytest

from rooms.selectors import calendar_of
from rooms.workcal import WorkingCalendar
from staff.programmes import programmes
from staff.training_dates import meeting_days

MONDAY = date(2026, 11, 23)


def weekdays_only(day):
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("weekdays", "count", "found"),
    [
        ((), 3, ["11-23", "11-24", "11-25"]),
        ((0, 2, 4), 4, ["11-23", "11-25", "11-27", "11-30"]),
        ((), 6, ["11-23", "11-24", "11-25", "11-26", "11-27", "11-30"]),
        ((1,), 0, []),
    ],
)
def test_days_are_working_days_on_the_weekdays_asked_for(weekdays, count, found):
    days = meeting_days(first=MONDAY, count=count, weekdays=weekdays, is_working=weekdays_only)

    assert [f"{day:%m-%d}" for day in days] == found


def test_a_holiday_moves_what_follows():
    days = meeting_days(first=MONDAY, count=3, weekdays=(), is_working=lambda day: day.day != 24)

    assert [day.day for day in days] == [23, 25, 26]


def test_a_calendar_without_working_days_gives_none():
    assert meeting_days(first=MONDAY, count=3, weekdays=(), is_working=lambda _day: False) == []


def test_national_day_is_no_day_of_training(site):
    calendar: WorkingCalendar = calendar_of(site)
    days = meeting_days(first=date(2026, 9, 28), count=6, weekdays=(0, 2, 4), is_working=calendar.is_working)

    assert date(2026, 10, 2) not in days
    assert all(calendar.is_working(day) for day in days)


def test_the_shipped_programmes_are_complete():
    for programme in programmes().values():
        assert all(programme.name.values())
        for each in programme.sessions:
            assert set(each.name) == set(each.about) == {"zh_hans", "zh_hant", "en"}
    lengths = {code: len(each.sessions) for code, each in programmes().items()}
    kinds = [each.kind for each in programmes()["refresher"].sessions]

    assert lengths == {"twelve-days": 12, "refresher": 10}
    assert (kinds.count("theory"), len(kinds) - kinds.count("theory")) == (5, 5)
