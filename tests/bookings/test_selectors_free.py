from datetime import timedelta

import pytest

from bookings.selectors import competing_with, conflicts_of, free_rooms, remarks_on
from bookings.services import GuestData, close_room, offer_alternative
from rooms.models import EquipmentKind, RoomEquipment, Space
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def look(site, now):
    start = now + timedelta(days=1)

    def make(**fields):
        wish = {"site": site, "start": start, "end": start + 2 * HOUR, "headcount": 10} | fields
        return [(fit.room.code, fit.reasons) for fit in free_rooms(**wish)]

    return make


def test_free_rooms_come_best_fit_first(look, rooms):
    rooms[2].layouts.update(capacity=12)
    rooms[0].layouts.update(capacity=100)

    assert look() == [("205", ()), ("201", ()), ("108", ())]


def test_free_rooms_say_why_the_others_do_not_suit(look, rooms, approve_one):
    approve_one(room=rooms[0])
    rooms[1].layouts.update(capacity=9)
    rooms[2].equipment.all().delete()

    found = dict(look(equipment=["projector"]))

    assert found == {"108": ("taken",), "201": ("too_small",), "205": ("not_equipped",)}


def test_free_rooms_in_a_layout_they_do_not_have(look, room_108):
    assert look(layout="banquet") == [("108", ("no_layout",))]


def test_free_rooms_count_set_up_and_tear_down(look, room_108, approve_one):
    booking = approve_one()
    touching = booking.end_at + HOUR

    assert look(start=touching, end=touching + HOUR) == [("108", ())]
    assert look(start=touching - timedelta(minutes=1), end=touching + HOUR) == [("108", ("taken",))]


def test_free_rooms_count_microphones(look, room_108):
    RoomEquipment.objects.filter(kind=EquipmentKind.MICROPHONE).update(quantity=2)

    assert look(microphones=2) == [("108", ())]
    assert look(microphones=3) == [("108", ("not_equipped",))]


def test_free_rooms_leave_out_the_booking_itself(look, approve_one):
    booking = approve_one()

    assert look(exclude_booking=booking.pk) == [("108", ())]


def test_free_rooms_see_closures_and_their_neighbours_on_the_floor(look, site, manager, now):
    half, hall = factories.make_room(site, "A1"), factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("A", "A1")))
    start = now + timedelta(days=1)

    close_room(room_id=half.pk, start=start, end=start + HOUR, reason="维修", actor=manager, now=now)

    assert dict(look()) == {"A": ("taken",), "A1": ("taken",)}


def test_free_rooms_leave_out_those_not_in_use(look, room_108):
    room_108.is_active = False
    room_108.save()

    assert look() == []


def test_free_rooms_cost_the_same_for_one_room_and_three(look, query_count, room_108, site):
    one = query_count(look)
    factories.make_room(site, "301")
    factories.make_room(site, "302")

    assert query_count(look) == one


def test_competing_are_pending_requests_for_the_same_floor(request_one, approve_one, site, rooms, now):
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("A", "201")))
    mine = request_one(room=hall)
    half = request_one(room=rooms[1])
    request_one(room=rooms[2])
    request_one(room=hall, submit=False)
    apart = mine.end_at + HOUR
    request_one(room=hall, start_at=apart, end_at=apart + HOUR)

    assert list(competing_with(mine)) == [half]


def test_competing_counts_the_buffers(request_one):
    mine = request_one()
    start = mine.end_at + HOUR - timedelta(minutes=1)
    near = request_one(start_at=start, end_at=start + HOUR)

    assert list(competing_with(mine)) == [near]


def test_conflicts_are_what_others_hold(request_one, approve_one, secretary, now, rooms):
    mine, rival = request_one(), request_one()
    start, end = mine.start_at, mine.end_at
    offer_alternative(booking_id=mine.pk, room_id=mine.room_id, start=start, end=end, actor=secretary, now=now)

    assert list(conflicts_of(mine)) == []
    assert [row.offer.booking for row in conflicts_of(rival)] == [mine]


def test_remark_on_an_ash_tray_only_where_smoking_is_forbidden(request_one, room_108):
    booking = request_one(guests=(GuestData(name="李先生", ash_tray="left"),))

    before = remarks_on(booking)
    booking.room.allows_smoking = True

    assert (before, remarks_on(booking)) == (["ash_tray_no_smoking"], [])
