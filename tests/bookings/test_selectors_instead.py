from datetime import timedelta

import pytest

from bookings.errors import Wanted
from bookings.selectors import Wish, alternatives_for, alternatives_to
from rooms.models import RoomLayout, Space
from tests import factories

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def start(now):
    """Tomorrow at nine in Shanghai, a Tuesday."""
    return now + DAY


@pytest.fixture
def look(site, now, start):
    def make(*, own=None, headcount=10, layout="", equipment=(), at=start, length=2 * HOUR):
        wish = Wish(at, at + length, headcount, layout, frozenset(equipment), 0)
        return alternatives_to(site=site, wish=wish, own=own and own.pk, now=now)

    return make


def seen(found, kind):
    return [(each.room.code, each.shift_minutes) for each in found if each.kind == kind]


def test_alternatives_at_the_same_time_then_shifted(look, rooms, approve_one):
    booking = approve_one(room=rooms[0])

    found = look(own=rooms[0], at=booking.end_at - HOUR / 2 + HOUR, length=HOUR)

    assert seen(found, "other_room") == [("201", 0), ("205", 0)]
    assert seen(found, "shifted") == [("108", 30), ("108", 45), ("108", 60)]


def test_alternatives_say_what_they_cost(look, rooms):
    rooms[1].floor, rooms[1].standing_layout = "2", "theatre"
    rooms[1].save()

    found = {each.room.code: each.cost for each in look(own=rooms[0], layout="board_room") if each.kind == "other_room"}

    assert (found["201"].spare_seats, found["201"].moves_tables, found["201"].is_other_floor) == (14, True, True)
    assert (found["205"].spare_seats, found["205"].moves_tables, found["205"].is_other_floor) == (14, False, False)


def test_alternative_on_another_day_skips_the_weekend(look, rooms, approve_one, start):
    friday = start + 3 * DAY
    for room in rooms:
        approve_one(room=room, start_at=friday - 3 * HOUR, end_at=friday + 9 * HOUR)

    found = look(own=rooms[0], at=friday)

    assert [(each.kind, each.room.code, each.start) for each in found] == [
        ("another_day", "108", friday + 3 * DAY),
        ("another_day", "108", friday + 4 * DAY),
    ]


def test_alternative_joins_the_parts_that_are_too_small_alone(look, site, room_108):
    half, other, hall = (factories.make_room(site, code) for code in ("A1", "A2", "A"))
    hall.spaces.set(Space.objects.filter(code__in=("A1", "A2")))
    RoomLayout.objects.filter(room__in=[half, other, room_108]).update(capacity=20)
    RoomLayout.objects.filter(room=hall).update(capacity=40)

    assert seen(look(headcount=30), "joined") == [("A", 0)]
    assert seen(look(headcount=15), "joined") == []


def test_alternatives_with_less_only_where_they_are_near(look, rooms):
    RoomLayout.objects.filter(room=rooms[0]).update(capacity=27)
    RoomLayout.objects.filter(room=rooms[1]).update(capacity=26)
    RoomLayout.objects.filter(room=rooms[2]).update(capacity=30)

    found = [each for each in look(headcount=30, equipment=["recording"]) if each.kind == "less"]

    assert [(each.room.code, each.cost.spare_seats, each.cost.missing) for each in found] == [
        ("205", 0, ("recording",)),
        ("108", -3, ("recording",)),
    ]


def test_alternatives_of_a_refusal_can_be_asked_for_as_they_are(rooms, start, now):
    RoomLayout.objects.filter(room=rooms[1]).update(capacity=9)
    wanted = Wanted(room=rooms[0], start=start, end=start + HOUR, headcount=10, layout="board_room")

    assert {each.room.code for each in alternatives_for(wanted=wanted, now=now)} == {"108", "205"}


def test_alternatives_ignore_the_booking_itself(rooms, approve_one, now):
    booking = approve_one()
    times = {"start": booking.start_at, "end": booking.end_at}
    wanted = Wanted(room=rooms[0], headcount=10, layout="board_room", exclude_booking=booking.pk, **times)

    found = alternatives_for(wanted=wanted, now=now)

    assert [each.start for each in found if each.kind == "another_day"] == [booking.start_at + n * DAY for n in (1, 2)]
    assert seen(found, "shifted") == [("108", -15), ("108", 15), ("108", -30)]
    assert seen(found, "shorter") == []


def test_room_beyond_those_looked_at_on_other_days_is_not_offered_then(look, site, room_108, approve_one, start):
    for number in range(13):
        room = factories.make_room(site, f"B{number:02}")
        RoomLayout.objects.filter(room=room).update(capacity=10 + number)
    factories.make_room(site, "Z9")

    found = [each for each in look(own=room_108) if each.kind == "another_day"]

    assert [each.room.code for each in found] == ["108", "108"]


def test_alternatives_cost_the_same_for_one_room_and_three(look, site, room_108, query_count):
    one = query_count(look)
    factories.make_room(site, "301")
    factories.make_room(site, "302")

    assert query_count(look) == one
