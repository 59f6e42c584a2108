from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, Fault, InvalidBooking, RoomTaken, StateConflict
from bookings.models import Booking, BookingLog, Offer
from rooms.models import Space
from staff.models import Delivery, Notice
from tests import factories

HOUR = timedelta(hours=1)


def occupied(booking):
    return [(row.during.lower, row.during.upper) for row in booking.occupancies.all()]


def recipients(code):
    return sorted(Notice.objects.filter(code=code).values_list("recipient__username", flat=True))


def approve(booking, actor, now):
    return services.approve_booking(booking_id=booking.pk, actor=actor, now=now)


def test_approve_takes_the_room_with_its_buffers(request_one, secretary, now, heard):
    booking = approve(request_one(), secretary, now)

    assert (booking.status, booking.decided_by, booking.decided_at) == ("approved", secretary, now)
    assert occupied(booking) == [(booking.start_at - HOUR / 2, booking.end_at + HOUR / 2)]
    assert heard == [("booking_approved", booking.ref)]


def test_approve_tells_the_applicant_in_app_and_by_mail(request_one, applicant, secretary, now):
    applicant.email = "a@example.org"
    applicant.save()

    approve(request_one(), secretary, now)

    assert recipients("booking_approved") == ["applicant"]
    assert [each.notice.code for each in Delivery.objects.all()] == ["booking_approved"]


def test_approve_tells_who_lost(request_one, secretary, site, now):
    rival = factories.make_user("rival", "applicant", site=site)
    winner, loser = request_one(), request_one(actor=rival)
    elsewhere = request_one(start_at=winner.end_at + HOUR, end_at=winner.end_at + 2 * HOUR, actor=rival)

    approve(winner, secretary, now)

    loser.refresh_from_db()
    assert loser.status == "requested"
    assert recipients("booking_outbid") == ["rival"]
    assert Notice.objects.get(code="booking_outbid").params["ref"] == loser.ref
    assert BookingLog.objects.get(verb="approve").changes == {"outbid": [loser.ref]}
    assert elsewhere.ref not in str(BookingLog.objects.get(verb="approve").changes)


def test_approve_of_the_loser_is_refused_without_naming_the_winner(request_one, secretary, rooms, now):
    winner, loser = request_one(title="秘密收购"), request_one()
    approve(winner, secretary, now)

    with pytest.raises(RoomTaken) as caught:
        approve(loser, secretary, now)

    assert caught.value.conflicts == occupied(winner)
    assert [each.room.code for each in caught.value.alternatives[:2]] == ["201", "205"]
    assert "秘密收购" not in repr(vars(caught.value))


def test_approve_again_conflicts(approve_one, secretary, now):
    booking = approve_one()

    with pytest.raises(StateConflict) as caught:
        approve(booking, secretary, now)

    assert caught.value.status == "approved"


def test_approve_when_the_time_is_over_is_refused(request_one, secretary):
    booking = request_one()

    with pytest.raises(BookingError) as caught:
        approve(booking, secretary, booking.end_at)

    assert caught.value.code == "too_late"


def test_approve_of_a_whole_hall_excludes_its_halves(request_one, secretary, site, now):
    half = factories.make_room(site, "A1")
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("A", "A1")))
    whole, part = request_one(room=hall), request_one(room=half)

    approve(whole, secretary, now)

    assert len(occupied(whole)) == 2
    assert recipients("booking_outbid") == ["applicant"]
    with pytest.raises(RoomTaken):
        approve(part, secretary, now)


def test_approve_of_a_half_excludes_the_whole_hall(request_one, secretary, site, now):
    half = factories.make_room(site, "A1")
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("A", "A1")))
    whole, part = request_one(room=hall), request_one(room=half)

    approve(part, secretary, now)

    with pytest.raises(RoomTaken):
        approve(whole, secretary, now)


def test_decline_keeps_the_reason_and_sends_it(request_one, applicant, secretary, now):
    booking = services.decline_booking(booking_id=request_one().pk, reason=" 已满 ", actor=secretary, now=now)

    assert (booking.status, booking.decline_reason, booking.decided_by) == ("declined", "已满", secretary)
    assert Notice.objects.get(recipient=applicant).params["reason"] == "已满"


@pytest.mark.parametrize(("reason", "code"), [("  ", "required"), ("字" * 501, "too_long"), ("a\x00", "bad_character")])
def test_decline_with_a_faulty_reason_is_refused(request_one, secretary, now, reason, code):
    booking = request_one()

    with pytest.raises(InvalidBooking) as caught:
        services.decline_booking(booking_id=booking.pk, reason=reason, actor=secretary, now=now)

    assert [fault.code for fault in caught.value.errors["reason"]] == [code]


def test_question_and_answer_keep_the_thread(request_one, applicant, secretary, now):
    booking = request_one()

    services.question_booking(booking_id=booking.pk, text="几点布置？", actor=secretary, now=now)
    asked = Booking.objects.get().status
    services.answer_booking(booking_id=booking.pk, text="八点。", actor=applicant, now=now + HOUR)

    assert (asked, Booking.objects.get().status) == ("questioned", "requested")
    assert [(each.author, each.kind, each.text) for each in booking.messages.all()] == [
        (secretary, "question", "几点布置？"),
        (applicant, "answer", "八点。"),
    ]
    assert (recipients("booking_questioned"), recipients("booking_answered")) == (["applicant"], ["secretary"])


def test_answer_without_a_question_conflicts(request_one, applicant, now):
    booking = request_one()

    with pytest.raises(StateConflict):
        services.answer_booking(booking_id=booking.pk, text="八点。", actor=applicant, now=now)


@pytest.fixture
def offer_one(request_one, rooms, secretary, now):
    """An offer of room 201 an hour later than wished."""

    def make(booking, **fields):
        start = booking.start_at + HOUR
        terms = {"room_id": rooms[1].pk, "start": start, "end": start + 2 * HOUR} | fields
        return services.offer_alternative(booking_id=booking.pk, actor=secretary, now=now, **terms)

    return make


def test_offer_holds_the_room_until_a_moment(request_one, offer_one, applicant, now):
    booking = request_one()

    offer = offer_one(booking)

    held = offer.occupancies.get().during
    assert (held.lower, held.upper) == (offer.start_at - HOUR / 2, offer.end_at + HOUR / 2)
    assert (offer.state, offer.held_until) == ("open", now + timedelta(hours=24))
    assert recipients("booking_offered") == [applicant.username]


def test_offer_is_held_no_longer_than_its_start(request_one, offer_one, now):
    booking = request_one(start_at=now + HOUR, end_at=now + 3 * HOUR)

    offer = offer_one(booking)

    assert offer.held_until == offer.start_at


def test_offer_of_a_taken_room_is_refused(request_one, approve_one, offer_one, rooms):
    approve_one(room=rooms[1])

    with pytest.raises(RoomTaken):
        offer_one(request_one())


def test_offer_again_withdraws_the_first(request_one, offer_one, rooms):
    booking = request_one()
    first = offer_one(booking)

    second = offer_one(booking, room_id=rooms[2].pk)

    first.refresh_from_db()
    assert (first.state, first.occupancies.count(), second.occupancies.count()) == ("withdrawn", 0, 1)


def test_offer_of_a_room_too_small_names_the_fault(request_one, offer_one, rooms):
    rooms[1].layouts.update(capacity=3)

    with pytest.raises(InvalidBooking) as caught:
        offer_one(request_one())

    assert caught.value.errors == {"headcount": [Fault("over_capacity", {"capacity": 3})]}


def test_accept_moves_the_booking_and_approves_it(request_one, offer_one, applicant, secretary, rooms, now, heard):
    booking = request_one()
    offer = offer_one(booking)

    services.accept_offer(booking_id=booking.pk, actor=applicant, now=now + HOUR)

    booking.refresh_from_db()
    assert (booking.status, booking.room, booking.start_at, booking.end_at) == (
        "approved", rooms[1], offer.start_at, offer.end_at,
    )  # fmt: skip
    assert (booking.decided_by, booking.decided_at, booking.version) == (secretary, now + HOUR, 1)
    assert occupied(booking) == [(booking.occupied_from, booking.occupied_until)]
    assert Offer.objects.get().state == "accepted"
    assert heard == [("booking_approved", booking.ref)]
    assert recipients("booking_offer_accepted") == ["secretary"]


def test_accept_after_the_hold_is_refused(request_one, offer_one, applicant):
    booking = request_one()
    offer = offer_one(booking)

    with pytest.raises(BookingError) as caught:
        services.accept_offer(booking_id=booking.pk, actor=applicant, now=offer.held_until)

    assert caught.value.code == "offer_gone"


def test_change_of_place_withdraws_the_offer(request_one, offer_one, applicant, now):
    booking = request_one()
    offer = offer_one(booking)

    services.change_booking(booking_id=booking.pk, changes={"headcount": 20}, actor=applicant, now=now)

    offer.refresh_from_db()
    assert (offer.state, offer.occupancies.count()) == ("withdrawn", 0)


def test_approve_gives_the_held_room_back(request_one, offer_one, secretary, now):
    booking = request_one()
    offer = offer_one(booking, room_id=booking.room_id)

    approve(booking, secretary, now)

    assert offer.occupancies.count() == 0
    assert occupied(booking) == [(booking.occupied_from, booking.occupied_until)]


def test_expired_offers_are_withdrawn_once(request_one, offer_one, now):
    offer = offer_one(request_one())

    before = services.withdraw_expired_offers(now=offer.held_until - HOUR)
    counts = [services.withdraw_expired_offers(now=offer.held_until) for _ in range(2)]

    offer.refresh_from_db()
    assert (before, counts) == (0, [1, 0])
    assert (offer.state, offer.occupancies.count()) == ("withdrawn", 0)
    assert recipients("booking_offer_expired") == ["applicant", "secretary"]
