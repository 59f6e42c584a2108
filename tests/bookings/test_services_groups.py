from dataclasses import replace
from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import Fault, InvalidBooking, RoomTaken, StateConflict
from bookings.models import Booking, BookingGroup, BookingLog, Occupancy, Offer
from bookings.services import FurtherRoom, GuestData
from checklists.models import ServicePlan
from rooms.models import Space
from staff.models import Notice
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def ask(data, rooms, applicant, now):
    """108 for the meeting, 201 and 205 for groups."""

    def make(*, further=None, submit=True, **fields):
        rows = [FurtherRoom(rooms[1], 6), FurtherRoom(rooms[2], 4)] if further is None else further
        facts = {"actor": applicant, "now": now, "submit": submit}
        return services.request_rooms(data=data(**fields), further=rows, **facts)

    return make


@pytest.fixture
def approve(secretary, now):
    return lambda booking: services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)


def states():
    return list(Booking.objects.order_by("pk").values_list("room__code", "status"))


def all_in(status):
    return [("108", status), ("201", status), ("205", status)]


def test_request_makes_a_booking_of_each_room(ask, now):
    main = ask(tea=True, purpose="年度规划")

    rows = list(Booking.objects.order_by("pk").values_list("room__code", "headcount", "tea", "start_at", "group"))
    times = main.start_at, main.group_id
    assert rows == [("108", 10, True, *times), ("201", 6, True, *times), ("205", 4, True, *times)]
    assert main.group.made_at == now
    assert BookingLog.objects.filter(verb="request").count() == 3


def test_request_leaves_table_and_programme_with_the_main_room(ask, rooms):
    guests = (GuestData(name="杜邦"),)
    further = [FurtherRoom(rooms[1], 6, layout="u_shape", purpose="分组讨论")]

    ask(further=further, guests=guests, name_plates=10, equipment=("projector",), flags=("法国",), purpose="年度规划")

    other = Booking.objects.get(room=rooms[1])
    assert (other.layout, other.purpose, other.name_plates, other.flags) == ("u_shape", "分组讨论", 0, [])
    assert (other.equipment, list(other.guests.all())) == ([], [])


def test_request_of_one_room_makes_no_group(ask):
    assert (ask(further=[]).group, BookingGroup.objects.count()) == (None, 0)


def test_request_with_one_room_taken_makes_none(ask, approve_one, rooms):
    approve_one(room=rooms[2])

    with pytest.raises(RoomTaken) as caught:
        ask()

    assert (caught.value.wanted.room, len(caught.value.alternatives) > 0) == (rooms[2], True)
    assert (Booking.objects.count(), BookingGroup.objects.count()) == (1, 0)


def test_request_names_the_row_that_is_wrong(ask, rooms):
    with pytest.raises(InvalidBooking) as caught:
        ask(further=[FurtherRoom(rooms[1], 6), FurtherRoom(rooms[2], 99)])

    assert caught.value.errors == {"further.1.headcount": [Fault("over_capacity", {"capacity": 24})]}
    assert Booking.objects.count() == 0


def test_request_of_rooms_that_share_floor_is_refused(ask, site, rooms):
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("A", "201")))

    with pytest.raises(InvalidBooking) as caught:
        ask(further=[FurtherRoom(rooms[1], 6), FurtherRoom(hall, 6), FurtherRoom(rooms[0], 6)])

    assert set(caught.value.errors) == {"further.1.room", "further.2.room"}


def test_request_for_more_rooms_than_one_may_have_is_refused(ask, rooms):
    with pytest.raises(InvalidBooking) as caught:
        ask(further=[FurtherRoom(rooms[1], 1)] * 10)

    assert caught.value.errors == {"further": [Fault("too_many", {"limit": 9})]}


def test_request_for_a_room_elsewhere_is_refused(ask, stranger):
    elsewhere = factories.make_room(stranger.site, "901")

    with pytest.raises(InvalidBooking) as caught:
        ask(further=[FurtherRoom(elsewhere, 1)])

    assert caught.value.errors == {"further.0.room": [Fault("unknown_room")]}


def test_draft_is_sent_with_all_its_rooms(ask, applicant, now):
    main = ask(submit=False)

    services.submit_booking(booking_id=main.pk, actor=applicant, now=now)

    assert states() == all_in("requested")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_approving_any_room_approves_all_with_a_plan_each(ask, approve, rooms, number):
    ask()

    approve(Booking.objects.get(room=rooms[number]))

    assert states() == all_in("approved")
    assert (Occupancy.objects.count(), ServicePlan.objects.count()) == (3, 3)


def test_approving_with_one_room_taken_approves_none(ask, approve, approve_one, rooms):
    main = ask()
    approve_one(room=rooms[1], start_at=main.start_at - 3 * HOUR, end_at=main.start_at - 59 * timedelta(minutes=1))

    with pytest.raises(RoomTaken) as caught:
        approve(main)

    assert caught.value.wanted.room == rooms[1]
    assert states()[:3] == all_in("requested")
    assert (Occupancy.objects.count(), ServicePlan.objects.count()) == (1, 1)
    assert not Notice.objects.filter(code="booking_approved", url=main.get_absolute_url()).exists()


def test_approving_twice_is_told_the_state(ask, approve, rooms):
    approve(ask())

    with pytest.raises(StateConflict):
        approve(Booking.objects.get(room=rooms[1]))


def test_approving_leaves_out_a_room_that_was_cancelled(ask, approve, applicant, rooms, now):
    main = ask()
    services.cancel_booking(booking_id=Booking.objects.get(room=rooms[1]).pk, actor=applicant, now=now)

    approve(main)

    assert states() == [("108", "approved"), ("201", "cancelled"), ("205", "approved")]


def test_declining_declines_all(ask, secretary, now):
    services.decline_booking(booking_id=ask().pk, reason="已满", actor=secretary, now=now)

    assert states() == all_in("declined")
    assert set(Booking.objects.values_list("decline_reason", flat=True)) == {"已满"}


def test_change_of_time_moves_all(ask, approve, applicant, now):
    main = approve(ask())
    changes = {"start_at": main.start_at + HOUR, "end_at": main.end_at + HOUR, "title": "改题"}

    result = services.change_booking(booking_id=main.pk, changes=changes, actor=applicant, now=now)

    assert result.reopened
    assert states() == all_in("requested")
    assert set(Booking.objects.values_list("start_at", flat=True)) == {main.start_at + HOUR}
    assert list(Booking.objects.order_by("pk").values_list("title", flat=True)) == ["改题", "季度会", "季度会"]


def test_shorter_time_keeps_the_approval_of_all(ask, approve, applicant, now):
    main = approve(ask())

    services.change_booking(booking_id=main.pk, changes={"end_at": main.end_at - HOUR}, actor=applicant, now=now)

    assert states() == all_in("approved")
    until = main.end_at - HOUR / 2
    assert {row.during.upper for row in Occupancy.objects.all()} == {until}


def test_change_of_time_with_one_room_taken_moves_none(ask, approve_one, applicant, rooms, now):
    main = ask()
    blocker = approve_one(room=rooms[2], start_at=main.end_at + 2 * HOUR, end_at=main.end_at + 3 * HOUR)
    changes = {"start_at": blocker.start_at, "end_at": blocker.end_at}

    with pytest.raises(RoomTaken) as caught:
        services.change_booking(booking_id=main.pk, changes=changes, actor=applicant, now=now)

    assert caught.value.wanted.room == rooms[2]
    assert set(Booking.objects.filter(group=main.group).values_list("start_at", flat=True)) == {main.start_at}


def test_change_of_anything_else_stays_with_its_room(ask, applicant, rooms, now):
    ask()
    other = Booking.objects.get(room=rooms[1])

    services.change_booking(booking_id=other.pk, changes={"headcount": 8}, actor=applicant, now=now)

    assert list(Booking.objects.order_by("pk").values_list("headcount", flat=True)) == [10, 8, 4]


def test_cancelling_one_keeps_the_others(ask, approve, applicant, rooms, now):
    main = approve(ask())

    services.cancel_booking(booking_id=main.pk, actor=applicant, now=now)

    assert states() == [("108", "cancelled"), ("201", "approved"), ("205", "approved")]
    assert Occupancy.objects.count() == 2


def test_cancelling_all_gives_every_room_back(ask, approve, applicant, now):
    main = approve(ask())

    services.cancel_all_rooms(booking_id=main.pk, actor=applicant, now=now, reason="改期")

    assert (states(), Occupancy.objects.count()) == (all_in("cancelled"), 0)
    assert set(Booking.objects.values_list("cancel_reason", flat=True)) == {"改期"}


def test_cancelling_all_leaves_a_meeting_that_runs(ask, approve, server, applicant, rooms, now):
    main = approve(ask())
    services.start_meeting(booking_id=Booking.objects.get(room=rooms[1]).pk, actor=server, now=main.start_at)

    services.cancel_all_rooms(booking_id=main.pk, actor=applicant, now=main.start_at)

    assert states() == [("108", "cancelled"), ("201", "running"), ("205", "cancelled")]


@pytest.fixture
def offer(secretary, site, now):
    def make(booking, shift=timedelta(0)):
        room = factories.make_room(site, "301")
        times = {"start": booking.start_at + shift, "end": booking.end_at + shift}
        return services.offer_alternative(booking_id=booking.pk, room_id=room.pk, actor=secretary, now=now, **times)

    return make


def test_offer_for_one_room_accepted_approves_all(ask, offer, applicant, secretary, now):
    main = ask()
    offer(main)

    services.accept_offer(booking_id=main.pk, actor=applicant, now=now)

    assert states() == [("301", "approved"), ("201", "approved"), ("205", "approved")]
    assert set(Booking.objects.values_list("decided_by", flat=True)) == {secretary.pk}


def test_offer_accepted_while_another_room_is_taken_changes_nothing(ask, offer, approve_one, applicant, rooms, now):
    main = ask()
    offer(main)
    approve_one(room=rooms[1])

    with pytest.raises(RoomTaken):
        services.accept_offer(booking_id=main.pk, actor=applicant, now=now)

    assert states()[:3] == all_in("requested")
    assert Offer.objects.get().state == "open"


def test_offer_of_another_time_for_one_of_several_rooms_is_refused(ask, offer):
    with pytest.raises(InvalidBooking) as caught:
        offer(ask(), shift=HOUR)

    assert caught.value.errors == {"start_at": [Fault("together")]}


def test_booking_alone_costs_one_statement_more(data, applicant, secretary, now, query_count, ask, rooms):
    """Whoever books one room does not pay for those who book several."""
    from inspect import unwrap

    alone, bare = (
        services.request_booking(data=replace(data(), room=room), actor=applicant, now=now) for room in rooms[:2]
    )

    verb = query_count(lambda: services.decline_booking(booking_id=alone.pk, reason="x", actor=secretary, now=now))
    raw = query_count(
        lambda: unwrap(services.decline_booking)(booking_id=bare.pk, reason="x", actor=secretary, now=now)
    )

    # Besides the transaction's own savepoint.
    assert verb - raw == 3
