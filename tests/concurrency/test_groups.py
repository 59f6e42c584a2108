"""Requests for several rooms, decided at the same moment."""

from datetime import timedelta
from functools import partial

import pytest

from bookings import services
from bookings.errors import BookingError, RoomTaken, StateConflict
from bookings.models import Booking, Occupancy
from bookings.services import BookingData, FurtherRoom

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


@pytest.fixture
def ask(applicant, now):
    def make(rooms, hours=24):
        start = now + timedelta(hours=hours)
        data = BookingData(
            room=rooms[0],
            title="季度会",
            start_at=start,
            end_at=start + timedelta(hours=1),
            headcount=5,
            host_department="市场部",
            contact_name="王敏",
        )
        further = [FurtherRoom(room, 5) for room in rooms[1:]]
        return services.request_rooms(data=data, further=further, actor=applicant, now=now)

    return make


@pytest.fixture
def approving(secretary, now):
    return lambda booking: partial(services.approve_booking, booking_id=booking.pk, actor=secretary, now=now)


def held():
    return sorted(Occupancy.objects.values_list("booking__group", "space__code"))


@pytest.mark.parametrize("number", range(ROUNDS))
def test_requests_for_the_same_rooms_in_another_order_one_wins_all(ask, approving, rooms, at_once, number):
    groups = [ask(order) for order in (rooms, rooms[::-1], [rooms[1], rooms[0]], [rooms[2], rooms[1]])]

    answers = at_once(*map(approving, groups))

    won = [answer for answer in answers if isinstance(answer, Booking)]
    assert {type(answer) for answer in answers if answer not in won} == {RoomTaken}
    assert len(won) in {1, 2}
    for group in groups:
        states = set(Booking.objects.filter(group=group.group).values_list("status", flat=True))
        assert len(states) == 1
    assert len({space for _, space in held()}) == len(held())


def test_two_decide_on_different_rooms_of_one_request_the_second_is_told(
    ask, approving, secretary, rooms, at_once, now
):
    main = ask(rooms)
    other = Booking.objects.get(room=rooms[2])
    decline = partial(services.decline_booking, booking_id=other.pk, reason="已满", actor=secretary, now=now)

    answers = at_once(approving(main), decline)

    assert sorted(type(answer) for answer in answers if isinstance(answer, BookingError)) == [StateConflict]
    assert len(set(Booking.objects.values_list("status", flat=True))) == 1


def test_moves_and_decisions_of_crossing_requests_do_not_lock_each_other(
    ask, approving, applicant, rooms, at_once, now
):
    groups = [ask(order, hours) for hours in (24, 27, 30) for order in (rooms, rooms[::-1])]

    def move(booking, hours):
        times = {name: getattr(booking, name) + timedelta(hours=hours) for name in ("start_at", "end_at")}
        return partial(services.change_booking, booking_id=booking.pk, changes=times, actor=applicant, now=now)

    calls = [approving(group) for group in groups[::2]]
    calls += [move(group, hours) for group, hours in zip(groups, (3, -3, 3, -3, -6, 6), strict=True)]
    answers = at_once(*calls)

    assert [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, BookingError)
    ] == []
    for group in groups:
        facts = set(Booking.objects.filter(group=group.group).values_list("status", "start_at"))
        assert len(facts) == 1
