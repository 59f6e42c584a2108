"""Several rooms in one request: approved by rule together or not at all."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.models import Booking, BookingLog, Occupancy
from bookings.services import FurtherRoom
from tests import factories
from tests.bookings.deciding.told import told

HOUR = timedelta(hours=1)


@pytest.fixture
def ask_rooms(data, rooms, applicant, now):
    def make(submit=True):
        further = [FurtherRoom(rooms[1], 6), FurtherRoom(rooms[2], 4)]
        return services.request_rooms(data=data(), further=further, actor=applicant, now=now, submit=submit)

    return make


def states():
    return list(Booking.objects.order_by("pk").values_list("status", flat=True))


def test_rooms_all_covered_are_approved_each_by_its_rule(ask_rooms, rule, rooms, now):
    small, large = rule(rooms[1], rooms[2], most_people=6), rule(rooms[0], most_people=10)

    main = ask_rooms()

    found = BookingLog.objects.filter(verb="approve").order_by("booking").values_list("changes__rule", flat=True)
    assert (main.status, main.decided_at, states()) == ("approved", now, ["approved"] * 3)
    assert (list(found), Occupancy.objects.count()) == ([large.pk, small.pk, small.pk], 3)
    assert (told("booking_requested"), told("booking_approved")) == ([], ["applicant"] * 3)


def test_rooms_not_all_covered_wait_all(ask_rooms, rule, rooms):
    rule(rooms[0], rooms[1], most_people=10)

    ask_rooms()

    assert (states(), Occupancy.objects.count()) == (["requested"] * 3, 0)
    assert told("booking_requested") == ["secretary"] * 3


@pytest.mark.parametrize(("people", "state"), [(10, "approved"), (9, "requested")])
def test_draft_of_several_rooms_is_approved_whole_or_not(ask_rooms, rule, applicant, now, people, state):
    rule(most_people=people)
    main = ask_rooms(submit=False)

    sent = services.submit_booking(booking_id=main.pk, actor=applicant, now=now)

    assert (sent.status, states()) == (state, [state] * 3)


def test_rooms_one_of_which_somebody_waits_for_wait_all(ask_rooms, request_one, rule, rooms, site):
    request_one(room=rooms[2], actor=factories.make_user("rival", "applicant", site=site))
    rule(most_people=10)

    ask_rooms()

    assert states() == ["requested"] * 4


def test_rooms_moved_keep_their_approval_only_together(ask_rooms, rule, change, secretary, rooms, now):
    main = ask_rooms()
    services.approve_booking(booking_id=main.pk, actor=secretary, now=now)
    rule(rooms[0], rooms[1], most_people=10)
    later = {"start_at": main.start_at + HOUR, "end_at": main.end_at + HOUR}

    partly = change(main, **later).reopened
    services.approve_booking(booking_id=main.pk, actor=secretary, now=now)
    rule(rooms[2], most_people=10)
    wholly = change(main, start_at=main.start_at + 2 * HOUR, end_at=main.end_at + 2 * HOUR)

    assert (partly, wholly.by_rule, states()) == (True, True, ["approved"] * 3)
    assert {each.start_at for each in Booking.objects.all()} == {main.start_at + 2 * HOUR}


def test_one_room_changed_is_measured_alone(ask_rooms, rule, change, secretary, rooms, now):
    services.approve_booking(booking_id=ask_rooms().pk, actor=secretary, now=now)
    rule(rooms[1], most_people=10)

    assert change(Booking.objects.get(room=rooms[1]), headcount=8).by_rule
    assert states() == ["approved"] * 3
