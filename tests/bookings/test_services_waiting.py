from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, RoomTaken
from bookings.models import Booking, Offer, WaitingPlace
from bookings.selectors import place_in_line
from staff.models import Notice
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def rival(site):
    return factories.make_user("rival", "applicant", site=site)


@pytest.fixture
def holder(approve_one):
    """Who has the room."""
    return approve_one(title="先批的会")


@pytest.fixture
def line_up(data, holder, now):
    """A latecomer's request for the same room, in the waiting list."""

    def make(actor, at=now, **fields):
        booking = services.request_booking(data=data(**fields), actor=actor, now=at, wait=True)
        assert place_in_line(booking)
        return booking

    return make


def states():
    return list(WaitingPlace.objects.order_by("pk").values_list("state", flat=True))


def offered(booking):
    return [(each.room, each.start_at, each.end_at) for each in booking.offers.filter(state="open")]


def cancel(booking, actor, now):
    return services.cancel_booking(booking_id=booking.pk, actor=actor, now=now)


def test_request_for_a_taken_room_may_wait(line_up, applicant, rival, now):
    booking = line_up(rival)

    assert (booking.status, booking.occupancies.count(), states()) == ("requested", 0, ["waiting"])
    assert list(booking.log.values_list("verb", flat=True)) == ["request", "wait"]


def test_request_that_may_wait_for_a_free_room_is_an_ordinary_one(data, rival, now):
    services.request_booking(data=data(), actor=rival, now=now, wait=True)

    assert states() == []


def test_loser_may_wait(request_one, secretary, rival, now):
    winner, loser = request_one(), request_one(actor=rival)
    services.approve_booking(booking_id=winner.pk, actor=secretary, now=now)

    place = services.wait_for_slot(booking_id=loser.pk, actor=rival, now=now)
    again = services.wait_for_slot(booking_id=loser.pk, actor=rival, now=now + HOUR)

    assert (place, states()) == (again, ["waiting"])


def test_waiting_for_a_free_room_is_refused(request_one, applicant, now):
    with pytest.raises(BookingError) as caught:
        services.wait_for_slot(booking_id=request_one().pk, actor=applicant, now=now)

    assert caught.value.code == "slot_free"


def test_slot_given_back_is_offered_to_the_first_in_line(
    line_up, holder, applicant, rival, now, django_capture_on_commit_callbacks
):
    first, second = line_up(rival), line_up(applicant, at=now + HOUR)

    with django_capture_on_commit_callbacks(execute=True):
        cancel(holder, applicant, now + 2 * HOUR)

    assert offered(first) == [(first.room, first.start_at, first.end_at)]
    assert offered(second) == []
    assert states() == ["offered", "waiting"]
    notice = Notice.objects.get(code="booking_slot_free")
    assert (notice.recipient, notice.params["ref"]) == (rival, first.ref)


def test_slot_is_held_for_two_working_hours_at_most(line_up, holder, applicant, rival, now):
    booking = line_up(rival)
    cancel(holder, applicant, now)

    services.offer_free_slots(now=now)

    assert booking.offers.get().held_until == now + 2 * HOUR


def test_slot_shortly_before_the_meeting_is_held_for_half_of_what_is_left(line_up, holder, applicant, rival, now):
    booking = line_up(rival)
    late = booking.start_at - HOUR
    cancel(holder, applicant, late)

    services.offer_free_slots(now=late)

    assert booking.offers.get().held_until == late + HOUR / 2


def test_accepted_slot_is_the_booking_of_whoever_waited(line_up, holder, applicant, rival, now, heard):
    booking = line_up(rival)
    cancel(holder, applicant, now)
    services.offer_free_slots(now=now)

    services.accept_offer(booking_id=booking.pk, actor=rival, now=now + HOUR)

    booking.refresh_from_db()
    assert (booking.status, booking.decided_by, booking.occupancies.count()) == ("approved", None, 1)
    assert states() == ["given"]
    assert heard[-1] == ("booking_approved", booking.ref)


def test_slot_not_taken_up_goes_to_the_next(line_up, holder, applicant, rival, now):
    first, second = line_up(rival), line_up(applicant)
    cancel(holder, applicant, now)
    services.offer_free_slots(now=now)

    services.withdraw_expired_offers(now=now + 3 * HOUR)
    services.offer_free_slots(now=now + 3 * HOUR)

    assert (offered(first), len(offered(second))) == ([], 1)
    assert states() == ["passed", "offered"]


def test_offering_twice_changes_nothing(line_up, holder, applicant, rival, now):
    line_up(rival)
    cancel(holder, applicant, now)

    assert [services.offer_free_slots(now=now) for _ in range(2)] == [1, 0]
    assert Offer.objects.count() == 1
    assert Notice.objects.filter(code="booking_slot_free").count() == 1


def test_two_that_do_not_overlap_are_both_offered_what_came_free(data, approve_one, applicant, rival, now):
    holder = approve_one(end_at=now + timedelta(days=1, hours=6))
    early = data(end_at=now + timedelta(days=1, hours=2))
    late = data(start_at=now + timedelta(days=1, hours=4), end_at=now + timedelta(days=1, hours=6))
    for each in (early, late):
        services.request_booking(data=each, actor=rival, now=now, wait=True)
    cancel(holder, applicant, now)

    assert services.offer_free_slots(now=now) == 2


def test_slot_that_fits_only_the_second_is_offered_to_the_second(data, approve_one, applicant, rival, now):
    day = now + timedelta(days=1)
    first_half = approve_one(end_at=day + 2 * HOUR)
    approve_one(start_at=day + 4 * HOUR, end_at=day + 6 * HOUR)
    whole = services.request_booking(data=data(end_at=day + 6 * HOUR), actor=rival, now=now, wait=True)
    half = services.request_booking(data=data(end_at=day + 2 * HOUR), actor=rival, now=now, wait=True)
    cancel(first_half, applicant, now)

    services.offer_free_slots(now=now)

    assert (offered(whole), len(offered(half))) == ([], 1)


@pytest.mark.parametrize("way", ["cancel", "move", "reopen", "undo"])
def test_slot_comes_free_by_every_way(
    line_up, holder, request_one, applicant, secretary, rooms, rival, now, way, django_capture_on_commit_callbacks
):
    booking = line_up(rival)

    with django_capture_on_commit_callbacks(execute=True):
        if way == "cancel":
            cancel(holder, applicant, now)
        elif way == "move":
            services.change_booking(booking_id=holder.pk, changes={"room": rooms[1]}, actor=applicant, now=now)
        elif way == "reopen":
            services.change_booking(booking_id=holder.pk, changes={"headcount": 20}, actor=applicant, now=now)
        else:
            services.undo_decision(booking_id=holder.pk, actor=secretary, now=now)

    # What was undone at once is no slot that came free: the two compete as before the click.
    assert len(offered(booking)) == (0 if way == "undo" else 1)


def test_shortened_meeting_frees_what_follows_it(
    data, approve_one, applicant, rival, now, django_capture_on_commit_callbacks
):
    day = now + timedelta(days=1)
    holder = approve_one(end_at=day + 4 * HOUR)
    later = data(start_at=day + 3 * HOUR, end_at=day + 4 * HOUR)
    booking = services.request_booking(data=later, actor=rival, now=now, wait=True)

    with django_capture_on_commit_callbacks(execute=True):
        services.change_booking(booking_id=holder.pk, changes={"end_at": day + 2 * HOUR}, actor=applicant, now=now)

    assert len(offered(booking)) == 1


def test_reopened_closure_frees_the_room(data, room_108, secretary, rival, now, django_capture_on_commit_callbacks):
    times = {"start": now + timedelta(hours=20), "end": now + timedelta(hours=30)}
    closure = services.close_room(room_id=room_108.pk, reason="x", actor=secretary, now=now, **times)
    booking = services.request_booking(data=data(), actor=rival, now=now, wait=True)

    with django_capture_on_commit_callbacks(execute=True):
        services.reopen_room(closure_id=closure.pk, actor=secretary, now=now)

    assert len(offered(booking)) == 1


def test_leaving_the_line_gives_back_what_was_held(line_up, holder, applicant, rival, now):
    first, second = line_up(rival), line_up(applicant)
    cancel(holder, applicant, now)
    services.offer_free_slots(now=now)

    services.leave_line(booking_id=first.pk, actor=rival, now=now)
    services.offer_free_slots(now=now)

    assert (offered(first), len(offered(second)), states()) == ([], 1, ["left", "offered"])


def test_change_of_time_loses_the_place(line_up, rival, now):
    booking = line_up(rival)
    changes = {"start_at": booking.start_at + 6 * HOUR, "end_at": booking.end_at + 6 * HOUR}

    services.change_booking(booking_id=booking.pk, changes=changes, actor=rival, now=now)

    assert states() == ["left"]


def test_request_for_exception_is_passed_over(line_up, holder, applicant, rival, now):
    booking = line_up(rival)
    Booking.objects.filter(pk=booking.pk).update(exceptions=["too_long"])
    cancel(holder, applicant, now)

    assert services.offer_free_slots(now=now) == 0


def test_request_that_no_longer_fits_its_room_blocks_nobody(line_up, holder, applicant, rival, room_108, now):
    first, second = line_up(rival, headcount=20), line_up(applicant)
    room_108.layouts.update(capacity=12)
    cancel(holder, applicant, now)

    assert [services.offer_free_slots(now=now) for _ in range(2)] == [1, 0]
    assert (offered(first), len(offered(second))) == ([], 1)


def test_slot_offered_is_not_for_others(line_up, holder, request_one, applicant, rival, now):
    line_up(rival)
    cancel(holder, applicant, now)
    services.offer_free_slots(now=now)

    with pytest.raises(RoomTaken):
        request_one()


def test_places_of_what_waits_no_more_are_closed(line_up, holder, applicant, secretary, rival, now):
    declined, cancelled = line_up(rival), line_up(applicant)
    services.decline_booking(booking_id=declined.pk, reason="x", actor=secretary, now=now)
    cancel(cancelled, applicant, now)

    # A decline may still be undone, and then its place is wanted.
    assert services.settle_places(now=now + timedelta(seconds=5)) == 1
    assert services.settle_places(now=now + HOUR) == 1
    assert states() == ["left", "left"]


def test_place_in_line_counts_those_before(line_up, request_one, applicant, rival, now):
    first, second = line_up(rival), line_up(applicant)

    assert [place_in_line(each) for each in (first, second)] == [1, 2]
