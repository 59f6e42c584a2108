from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking
from bookings.services import AgendaData, GuestData
from tests import factories
from tests.bookings.pages import text_of

HOUR = timedelta(hours=1)
# What a private meeting says of its topic.
HIDDEN = ("并购二", "并购报价", "收购对手", "并购组几人？")


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def page_of(client):
    """The booking's page as a person sees it, in English."""

    def get(booking, person, verb="", **posted):
        person.language = "en"
        person.save()
        client.force_login(person)
        address = booking.get_absolute_url()
        if not verb:
            return client.get(address)
        return client.post(f"{address}{verb}/", posted, follow=True)

    return get


def test_detail_waiting_says_by_when_a_decision_comes(page_of, request_one, applicant):
    words = text_of(page_of(request_one(), applicant))

    assert "Your request is waiting for a decision." in words
    assert "It is decided by Mon 23 Nov 14:30" in words


def test_detail_waiting_too_long_says_to_call(page_of, request_one, applicant, now):
    booking = request_one()
    Booking.objects.filter(pk=booking.pk).update(requested_at=now - timedelta(days=5))

    assert "It takes longer than usual." in text_of(page_of(booking, applicant))


def test_detail_approved_says_when_the_room_is_ready(page_of, request_one, applicant, secretary, now):
    booking = services.approve_booking(booking_id=request_one().pk, actor=secretary, now=now)

    words = text_of(page_of(booking, applicant))

    assert "Approved: room 108 is yours." in words
    assert "will be ready at 08:50" in words


def test_detail_guests_habits_are_for_who_may_see_them(page_of, request_one, applicant, secretary, now):
    booking = request_one(guests=(GuestData(name="杜邦", diet="不吃海鲜"),))

    assert "不吃海鲜" in text_of(page_of(booking, applicant))
    assert "不吃海鲜" in text_of(page_of(booking, secretary))


def test_detail_of_another_site_is_not_found(page_of, request_one, stranger):
    assert page_of(request_one(), stranger).status_code == 404


def test_detail_of_a_colleagues_booking_is_not_found(page_of, request_one, site):
    other = factories.make_user("other", "applicant", site=site)

    assert page_of(request_one(), other).status_code == 404


def test_detail_shows_the_difference_of_the_last_change(page_of, request_one, applicant, now):
    booking = request_one()
    services.change_booking(booking_id=booking.pk, changes={"headcount": 12, "tea": True}, actor=applicant, now=now)

    words = text_of(page_of(booking, applicant))

    assert "Head count before: 10 now: 12" in words
    assert "Tea before: no now: yes" in words


def test_answer_goes_back_to_the_secretary(page_of, request_one, applicant, secretary, now):
    booking = request_one()
    services.question_booking(booking_id=booking.pk, text="几支话筒？", actor=secretary, now=now)
    assert "几支话筒？" in text_of(page_of(booking, applicant))

    page = page_of(booking, applicant, "answer", text="两支")

    assert "Your answer is with the secretary." in text_of(page)
    assert Booking.objects.get().status == "requested"


def test_answer_empty_is_refused_beside_the_field(page_of, request_one, applicant, secretary, now):
    booking = request_one()
    services.question_booking(booking_id=booking.pk, text="几支话筒？", actor=secretary, now=now)

    page = page_of(booking, applicant, "answer", text=" ")

    assert page.status_code == 422
    assert "Please fill this in." in text_of(page)


def test_answer_by_another_is_forbidden(page_of, request_one, secretary, now):
    booking = request_one()
    services.question_booking(booking_id=booking.pk, text="几支？", actor=secretary, now=now)

    assert page_of(booking, secretary, "answer", text="两支").status_code == 403


def test_accept_takes_the_offered_room(page_of, request_one, applicant, secretary, rooms, now):
    booking = request_one()
    services.offer_alternative(
        booking_id=booking.pk, room_id=rooms[1].pk, start=booking.start_at, end=booking.end_at, actor=secretary, now=now
    )
    assert "The secretary offers another room or time." in text_of(page_of(booking, applicant))

    page_of(booking, applicant, "accept")

    booking.refresh_from_db()
    assert (booking.status, booking.room) == ("approved", rooms[1])


def test_accept_without_an_offer_says_so(page_of, request_one, applicant):
    page = page_of(request_one(), applicant, "accept")

    assert page.status_code == 409
    assert "The offer has expired or was withdrawn." in text_of(page)


def test_cancel_with_a_reason_gives_the_room_back(page_of, request_one, applicant, secretary, now):
    booking = services.approve_booking(booking_id=request_one().pk, actor=secretary, now=now)

    page = page_of(booking, applicant, "cancel", reason="改线上")

    booking.refresh_from_db()
    assert (booking.status, booking.cancel_reason, booking.occupancies.count()) == ("cancelled", "改线上", 0)
    assert "Reason: 改线上" in text_of(page)


def test_cancel_twice_tells_that_it_has_moved_on(page_of, request_one, applicant):
    booking = request_one()
    page_of(booking, applicant, "cancel", reason="")

    page = page_of(booking, applicant, "cancel", reason="")

    assert page.status_code == 409
    assert "The booking has meanwhile moved on" in text_of(page)


def test_submit_of_a_draft_asks_for_the_room(page_of, request_one, applicant):
    booking = request_one(submit=False)

    page_of(booking, applicant, "submit")

    booking.refresh_from_db()
    assert booking.status == "requested"


def test_submit_of_a_draft_gone_stale_leads_to_the_form(page_of, request_one, applicant, now):
    booking = request_one(submit=False)
    Booking.objects.filter(pk=booking.pk).update(start_at=now - HOUR)

    page = page_of(booking, applicant, "submit")

    assert page.redirect_chain[-1][0] == reverse("bookings:edit", args=[booking.ref])


@pytest.mark.parametrize("verb", ["submit", "answer", "accept", "cancel"])
def test_verbs_need_a_post(client, applicant, request_one, verb):
    client.force_login(applicant)

    assert client.get(f"{request_one().get_absolute_url()}{verb}/").status_code == 405


def test_mine_empty_says_what_to_do(client, applicant):
    applicant.language = "en"
    applicant.save()
    client.force_login(applicant)

    assert "No bookings yet" in text_of(client.get("/bookings/mine/"))


def test_mine_sorts_into_waiting_upcoming_and_past(client, applicant, request_one, secretary, rooms, now):
    applicant.language = "en"
    applicant.save()
    client.force_login(applicant)
    request_one(title="等着")
    services.approve_booking(booking_id=request_one(title="将到", room=rooms[1]).pk, actor=secretary, now=now)
    over = request_one(title="已过", room=rooms[2])
    Booking.objects.filter(pk=over.pk).update(status="closed", start_at=now - 3 * HOUR, end_at=now - HOUR)

    words = text_of(client.get("/bookings/mine/"))

    places = [words.index(word) for word in ("Waiting 1", "等着", "Upcoming", "将到", "Past", "已过")]
    assert places == sorted(places)


def test_mine_statements_do_not_grow_with_rows(client, applicant, request_one, rooms, query_count):
    client.force_login(applicant)
    request_one(room=rooms[0])
    client.get("/bookings/mine/")
    with_one = query_count(lambda: client.get("/bookings/mine/"))

    for room in rooms[1:]:
        request_one(room=room)

    assert query_count(lambda: client.get("/bookings/mine/")) == with_one


def test_detail_of_a_private_meeting_keeps_its_topic_from_the_floor(page_of, request_one, applicant, secretary, now):
    agenda = (AgendaData("并购报价", now + 24 * HOUR, now + 25 * HOUR),)
    booking = request_one(title="并购", purpose="收购对手", is_private=True, agenda=agenda)
    services.question_booking(booking_id=booking.pk, text="并购组几人？", actor=secretary, now=now)
    services.answer_booking(booking_id=booking.pk, text="十人", actor=applicant, now=now)
    services.change_booking(booking_id=booking.pk, changes={"title": "并购二"}, actor=applicant, now=now)
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    told = page_of(booking, applicant).content.decode()
    assert [word in told for word in HIDDEN] == [True] * 4
    for role in ("service_staff", "cleaner", "technician"):
        page = page_of(booking, factories.make_user(role, role, site=booking.site)).content.decode()
        assert (booking.ref in page, "并购" in page, "收购" in page) == (True, False, False)
