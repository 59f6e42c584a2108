"""Dates of a series changed or called off: one, those that follow, or all."""

from datetime import date, timedelta

import pytest

from bookings.errors import BookingError, SeriesTaken
from bookings.models import Booking, Occupancy
from bookings.recurrence import Every, Rule
from bookings.services import AgendaData
from bookings.services.series import (
    Instead,
    Scope,
    cancel_dates,
    change_series,
)
from staff.models import Notice
from tests.bookings.series import TUESDAYS, at, notices, rich, starts, weekly

Status = Booking.Status


def test_cancel_dates_calls_off_a_range_and_gives_the_room_back(approved, applicant, secretary, now, heard):
    series = approved(weekly(6))
    heard.clear()

    cancelled = cancel_dates(
        series_id=series.pk, first=TUESDAYS[2], last=TUESDAYS[4], reason="x", actor=applicant, now=now
    )

    assert [row.start_at for row in cancelled] == [at(on, 9) for on in TUESDAYS[2:5]]
    assert starts(series, Status.APPROVED) == [at(TUESDAYS[number], 9) for number in (0, 1, 5)]
    assert Occupancy.objects.count() == 3
    assert heard == [("booking_released", row.ref) for row in cancelled]
    assert notices(secretary)[-1] == ("series_cancelled", 3)
    assert notices(applicant)[-1] == ("series_approved", 6)


def test_cancel_dates_leaves_the_past_alone(approved, applicant, now):
    series = approved()

    cancel_dates(series_id=series.pk, first=date.min, last=date.max, actor=applicant, now=at(TUESDAYS[1], 10))

    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:2]]


def test_cancel_dates_again_says_that_none_is_left(approved, applicant, now):
    series = approved()
    terms = {"series_id": series.pk, "first": date.min, "last": date.max, "actor": applicant, "now": now}
    cancel_dates(**terms)

    with pytest.raises(BookingError) as caught:
        cancel_dates(**terms)

    assert caught.value.code == "no_open_dates"
    assert Notice.objects.filter(code="series_cancelled").count() == 1


@pytest.fixture
def change(applicant, now):
    def make(series, number, scope, *, keep=(), moment=None, **changes):
        booking = series.dates.get(on=TUESDAYS[number]).booking
        terms = {"changes": changes, "keep": keep, "actor": applicant, "now": moment or now}
        return change_series(booking_id=booking.pk, scope=scope, **terms)

    return make


def test_change_series_of_following_dates_leaves_earlier_ones(approved, change, applicant, secretary):
    series = approved()

    result = change(series, 2, Scope.FOLLOWING, title="新题")

    titles = list(series.bookings.order_by("start_at").values_list("title", flat=True))
    assert titles == ["季度会", "季度会", "新题", "新题"]
    assert (result.changed, result.reopened) == (2, 0)
    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:4]]


def test_change_series_of_one_date_leaves_the_others(approved, change):
    series = approved()

    change(series, 2, Scope.ONE, title="新题")

    assert list(series.bookings.order_by("start_at").values_list("title", flat=True)) == ["季度会"] * 2 + [
        "新题",
        "季度会",
    ]


def test_change_series_of_text_checks_no_conflict(approved, change, monkeypatch):
    series = approved()

    def never(*args, **kwargs):
        raise AssertionError("a conflict was looked for")

    monkeypatch.setattr("bookings.selectors.claims._rows", lambda pieces, exclude: never() if pieces else [])

    assert change(series, 0, Scope.ALL, title="新题").changed == 4


def test_change_series_never_changes_what_has_begun(approved, change):
    series = approved()

    change(series, 0, Scope.ALL, title="新题", moment=at(TUESDAYS[1], 10))

    titles = list(series.bookings.order_by("start_at").values_list("title", flat=True))
    assert titles == ["季度会", "季度会", "新题", "新题"]


def test_change_series_to_another_time_moves_each_date_and_reopens_it(approved, change, secretary, applicant):
    series = approved()

    result = change(series, 1, Scope.FOLLOWING, start_at=at(TUESDAYS[1], 14), end_at=at(TUESDAYS[1], 16))

    assert starts(series) == [at(TUESDAYS[0], 9), *(at(on, 14) for on in TUESDAYS[1:4])]
    assert starts(series, Status.APPROVED) == [at(TUESDAYS[0], 9)]
    assert (result.changed, result.reopened, Occupancy.objects.count()) == (3, 3, 1)
    # The rule's own dates stay known.
    assert [row.recurrence_at for row in series.bookings.order_by("start_at")] == [at(on, 9) for on in TUESDAYS[:4]]
    assert notices(secretary)[-1] == ("series_reopened", 3)


def test_change_series_to_another_weekday_shifts_each_date(ask, change):
    series = ask()

    change(series, 0, Scope.ALL, start_at=at(date(2026, 11, 26), 9), end_at=at(date(2026, 11, 26), 11))

    assert starts(series) == [at(on + timedelta(days=2), 9) for on in TUESDAYS[:4]]


def test_change_series_to_the_time_of_its_own_dates_is_no_conflict(approved, change):
    """Each date moves where another of the same series was a moment before."""
    series = approved(Rule(Every.DAY, TUESDAYS[0], count=4))

    change(series, 0, Scope.ALL, start_at=at(date(2026, 11, 25), 9), end_at=at(date(2026, 11, 25), 11))

    assert starts(series) == [at(TUESDAYS[0] + timedelta(days=number), 9) for number in range(1, 5)]


def test_change_series_onto_a_date_of_its_own_that_stays_is_refused(approved, change):
    series = approved(Rule(Every.WEEK, TUESDAYS[0], weekdays=(1, 2), count=4))
    wednesday = date(2026, 11, 25)

    with pytest.raises(SeriesTaken) as caught:
        change(series, 0, Scope.ONE, start_at=at(wednesday, 9), end_at=at(wednesday, 11))

    assert [each.start for each in caught.value.dates] == [at(wednesday, 9)]


def test_change_series_to_a_shorter_time_keeps_the_rooms(approved, change):
    series = approved()

    result = change(series, 0, Scope.ALL, end_at=at(TUESDAYS[0], 10))

    assert (result.changed, result.reopened) == (4, 0)
    assert [row.during.upper for row in Occupancy.objects.order_by("during")] == [
        at(on, 10) + timedelta(minutes=30) for on in TUESDAYS[:4]
    ]


def test_change_series_to_a_time_taken_on_one_date_changes_nothing(approved, change, take):
    series = approved()
    take(TUESDAYS[2], hours=(14, 16))
    moved = {"start_at": at(TUESDAYS[1], 14), "end_at": at(TUESDAYS[1], 16)}

    with pytest.raises(SeriesTaken) as caught:
        change(series, 1, Scope.FOLLOWING, **moved)

    assert [each.start for each in caught.value.dates] == [at(TUESDAYS[2], 14)]
    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:4]]
    assert Occupancy.objects.filter(closure=None).count() == 4

    change(series, 1, Scope.FOLLOWING, keep=[caught.value.dates[0].booking_id], **moved)

    assert starts(series, Status.APPROVED) == [at(TUESDAYS[0], 9), at(TUESDAYS[2], 9)]


def test_change_series_leaves_a_date_set_apart_in_its_own_time_and_room(ask, take, change, rooms):
    take(TUESDAYS[1])
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 15), at(TUESDAYS[1], 17))
    series = ask(instead={TUESDAYS[1]: other})

    change(series, 0, Scope.ALL, start_at=at(TUESDAYS[0], 13), end_at=at(TUESDAYS[0], 15), room=rich(rooms[2]))

    assert list(series.bookings.order_by("start_at").values_list("room", "start_at")) == [
        (rooms[1].pk if on == TUESDAYS[1] else rooms[2].pk, at(on, 15 if on == TUESDAYS[1] else 13))
        for on in TUESDAYS[:4]
    ]


def test_change_series_takes_a_new_agenda_to_each_date(ask, change):
    series = ask()
    item = AgendaData("开场", at(TUESDAYS[0], 9), at(TUESDAYS[0], 10))

    change(series, 0, Scope.ALL, agenda=(item,))

    for row in series.bookings.all():
        assert [each.starts_at for each in row.agenda.all()] == [row.start_at]


def test_change_series_to_what_it_is_changes_nothing(approved, change):
    assert change(approved(), 0, Scope.ALL, title="季度会").changed == 0


def test_change_series_takes_as_many_statements_for_many_dates_as_for_few(ask, change, query_count):
    few, many = ask(weekly(3)), ask(weekly(60), start_at=at(TUESDAYS[0], 14), end_at=at(TUESDAYS[0], 15))

    def count(series):
        return query_count(lambda: change(series, 0, Scope.ALL, title="新题", headcount=12))

    assert count(few) == count(many)
