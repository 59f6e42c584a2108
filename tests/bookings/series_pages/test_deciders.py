"""A series whose dates are in rooms that different people decide on: each decides on their own dates."""

import pytest

from bookings.models import Booking
from bookings.permissions import decidable
from bookings.selectors import inbox_of
from bookings.services.deciding import add_approver
from bookings.services.series import Instead, request_series
from tests.bookings.pages import text_of
from tests.bookings.series import TUESDAYS, at, rich, weekly

Status = Booking.Status


@pytest.fixture
def mixed(ask, take, rooms, manager, site, secretary, now):
    """Four Tuesdays, the first in a room that the manager alone decides on."""
    take(TUESDAYS[0])
    add_approver(site=site, room=rooms[1], user=manager, actor=secretary, now=now)
    other = Instead(rich(rooms[1]), at(TUESDAYS[0], 9), at(TUESDAYS[0], 11))
    return ask(instead={TUESDAYS[0]: other})


def states(series):
    return [each.status for each in series.bookings.order_by("start_at")]


def test_each_decides_on_the_dates_in_their_rooms(mixed, secretary, manager, administrator):
    dates = list(mixed.bookings.select_related("site").order_by("start_at"))

    assert decidable(manager, dates) == dates[:1]
    assert decidable(secretary, dates) == dates[1:]
    assert decidable(administrator, dates) == dates


@pytest.mark.parametrize(
    ("verb", "fields", "state"),
    [
        ("approve", {}, Status.APPROVED),
        ("decline", {"reason": "停用"}, Status.DECLINED),
        ("question", {"text": "几个人？"}, Status.QUESTIONED),
    ],
)
def test_a_decision_on_a_series_touches_only_the_readers_dates(read_by, mixed, secretary, manager, verb, fields, state):
    read_by(secretary).post(f"/inbox/series/{mixed.ref}/{verb}/", fields)
    assert states(mixed) == [Status.REQUESTED, state, state, state]

    read_by(manager).post(f"/inbox/series/{mixed.ref}/{verb}/", fields)
    assert states(mixed) == [state] * 4


def test_a_date_that_others_decide_on_is_not_declined_by_leaving_it_out(read_by, mixed, secretary):
    first = mixed.bookings.earliest("start_at")

    read_by(secretary).post(f"/inbox/series/{mixed.ref}/approve/", {"leave_out": str(first.pk)})

    assert states(mixed) == [Status.REQUESTED] + [Status.APPROVED] * 3


def test_no_other_place_is_offered_for_a_date_that_others_decide_on(read_by, mixed, secretary, rooms):
    first = mixed.bookings.earliest("start_at")
    form = {"room": rooms[0].pk, "on": "2026-11-24", "start": "15:00", "end": "17:00"}

    page = read_by(secretary).post(f"/inbox/series/{mixed.ref}/offer/{first.pk}/", form)

    assert page.status_code == 403


def test_the_inbox_shows_each_their_dates_and_counts_the_others(read_by, mixed, secretary, manager):
    of_secretary, of_manager = text_of(read_by(secretary).get("/inbox/")), text_of(read_by(manager).get("/inbox/"))

    assert "3 dates wait" in of_secretary
    assert "1 more date is in a room that others decide on" in of_secretary
    assert "1 date waits" in of_manager
    assert "3 more dates are in rooms that others decide on" in of_manager


def test_a_series_waits_in_the_inbox_of_whoever_decides_on_any_date(mixed, secretary, manager, now):
    assert [item.may_decide for item in inbox_of(secretary, now)] == [True]
    assert [item.booking.start_at for item in inbox_of(manager, now)] == [at(TUESDAYS[0], 9)]


def test_a_manager_finds_a_series_by_its_later_date(ask, take, rooms, site, secretary, manager, now):
    take(TUESDAYS[2])
    add_approver(site=site, room=rooms[1], user=manager, actor=secretary, now=now)
    ask(instead={TUESDAYS[2]: Instead(rich(rooms[1]), at(TUESDAYS[2], 9), at(TUESDAYS[2], 11))})

    assert [item.booking.start_at for item in inbox_of(manager, now)] == [at(TUESDAYS[2], 9)]


def test_a_secretarys_own_series_is_decided_by_somebody_else(read_by, data, secretary, now):
    own = request_series(data=data(), rule=weekly(), actor=secretary, now=now)

    assert read_by(secretary).post(f"/inbox/series/{own.ref}/approve/").status_code == 403
    assert states(own) == [Status.REQUESTED] * 4
