from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking, WaitingPlace
from tests import factories
from tests.bookings.pages import FORM, text_of


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def own(client, applicant):
    applicant.language = "en"
    applicant.save()
    client.force_login(applicant)
    return client


@pytest.fixture
def winner(request_one, secretary, site, now):
    rival = factories.make_user("rival", "applicant", site=site)
    return lambda: services.approve_booking(booking_id=request_one(actor=rival).pk, actor=secretary, now=now)


def test_loser_lines_up_with_one_click_and_reads_the_number(own, request_one, winner):
    booking = request_one()
    winner()
    assert "Somebody else has the room then." in text_of(own.get(booking.get_absolute_url()))

    page = own.post(reverse("bookings:wait", args=[booking.ref]), follow=True)

    assert "You are on the waiting list and are told when the room comes free." in text_of(page)
    assert "Your request is number 1 on the waiting list for this room and time." in text_of(page)


def test_applicant_leaves_the_line(own, request_one, winner):
    booking = request_one()
    winner()
    own.post(reverse("bookings:wait", args=[booking.ref]))

    page = own.post(reverse("bookings:leave_line", args=[booking.ref]), follow=True)

    assert "You no longer wait for the room." in text_of(page)
    assert WaitingPlace.objects.get().state == "left"


def test_waiting_for_a_free_room_is_explained(own, request_one):
    page = own.post(reverse("bookings:wait", args=[request_one().ref]), follow=True)

    assert "The room is free then; there is nothing to wait for." in text_of(page)


def test_free_slot_stands_on_the_page_with_its_hour_and_is_accepted(own, request_one, winner, secretary, now):
    booking = request_one()
    taken = winner()
    own.post(reverse("bookings:wait", args=[booking.ref]))
    services.cancel_booking(booking_id=taken.pk, actor=secretary, now=now)
    services.offer_free_slots(now=now)

    words = text_of(own.get(booking.get_absolute_url()))
    assert "The room you wait for is free." in words
    assert "held for you until Mon 23 Nov 11:00" in words
    assert "Take the room" in words
    # Nobody proposed anything else: it is the very slot.
    assert "Slot offered" in words
    assert "Another room or time offered" not in words
    own.post(reverse("bookings:accept", args=[booking.ref]))

    booking.refresh_from_db()
    assert booking.status == "approved"


def test_latecomer_is_offered_to_wait_and_loses_nothing_typed(own, winner, room_108):
    winner()

    refused = own.post(reverse("bookings:new"), FORM | {"room": room_108.pk, "title": "迟到的会"})

    assert refused.status_code == 409
    assert "Send it and wait for the slot" in text_of(refused)
    assert "迟到的会" in refused.content.decode()


def test_latecomer_sends_the_request_into_the_line(own, winner, applicant, room_108):
    winner()

    own.post(reverse("bookings:new"), FORM | {"room": room_108.pk, "wait": "1"})

    booking = Booking.objects.get(applicant=applicant)
    assert (booking.status, booking.waiting_places.get().state) == ("requested", "waiting")


def test_request_beyond_the_bounds_asks_why_and_is_sent_with_the_reason(own, applicant, room_108, site):
    site.booking_policies.create(longest_minutes=60)
    form = FORM | {"room": room_108.pk}

    refused = own.post(reverse("bookings:new"), form)
    sent = own.post(reverse("bookings:new"), form | {"exception_reason": "董事会"}, follow=True)

    assert refused.status_code == 422
    assert "This goes beyond the rules of the room (longer than allowed)." in text_of(refused)
    assert "A request for exception: longer than allowed" in text_of(sent)
    assert Booking.objects.get(applicant=applicant).exceptions == ["too_long"]


def test_exception_and_place_stand_before_the_secretary(client, own, winner, secretary, applicant, room_108, site):
    winner()
    site.booking_policies.create(longest_minutes=60)
    own.post(reverse("bookings:new"), FORM | {"room": room_108.pk, "wait": "1", "exception_reason": "董事会"})
    secretary.language = "en"
    secretary.save()
    client.force_login(secretary)

    words = text_of(client.get("/inbox/"))

    for said in ("Exception", "Waiting list", "A request for exception: longer than allowed", "董事会"):
        assert said in words
    assert "Number 1 on the waiting list for this room and time" in words


def test_two_losers_in_the_log_do_not_break_the_page(own, client, request_one, secretary, site, now):
    for name in ("one", "two"):
        request_one(actor=factories.make_user(name, "applicant", site=site))
    booking = request_one()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now + timedelta(minutes=1))

    assert own.get(booking.get_absolute_url()).status_code == 200
