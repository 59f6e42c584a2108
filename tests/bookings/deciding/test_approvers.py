"""Who decides on a request: the approvers of its room, of its site, else the secretaries."""

import pytest

from bookings.errors import InvalidBooking
from bookings.models import Approver
from bookings.permissions import can_decide, can_use_inbox
from bookings.selectors import inbox_of
from tests.bookings.deciding.told import told


def test_room_without_approvers_is_decided_by_the_sites_secretaries(request_one, secretary, second, manager):
    booking = request_one()

    assert [can_decide(each, booking) for each in (secretary, second, manager)] == [True, True, False]
    assert told("booking_requested") == ["second", "secretary"]


def test_room_with_an_approver_is_decided_by_that_person(request_one, name, secretary, manager, room_108, rooms):
    name(manager, room_108)
    here, elsewhere = request_one(), request_one(room=rooms[1])

    assert [can_decide(each, here) for each in (secretary, manager)] == [False, True]
    assert [can_decide(each, elsewhere) for each in (secretary, manager)] == [True, False]
    assert told("booking_requested") == ["manager", "secretary"]


def test_approver_of_the_site_decides_where_no_room_has_its_own(
    request_one, name, secretary, second, manager, room_108, rooms
):
    name(second)
    name(manager, room_108)
    here, elsewhere = request_one(), request_one(room=rooms[1])

    assert [can_decide(each, here) for each in (secretary, second, manager)] == [False, False, True]
    assert [can_decide(each, elsewhere) for each in (secretary, second, manager)] == [False, True, False]


def test_own_request_of_the_rooms_approver_goes_to_the_next_circle(request_one, name, secretary, manager, room_108):
    name(manager, room_108)
    booking = request_one(actor=manager)

    assert [can_decide(each, booking) for each in (secretary, manager)] == [True, False]
    assert told("booking_requested") == ["secretary"]


def test_own_request_of_the_only_secretary_goes_to_the_administrators(request_one, secretary, administrator):
    booking = request_one(actor=secretary)

    assert [can_decide(each, booking) for each in (secretary, administrator)] == [False, True]
    assert told("booking_requested") == ["admin"]


@pytest.mark.parametrize("change", ["left", "moved", "other_role"])
def test_approver_who_is_no_longer_there_decides_nothing(
    request_one, name, secretary, second, room_108, stranger, change
):
    name(second, room_108)
    if change == "left":
        second.is_active = False
    elif change == "moved":
        second.site = stranger.site
    else:
        second.groups.clear()
    second.save()
    booking = request_one()

    second = type(second).objects.get(pk=second.pk)
    assert [can_decide(each, booking) for each in (secretary, second)] == [True, False]


def test_approver_must_work_at_the_site_as_one_who_may(name, applicant, stranger):
    for user in (applicant, stranger):
        with pytest.raises(InvalidBooking) as caught:
            name(user)
        assert [fault.code for fault in caught.value.errors["user"]] == ["cannot_decide"]


def test_manager_finds_in_the_inbox_what_is_theirs_to_decide(request_one, name, manager, room_108, rooms, now):
    assert not can_use_inbox(manager)
    name(manager, room_108)
    here, _elsewhere = request_one(), request_one(room=rooms[1])

    assert can_use_inbox(manager)
    assert [item.booking for item in inbox_of(manager, now)] == [here]


def test_secretary_sees_what_others_decide_and_is_told_so(request_one, name, secretary, manager, room_108, now):
    name(manager, room_108)
    request_one()

    assert [item.may_decide for item in inbox_of(secretary, now)] == [False]


def test_approver_named_twice_stands_once(name, manager, room_108):
    assert name(manager, room_108) == name(manager, room_108)
    assert Approver.objects.count() == 1
