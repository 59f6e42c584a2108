"""A series asked for: all of it or nothing, and one notice for all of its dates."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.errors import InvalidBooking, SeriesTaken
from bookings.models import Booking, BookingLog, Series
from bookings.recurrence import Every, Rule
from bookings.services import AgendaData, GuestData
from bookings.services.series import (
    Instead,
)
from tests.bookings.series import TUESDAYS, at, notices, reasons, rich, starts, weekly

Status = Booking.Status


def test_request_series_makes_a_request_for_each_date(ask, applicant):
    series = ask()

    rows = list(series.bookings.order_by("start_at"))
    assert [row.start_at for row in rows] == [at(on, 9) for on in TUESDAYS[:4]]
    assert [row.end_at for row in rows] == [at(on, 11) for on in TUESDAYS[:4]]
    assert {row.status for row in rows} == {Status.REQUESTED}
    assert [row.recurrence_at for row in rows] == [row.start_at for row in rows]
    assert [row.ref for row in rows] == [f"HW-{on:%Y%m%d}-001" for on in TUESDAYS[:4]]
    assert (series.ref, series.applicant, series.rule) == (
        "HS-20261124-001",
        applicant,
        "FREQ=WEEKLY;BYDAY=TU;COUNT=4",
    )
    assert list(series.dates.values_list("on", "booking", "reason")) == [
        (on, row.pk, "") for on, row in zip(TUESDAYS[:4], rows, strict=True)
    ]
    assert list(BookingLog.objects.values_list("verb", "to_status")) == [("request", "requested")] * 4


def test_request_series_takes_guests_and_agenda_to_each_date(ask, data, now):
    item = AgendaData("开场", now + timedelta(days=1), now + timedelta(days=1, minutes=30))
    series = ask(guests=(GuestData("杜邦", ash_tray="left"),), agenda=(item,))

    for row in series.bookings.prefetch_related("guests", "agenda"):
        assert [guest.name for guest in row.guests.all()] == ["杜邦"]
        assert [(item.starts_at, item.ends_at) for item in row.agenda.all()] == [
            (row.start_at, row.start_at + timedelta(minutes=30))
        ]


def test_request_series_tells_each_secretary_once(ask, secretary, applicant):
    ask()

    assert notices(secretary) == [("series_requested", 4)]
    assert notices(applicant) == []


def test_request_series_with_a_taken_date_writes_nothing(ask, take):
    take(TUESDAYS[1])

    with pytest.raises(SeriesTaken) as caught:
        ask()

    assert [(each.start, each.conflicts) for each in caught.value.dates] == [
        (at(TUESDAYS[1], 9), ((at(TUESDAYS[1], 9), at(TUESDAYS[1], 11)),))
    ]
    assert (Series.objects.count(), Booking.objects.count()) == (0, 0)


def test_request_series_finds_the_last_of_many_dates_taken(ask, take):
    """Another system looked at the first two dates only."""
    take(date(2026, 11, 24) + timedelta(days=259))

    with pytest.raises(SeriesTaken) as caught:
        ask(Rule(Every.DAY, TUESDAYS[0], count=260))

    assert len(caught.value.dates) == 1


def test_request_series_leaving_out_taken_dates_keeps_them_with_the_reason(ask, take):
    take(TUESDAYS[1])

    series = ask(leaves_taken=True)

    assert starts(series) == [at(TUESDAYS[number], 9) for number in (0, 2, 3)]
    assert reasons(series) == {TUESDAYS[1]: "taken"}


def test_request_series_with_a_date_left_out_by_hand_says_whether_it_was_taken(ask, take):
    take(TUESDAYS[1])

    series = ask(left_out=TUESDAYS[1:3])

    assert reasons(series) == {TUESDAYS[1]: "taken", TUESDAYS[2]: "left_out"}


def test_request_series_with_another_room_for_a_taken_date_asks_for_that(ask, take, rooms):
    take(TUESDAYS[1])
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 10), at(TUESDAYS[1], 12))

    series = ask(instead={TUESDAYS[1]: other})

    booking = series.dates.get(on=TUESDAYS[1]).booking
    assert (booking.room, booking.start_at) == (rooms[1], at(TUESDAYS[1], 10))
    # What the rule meant stays.
    assert booking.recurrence_at == at(TUESDAYS[1], 9)


def test_request_series_with_another_room_that_is_taken_too_is_refused(ask, take, rooms):
    take(TUESDAYS[1])
    take(TUESDAYS[1], rooms[1])
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 9), at(TUESDAYS[1], 11))

    with pytest.raises(SeriesTaken) as caught:
        ask(instead={TUESDAYS[1]: other})

    assert [each.room for each in caught.value.dates] == [rooms[1]]


def test_request_series_with_another_room_that_does_not_fit_is_refused(ask, rooms):
    rooms[1].layouts.update(capacity=5)
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 9), at(TUESDAYS[1], 11))

    with pytest.raises(InvalidBooking) as caught:
        ask(instead={TUESDAYS[1]: other})

    assert [fault.code for fault in caught.value.errors["instead"]] == ["over_capacity"]


def test_request_series_leaves_out_public_holidays_when_asked(ask):
    # New Year's Day 2027 is a Friday.
    rule = Rule(Every.DAY, date(2026, 12, 31), count=3)

    assert reasons(ask(rule, leaves_holidays=True)) == {date(2027, 1, 1): "holiday"}
    assert reasons(ask(rule)) == {}


def test_request_series_whose_dates_run_into_each_other_is_refused(ask, now):
    with pytest.raises(SeriesTaken) as caught:
        # With set-up and tear-down an hour longer than a day.
        ask(Rule(Every.DAY, TUESDAYS[0], count=3), end_at=now + timedelta(days=2))

    assert [(each.start, each.conflicts) for each in caught.value.dates] == [(at(date(2026, 11, 25), 9), ())]


def test_request_series_checks_the_rule_and_the_data_together(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(Rule(Every.DAY, TUESDAYS[0]), title="", headcount=900)

    assert sorted(caught.value.errors) == ["headcount", "rule.until", "title"]


def test_request_series_with_nothing_left_is_refused(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(left_out=TUESDAYS[:4])

    assert caught.value.errors["rule.dates"][0].code == "no_dates_left"
    assert Series.objects.count() == 0


def test_request_series_with_a_date_of_no_series_is_refused(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(left_out=[date(2026, 11, 25)])

    assert caught.value.errors["leave_out"][0].code == "not_a_series_date"


def test_request_series_from_a_past_date_is_refused(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(Rule(Every.DAY, date(2026, 11, 20), count=9))

    assert caught.value.errors["start_at"][0].code == "in_past"


def test_request_series_holds_the_wall_clock_over_a_clock_change(site, ask, room_108):
    site.time_zone = "Europe/Berlin"
    site.save()
    berlin = ZoneInfo("Europe/Berlin")
    room = rich(room_108)
    start = datetime(2027, 3, 26, 9, tzinfo=berlin)

    series = ask(
        Rule(Every.DAY, date(2027, 3, 26), count=4), room=room, start_at=start, end_at=start + timedelta(hours=1)
    )

    assert [row.astimezone(berlin).hour for row in starts(series)] == [9] * 4


def test_request_series_takes_numbers_next_to_those_given(ask, request_one):
    request_one()

    series = ask()

    assert [row.ref for row in series.bookings.order_by("start_at")][:2] == ["HW-20261124-002", "HW-20261201-001"]


def test_request_series_takes_as_many_statements_for_many_dates_as_for_few(ask, query_count, secretary):
    guests = {"guests": (GuestData("杜邦"),)}
    # The room's own facts are read once.
    ask(weekly(1))

    few = query_count(lambda: ask(weekly(3), **guests))
    many = query_count(lambda: ask(weekly(60), **guests))

    assert few == many
