"""One slot for many who wait, and decisions taken back while others act: real threads."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from bookings import services
from bookings.models import Booking, Occupancy, Offer, WaitingPlace
from bookings.services import waiting
from staff.models import Notice
from tests import factories
from tests.concurrency.test_approvals import kinds, overlaps

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
MANY = 8


@pytest.fixture
def holder(rooms, applicant, secretary, now):
    booking = factories.make_booking(room=rooms[0], applicant=applicant, start=now + 24 * HOUR)
    return services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)


@pytest.fixture
def line(holder, applicant, now):
    """Requests that wait for the holder's room and time, first come first."""
    bookings = [
        factories.make_booking(room=holder.room, applicant=applicant, start=holder.start_at) for _ in range(MANY)
    ]
    for number, booking in enumerate(bookings):
        at = now + timedelta(seconds=number)
        services.wait_for_slot(booking_id=booking.pk, actor=applicant, now=at)
    return bookings


def offered():
    return list(Offer.objects.filter(state="open").values_list("booking", flat=True))


def test_slot_offered_by_many_at_once_goes_to_the_first_alone(line, holder, applicant, now, at_once):
    later = now + HOUR
    Occupancy.objects.filter(booking=holder).delete()
    Booking.objects.filter(pk=holder.pk).update(status="cancelled")

    answers = at_once(*[partial(services.offer_free_slots, now=later)] * MANY)

    assert Counter(answers) == {1: 1, 0: MANY - 1}
    assert offered() == [line[0].pk]
    assert Notice.objects.filter(code="booking_slot_free").count() == 1
    assert overlaps() == []


def test_slot_offered_by_many_without_the_look_under_the_lock_is_offered_out_of_turn(
    line, holder, now, at_once, monkeypatch
):
    """The control: whoever asks first would be served, in whatever order they ask."""
    monkeypatch.setattr(waiting, "_has_somebody_before", lambda *args: False)
    Occupancy.objects.filter(booking=holder).delete()
    Booking.objects.filter(pk=holder.pk).update(status="cancelled")

    at_once(*(partial(waiting._try_offer, each.pk, now + HOUR) for each in reversed(line[1:])))

    assert offered() != [line[0].pk]
    assert overlaps() == []


def test_cancel_against_approval_and_line_leaves_one_holder(line, holder, applicant, secretary, rooms, now, at_once):
    outsider = factories.make_booking(room=rooms[0], applicant=applicant, start=holder.start_at)
    later = now + HOUR
    calls = [
        partial(services.cancel_booking, booking_id=holder.pk, actor=applicant, now=later),
        partial(services.approve_booking, booking_id=outsider.pk, actor=secretary, now=later),
        partial(services.offer_free_slots, now=later),
        partial(services.leave_line, booking_id=line[0].pk, actor=applicant, now=later),
    ]

    at_once(*calls)
    services.offer_free_slots(now=later)

    outsider.refresh_from_db()
    assert (outsider.status == "approved") + len(offered()) == 1
    assert overlaps() == []


def test_acceptance_against_leaving_and_expiry_ends_in_one_of_them(line, holder, applicant, now, at_once):
    services.cancel_booking(booking_id=holder.pk, actor=applicant, now=now + HOUR)
    first = line[0]
    at = now + HOUR + timedelta(minutes=5)
    calls = [
        partial(services.accept_offer, booking_id=first.pk, actor=applicant, now=at),
        partial(services.leave_line, booking_id=first.pk, actor=applicant, now=at),
        partial(services.withdraw_expired_offers, now=now + 20 * HOUR),
    ]

    at_once(*calls)
    services.offer_free_slots(now=at)

    first.refresh_from_db()
    place = WaitingPlace.objects.get(booking=first).state
    assert (first.status, place) in {("approved", "given"), ("requested", "left"), ("requested", "passed")}
    assert (first.status == "approved") + len(offered()) == 1
    assert overlaps() == []


def test_undo_against_cancel_start_and_second_undo_has_one_winner(holder, applicant, secretary, now, at_once):
    at = now + timedelta(seconds=2)
    undo = partial(services.undo_decision, booking_id=holder.pk, actor=secretary, now=at)
    cancel = partial(services.cancel_booking, booking_id=holder.pk, actor=applicant, now=at)

    answers = at_once(undo, undo, cancel)

    holder.refresh_from_db()
    # After an undo the request may be cancelled all the same; after a cancellation nothing is undone.
    assert holder.status in {"cancelled", "requested"}
    assert kinds(answers)["Booking"] in {1, 2}
    assert not Occupancy.objects.exists()


def test_undo_against_approval_of_the_rival_never_shares_the_room(holder, applicant, secretary, now, at_once):
    rival = factories.make_booking(room=holder.room, applicant=applicant, start=holder.start_at)
    at = now + timedelta(seconds=2)

    at_once(
        partial(services.undo_decision, booking_id=holder.pk, actor=secretary, now=at),
        partial(services.approve_booking, booking_id=rival.pk, actor=secretary, now=at),
    )

    holder.refresh_from_db()
    rival.refresh_from_db()
    assert holder.status == "requested"
    assert (rival.status, Occupancy.objects.count()) in {("approved", 1), ("requested", 0)}
    assert overlaps() == []


def test_many_approvals_of_the_same_choice_decide_each_once(rooms, applicant, secretary, administrator, now, at_once):
    bookings = [factories.make_booking(room=room, applicant=applicant, start=now + 24 * HOUR) for room in rooms]
    chosen = list(Booking.objects.select_related("site", "room", "applicant"))

    results = at_once(
        *(partial(services.approve_many, bookings=chosen, actor=actor, now=now) for actor in (secretary, administrator))
    )

    assert sum(len(result.done) for result in results) == len(bookings)
    assert sorted(error.code for result in results for _booking, error in result.refused) == ["wrong_state"] * 3
    assert overlaps() == []
