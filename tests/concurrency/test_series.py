"""Series at the same moment: one wins whole, no half of one is left, and nothing deadlocks."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from bookings import services
from bookings.errors import RoomTaken, SeriesTaken, StateConflict
from bookings.models import Booking, Occupancy, Series
from bookings.recurrence import Every, Rule
from bookings.services import BookingData
from bookings.services.series import Scope, approve_series, cancel_dates, change_series, decline_series, request_series
from rooms.models import Room, Space
from staff.models import Notice
from tests import factories
from tests.concurrency.test_approvals import kinds, overlaps

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
DAYS = 12


@pytest.fixture
def ask(rooms, applicant, now):
    def make(room=None, *, count=DAYS, hours=3, every=Every.DAY):
        start = now + timedelta(days=1, hours=hours)
        chosen = Room.objects.with_fittings().get(pk=(room or rooms[0]).pk)
        facts = {"headcount": 5, "host_department": "市场部", "contact_name": "王敏", "title": "例会"}
        data = BookingData(room=chosen, start_at=start, end_at=start + HOUR, **facts)
        return request_series(data=data, rule=Rule(every, start.date(), count=count), actor=applicant, now=now)

    return make


def states(series):
    return Counter(series.bookings.values_list("status", flat=True))


def test_two_series_of_one_room_have_one_winner_and_no_half(ask, secretary, now, at_once):
    rivals = [ask() for _ in range(6)]

    answers = at_once(*(partial(approve_series, series_id=each.pk, actor=secretary, now=now) for each in rivals))

    assert kinds(answers) == {"Series": 1, "SeriesTaken": 5}
    assert all(len(answer.dates) == DAYS for answer in answers if isinstance(answer, SeriesTaken))
    assert sorted(map(str, (states(each) for each in rivals))) == sorted(
        map(str, [Counter(approved=DAYS), *[Counter(requested=DAYS)] * 5])
    )
    assert (Occupancy.objects.count(), overlaps()) == (DAYS, [])


def test_series_that_meet_on_one_date_leave_no_half_behind(ask, rooms, secretary, now, at_once):
    daily, monthly = ask(), ask(every=Every.WEEK, count=4)

    answers = at_once(
        *(partial(approve_series, series_id=each.pk, actor=secretary, now=now) for each in (daily, monthly))
    )

    assert kinds(answers) == {"Series": 1, "SeriesTaken": 1}
    assert len(states(daily)) == len(states(monthly)) == 1
    assert overlaps() == []


def test_series_of_a_hall_and_its_halves_never_deadlock(site, rooms, ask, secretary, now, at_once):
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("108", "201")))
    wanted = [ask(room) for room in (hall, rooms[1], rooms[0], hall)]

    answers = at_once(*(partial(approve_series, series_id=each.pk, actor=secretary, now=now) for each in wanted))

    assert set(kinds(answers)) == {"Series", "SeriesTaken"}
    assert kinds(answers)["Series"] in {1, 2}
    assert overlaps() == []


def test_one_series_approved_by_many_has_one_winner(ask, secretary, now, at_once):
    series = ask()

    answers = at_once(*[partial(approve_series, series_id=series.pk, actor=secretary, now=now)] * 8)

    assert kinds(answers) == {"Series": 1, "StateConflict": 7}
    assert Notice.objects.filter(code="series_approved").count() == 1


def test_approval_against_a_decline_of_a_date_in_the_middle(ask, secretary, now, at_once):
    series = ask()
    middle = series.bookings.order_by("start_at")[DAYS // 2]

    answers = at_once(
        partial(approve_series, series_id=series.pk, actor=secretary, now=now),
        partial(services.decline_booking, booking_id=middle.pk, reason="x", actor=secretary, now=now),
    )

    assert isinstance(answers[0], Series)
    declined = isinstance(answers[1], Booking)
    assert declined or isinstance(answers[1], StateConflict)
    assert states(series) == (Counter(approved=DAYS - 1, declined=1) if declined else Counter(approved=DAYS))
    assert Occupancy.objects.count() == DAYS - declined


def test_approval_against_the_approval_of_a_single_request(ask, rooms, applicant, secretary, now, at_once):
    series = ask()
    single = factories.make_booking(room=rooms[0], applicant=applicant, start=now + timedelta(days=6, hours=3))

    answers = at_once(
        partial(approve_series, series_id=series.pk, actor=secretary, now=now),
        partial(services.approve_booking, booking_id=single.pk, actor=secretary, now=now),
    )

    assert sorted(type(answer).__name__ for answer in answers) in (["RoomTaken", "Series"], ["Booking", "SeriesTaken"])
    assert len(states(series)) == 1
    assert overlaps() == []
    assert isinstance(answers[1], RoomTaken | Booking)


def test_approval_decline_cancel_and_change_at_once_leave_what_is_taken_true(ask, applicant, secretary, now, at_once):
    series = ask()
    first = series.bookings.earliest("start_at")
    changes = {"start_at": first.start_at + 5 * HOUR, "end_at": first.end_at + 5 * HOUR}

    answers = at_once(
        partial(approve_series, series_id=series.pk, actor=secretary, now=now),
        partial(decline_series, series_id=series.pk, reason="x", actor=secretary, now=now),
        partial(
            cancel_dates,
            series_id=series.pk,
            first=first.start_at.date(),
            last=first.start_at.date() + timedelta(days=3),
            actor=applicant,
            now=now,
        ),
        partial(change_series, booking_id=first.pk, scope=Scope.ALL, changes=changes, actor=applicant, now=now),
    )

    assert not [answer for answer in answers if isinstance(answer, IntegrityError)]
    held = set(Occupancy.objects.values_list("booking", flat=True))
    assert held == set(series.bookings.filter(status="approved").values_list("pk", flat=True))
    assert overlaps() == []


def test_requests_of_series_at_once_take_different_references(ask, at_once):
    answers = at_once(*[ask] * 8)

    assert kinds(answers) == {"Series": 8}
    refs = list(Booking.objects.values_list("ref", flat=True))
    assert len(refs) == len(set(refs)) == 8 * DAYS


def test_series_without_the_lock_is_stopped_by_the_constraint(ask, secretary, now, at_once, monkeypatch):
    """The control: the look before the leap alone would let two through."""
    monkeypatch.setattr("bookings.services.series.spaces.occupancy.lock_spaces", lambda *room_ids: [])
    monkeypatch.setattr("bookings.services.series.decisions.taken_among", lambda *args, **kwargs: {})
    rivals = [ask() for _ in range(3)]

    at_once(*(partial(approve_series, series_id=each.pk, actor=secretary, now=now) for each in rivals))

    assert sum(states(each)["approved"] for each in rivals) in {0, DAYS}
    assert overlaps() == []
