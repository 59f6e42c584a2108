from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking
from bookings.services import GuestData
from tests import factories
from tests.bookings.pages import AGENDA, DAY, GUEST, field_value, filled, text_of

NEW = "/bookings/new/"


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def browser(client, applicant):
    applicant.department, applicant.phone = "市场部", "6201"
    applicant.language = "en"
    applicant.save()
    client.force_login(applicant)
    return client


def test_new_blank_proposes_the_next_half_hour_and_the_persons_own_department(browser, rooms):
    page = browser.get(NEW)

    assert page.status_code == 200
    assert [field_value(page, name) for name in ("on", "start", "end")] == ["2026-11-23", "09:30", "10:30"]
    assert [field_value(page, name) for name in ("host_department", "contact_name")] == ["市场部", "Applicant"]


def test_new_after_closing_time_proposes_the_next_working_morning(browser, rooms, now, time_machine):
    time_machine.move_to(now + timedelta(days=4, hours=10), tick=False)

    page = browser.get(NEW)

    assert [field_value(page, name) for name in ("on", "start")] == ["2026-11-30", "08:30"]


def test_new_from_the_board_takes_room_date_and_time(browser, rooms):
    page = browser.get(NEW, {"room": rooms[1].pk, "date": "2026-11-25", "start": "14:15", "end": "15:00"})

    assert [field_value(page, name) for name in ("on", "start", "end")] == ["2026-11-25", "14:15", "15:00"]
    assert f'value="{rooms[1].pk}" data-code="201" checked' in page.content.decode()


@pytest.mark.parametrize(
    "query", [{"date": "2026-99-99"}, {"start": "25:61"}, {"room": "x"}, {"from": "HW-NOT-THERE"}, {"end": "soon"}]
)
def test_new_with_a_mistyped_address_still_opens(browser, rooms, query):
    assert browser.get(NEW, query).status_code == 200


def test_new_sent_makes_a_request(browser, room_108):
    answer = browser.post(NEW, filled(room_108, tea="on", **GUEST, **AGENDA))

    booking = Booking.objects.get()
    assert answer.headers["Location"] == reverse("bookings:detail", args=[booking.ref])
    assert (booking.status, booking.tea, booking.guests.get().name, booking.agenda.get().title) == (
        "requested",
        True,
        "杜邦",
        "开场",
    )


def test_new_saved_as_draft_is_a_draft(browser, room_108):
    browser.post(NEW, filled(room_108, draft="1"))

    assert Booking.objects.get().status == "draft"


def test_new_wrong_says_it_beside_the_field_and_loses_nothing(browser, room_108):
    page = browser.post(NEW, filled(room_108, title="", headcount="99", tea="on", wishes="靠窗", **GUEST, **AGENDA))

    assert page.status_code == 422
    assert "Please fill this in." in text_of(page)
    assert [
        field_value(page, name) for name in ("headcount", "guests-0-name", "guests-0-country", "agenda-0-title")
    ] == [
        "99",
        "杜邦",
        "法国",
        "开场",
    ]
    assert "靠窗" in page.content.decode()
    assert not Booking.objects.exists()


def test_new_over_capacity_names_the_seats(browser, room_108):
    page = browser.post(NEW, filled(room_108, headcount="25"))

    assert page.status_code == 422
    assert "In this layout the room seats 24." in text_of(page)


def test_new_speaks_the_readers_language(browser, applicant, room_108):
    applicant.language = "zh-hans"
    applicant.save()

    page = browser.post(NEW, filled(room_108, end="08:00"))

    assert page.status_code == 422
    assert '<html lang="zh-hans">' in page.content.decode()
    assert "The end must be after the start." not in text_of(page)


def test_new_for_a_taken_room_says_when_and_offers_others(browser, request_one, secretary, rooms, now):
    taken = request_one()
    services.approve_booking(booking_id=taken.pk, actor=secretary, now=now)

    page = browser.post(NEW, filled(rooms[0], start="10:00", end="12:00"))

    assert page.status_code == 409
    assert "The room is already taken 08:30–11:30" in text_of(page)
    assert "Shorter Room 108 Tue 24 Nov" not in text_of(page)
    assert 'data-code="201"' in page.content.decode()
    assert Booking.objects.count() == 1


def test_new_is_not_for_floor_staff(client, server):
    client.force_login(server)

    assert client.get(NEW).status_code == 403


def test_new_at_a_foreign_site_is_not_found(browser, stranger):
    assert browser.get(NEW, {"site": "HK"}).status_code == 404


def test_new_from_an_earlier_meeting_repeats_it_next_week(browser, request_one):
    earlier = request_one(tea=True, guests=(GuestData(name="杜邦", diet="素食"),))

    page = browser.get(NEW, {"from": earlier.ref})

    assert [field_value(page, name) for name in ("on", "start", "end", "title", "guests-0-name")] == [
        "2026-12-01",
        "09:00",
        "11:00",
        "季度会",
        "杜邦",
    ]


def test_new_from_somebody_elses_meeting_repeats_nothing(browser, request_one, site):
    other = factories.make_user("other", "applicant", site=site)
    theirs = request_one(actor=other, title="机密")

    page = browser.get(NEW, {"from": theirs.ref})

    assert "机密" not in page.content.decode()


def test_rooms_lists_what_fits_first_and_says_why_others_do_not(browser, request_one, secretary, rooms, now):
    services.approve_booking(booking_id=request_one().pk, actor=secretary, now=now)
    rooms[1].layouts.filter(layout="board_room").update(capacity=4)

    page = browser.get("/bookings/new/rooms/", filled(rooms[2], room=""))

    words = text_of(page)
    assert words.index("Room 205") < min(words.index("Room 108"), words.index("Room 201"))
    assert "1 room fits; the best fit stands first." in words
    assert ("Taken" in words, "Too small" in words) == (True, True)


INSTEAD = [
    ("en", "Another time Room 108 Tue 24 Nov 12:00–13:00 30 min later 14 seats stay empty Take this"),
    ("en", "Shorter Room 108 Tue 24 Nov 12:00–12:30 30 min shorter 14 seats stay empty Take this"),
    ("en", "Another day Room 108 Wed 25 Nov 11:30–12:30 1 day later 14 seats stay empty Take this"),
]


@pytest.mark.parametrize(("language", "words"), INSTEAD)
def test_rooms_when_none_fits_shows_what_is_free_instead_and_its_cost(
    browser, applicant, approve_one, room_108, language, words
):
    applicant.language = language
    applicant.save()
    approve_one()

    page = browser.get("/bookings/new/rooms/", filled(room_108, room="", start="11:30", end="12:30"))

    assert words in text_of(page)


def test_rooms_with_less_say_what_the_form_becomes(browser, room_108):
    page = browser.get(
        "/bookings/new/rooms/", filled(room_108, headcount="26", equipment=["recording"], microphones="9")
    )

    assert (
        "Same time, with less Room 108 Tue 24 Nov 09:00–11:00 without: Microphones, Recording 2 seats short: seats 24"
        in text_of(page)
    )
    assert 'data-headcount="24" data-without="microphone recording"' in page.content.decode()


def test_rooms_while_others_fit_offer_another_time_of_the_chosen_one_that_is_taken(browser, approve_one, rooms):
    approve_one()

    page = browser.get("/bookings/new/rooms/", filled(rooms[0], start="11:30", end="12:30"))

    words = text_of(page)
    assert "Another time Room 108 Tue 24 Nov 12:00–13:00 30 min later" in words
    assert "Same time, another room" not in words


def test_rooms_without_a_time_asks_for_it(browser, rooms):
    page = browser.get("/bookings/new/rooms/", {"on": "2026-11-24", "start": "09:00", "end": "nine"})

    assert "Give the date and the times first; the rooms that fit then stand here." in text_of(page)


def test_edit_shows_the_booking_and_stores_the_difference(browser, request_one):
    booking = request_one(tea=True)
    address = reverse("bookings:edit", args=[booking.ref])
    assert field_value(browser.get(address), "title") == "季度会"

    answer = browser.post(address, filled(booking.room, title="年度会"))

    booking.refresh_from_db()
    assert answer.headers["Location"] == booking.get_absolute_url()
    assert (booking.title, booking.tea) == ("年度会", False)


def test_edit_of_substance_to_an_approved_booking_says_it_waits_again(browser, request_one, secretary, now):
    booking = request_one()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    page = browser.post(reverse("bookings:edit", args=[booking.ref]), filled(booking.room, headcount="20"), follow=True)

    assert "It needs a new decision, so the booking waits for the secretary again." in text_of(page)
    assert Booking.objects.get().status == "requested"


def test_edit_of_a_finished_booking_leads_back(browser, request_one, applicant, now):
    booking = request_one()
    services.cancel_booking(booking_id=booking.pk, actor=applicant, now=now)

    page = browser.get(reverse("bookings:edit", args=[booking.ref]), follow=True)

    assert page.redirect_chain == [(booking.get_absolute_url(), 302)]
    assert "This booking can no longer be changed." in text_of(page)


def test_new_page_statements_do_not_grow_with_rooms(browser, site, query_count):
    factories.make_room(site, "300")
    browser.get(NEW)
    with_one = query_count(lambda: browser.get(NEW))

    for code in ("301", "302"):
        factories.make_room(site, code)

    assert query_count(lambda: browser.get(NEW)) == with_one


def test_edit_over_a_day_later_keeps_the_week(browser, request_one, now):
    long_ago = request_one()
    Booking.objects.filter(pk=long_ago.pk).update(start_at=now - 20 * DAY, end_at=now - 20 * DAY + timedelta(hours=1))

    page = browser.get(NEW, {"from": long_ago.ref})

    assert field_value(page, "on") == "2026-11-24"
