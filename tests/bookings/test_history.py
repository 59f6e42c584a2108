"""The log of a booking as people read it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from bookings import services
from bookings.history import lines_of
from bookings.models import BookingLog
from bookings.selectors.history import log_of
from bookings.services import AgendaData, GuestData
from bookings.transitions import Verb
from bookings.wording import VERBS, verb_name
from tests import factories
from tests.bookings.pages import text_of

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def read(booking, user, language="en"):
    """Each line with its differences and details, newest first."""
    booking.refresh_from_db()
    with translation.override(language):
        return [
            (line.verb, [(each.label, each.before, each.after) for each in line.differences], line.details)
            for line in lines_of(log_of(booking), booking, user)
        ]


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_verb_has_words(language):
    with translation.override(language):
        words = [verb_name(verb) for verb in Verb]

    assert set(VERBS) == set(Verb)
    assert len(set(words)) == len(words)
    assert not {word for word in words if word in set(Verb)}


def test_change_shows_old_and_new(request_one, applicant, now):
    booking = request_one()
    changes = {"headcount": 12, "start_at": booking.start_at + HOUR, "layout": "u_shape", "tea": True}

    services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now + MINUTE)

    assert read(booking, applicant)[0] == (
        "Changed",
        [
            ("Start", "Tue 24 Nov 09:00", "Tue 24 Nov 10:00"),
            ("Head count", "10", "12"),
            ("Layout", "Board room", "U shape"),
            ("Tea", "no", "yes"),
        ],
        [],
    )


def test_change_of_a_habit_shows_the_habit(request_one, applicant, now):
    booking = request_one(guests=(GuestData(name="杜邦"),))
    guests = (GuestData(name="杜邦", ash_tray="left", tea="weak", country="法国"),)

    services.change_booking(booking_id=booking.pk, changes={"guests": guests}, actor=applicant, now=now + MINUTE)

    after = "杜邦 (法国, ash tray Left hand, tea Weak)"
    assert read(booking, applicant)[0][1] == [("Important guests", "杜邦", after)]


def test_change_of_the_agenda_shows_its_times(request_one, applicant, now):
    booking = request_one()
    agenda = (AgendaData("开场", booking.start_at, booking.start_at + HOUR / 2),)

    services.change_booking(booking_id=booking.pk, changes={"agenda": agenda}, actor=applicant, now=now + MINUTE)

    assert read(booking, applicant)[0][1] == [("Agenda", "–", "09:00–09:30 开场")]


def test_question_and_answer_are_quoted(request_one, applicant, secretary, server, now):
    booking = request_one()
    services.question_booking(booking_id=booking.pk, text="几点布置？", actor=secretary, now=now + MINUTE)
    services.answer_booking(booking_id=booking.pk, text="八点。", actor=applicant, now=now + 2 * MINUTE)

    assert read(booking, applicant)[:2] == [("Answered", [], ["八点。"]), ("Question asked", [], ["几点布置？"])]


def test_question_about_a_private_topic_is_not_for_others(approve_one, applicant, secretary, server, data, now):
    booking = services.request_booking(data=data(is_private=True, title="并购"), actor=applicant, now=now)
    services.question_booking(booking_id=booking.pk, text="并购组几人？", actor=secretary, now=now + MINUTE)
    services.answer_booking(booking_id=booking.pk, text="三人并购组", actor=applicant, now=now + 2 * MINUTE)
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now + 3 * MINUTE)

    assert "并购" in str(read(booking, secretary))
    assert "并购" not in str(read(booking, server))


def test_offer_says_what_was_offered_and_until_when(request_one, applicant, secretary, rooms, now):
    booking = request_one()
    times = {"start": booking.start_at, "end": booking.end_at}
    services.offer_alternative(
        booking_id=booking.pk, room_id=rooms[1].pk, actor=secretary, now=now + MINUTE, held_until=now + HOUR, **times
    )
    services.withdraw_expired_offers(now=now + 2 * HOUR)

    assert read(booking, applicant)[:2] == [
        ("Offer expired", [], []),
        (
            "Another room or time offered",
            [],
            ["201 · Tue 24 Nov 09:00–11:00", "held until Mon 23 Nov 10:00"],
        ),
    ]


def test_accepted_offer_shows_the_room_before_and_after(request_one, applicant, secretary, rooms, now):
    booking = request_one()
    times = {"start": booking.start_at, "end": booking.end_at}
    services.offer_alternative(booking_id=booking.pk, room_id=rooms[1].pk, actor=secretary, now=now, **times)
    services.accept_offer(booking_id=booking.pk, actor=applicant, now=now + MINUTE)

    assert read(booking, applicant)[0] == ("Offer accepted", [("Room", "108", "201")], [])


def test_approval_names_whom_it_kept_waiting_to_the_office_only(request_one, applicant, secretary, site, now):
    booking = request_one()
    other = factories.make_user("other", "applicant", site=site)
    losers = [request_one(actor=other).ref for _ in range(2)]

    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now + MINUTE)

    assert read(booking, secretary)[0] == (
        "Approved",
        [],
        [f"Kept waiting for the same room: {losers[0]}, {losers[1]}"],
    )
    assert read(booking, applicant)[0] == ("Approved", [], [])


@pytest.mark.parametrize(("verb", "words"), [("decline", "Declined"), ("cancel", "Cancelled")])
def test_end_of_a_request_tells_its_reason(request_one, secretary, now, verb, words):
    booking = request_one()

    getattr(services, f"{verb}_booking")(booking_id=booking.pk, reason="另有安排", actor=secretary, now=now + MINUTE)

    assert read(booking, secretary)[0] == (words, [], ["Reason: 另有安排"])


def test_meeting_from_start_to_file(run_one, server, applicant, now):
    booking = run_one()
    end = booking.end_at
    facts = {"booking_id": booking.pk, "actor": server}
    services.extend_meeting(end=end + HOUR, now=end, **facts)
    services.end_meeting(now=end + HOUR, **facts)
    services.close_booking(booking_id=booking.pk, now=end + 2 * HOUR)

    assert [(verb, differences) for verb, differences, _ in read(booking, applicant)[:4]] == [
        ("Closed", []),
        ("Meeting ended", []),
        ("Meeting extended", [("End", "Tue 24 Nov 11:00", "Tue 24 Nov 12:00")]),
        ("Meeting started", []),
    ]


def test_remark_on_a_guest_is_for_those_who_may_know_the_guests(request_one, applicant):
    booking = request_one(guests=(GuestData(name="李先生", ash_tray="left"),))

    (line,) = read(booking, applicant)

    assert line[2] == ["Smoking is not allowed in this room: no ash tray will be set out."]


def test_entry_of_an_unknown_kind_is_shown_as_it_stands(request_one, applicant, now):
    booking = request_one()
    BookingLog.objects.create(booking=booking, at=now + HOUR, verb="imported", changes={"source": ["a", "b"]})

    assert read(booking, applicant)[0] == ("imported", [], [])


@pytest.fixture
def browser(client, applicant, now, time_machine):
    time_machine.move_to(now + 5 * HOUR, tick=False)
    applicant.language = "en"
    applicant.save()
    client.force_login(applicant)
    return client


@pytest.fixture
def long_log(request_one, applicant, now):
    booking = request_one()
    for number in range(40):
        changes = {"headcount": 11 + number % 2}
        services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now + number * MINUTE)
    return booking


def test_detail_shows_the_newest_and_leads_to_the_rest(browser, long_log):
    page = browser.get(long_log.get_absolute_url())

    assert page.content.decode().count('class="log-verb"') == 8
    assert "All 41 entries" in text_of(page)
    assert reverse("bookings:history", args=[long_log.ref]) in page.content.decode()


def test_detail_of_two_outbid_opens(browser, request_one, secretary, site, now):
    """Two references are no pair of before and after."""
    booking = request_one()
    for _ in range(2):
        request_one(actor=secretary)
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    assert browser.get(booking.get_absolute_url()).status_code == 200


def test_history_comes_in_pages_newest_first(browser, long_log):
    address = reverse("bookings:history", args=[long_log.ref])

    first, second = (browser.get(address, {"page": number}) for number in ("1", "2"))

    counts = [page.content.decode().count('class="log-verb"') for page in (first, second)]
    assert counts == [30, 11]
    assert "Page 1 of 2" in text_of(first)
    assert "Written" in text_of(second)
    assert "Written" not in text_of(first)


@pytest.mark.parametrize("page", ["0", "x", "99999999999999999999", "-1"])
def test_history_of_no_such_page_shows_the_nearest(browser, long_log, page):
    assert browser.get(reverse("bookings:history", args=[long_log.ref]), {"page": page}).status_code == 200


def test_history_statements_do_not_grow_with_lines(browser, request_one, applicant, now, query_count):
    booking = request_one()
    pages = [booking.get_absolute_url(), reverse("bookings:history", args=[booking.ref])]
    services.change_booking(booking_id=booking.pk, changes={"headcount": 11}, actor=applicant, now=now)
    before = [query_count(lambda page=page: browser.get(page)) for page in pages]
    for number in (12, 13):
        services.change_booking(booking_id=booking.pk, changes={"headcount": number}, actor=applicant, now=now)

    assert [query_count(lambda page=page: browser.get(page)) for page in pages] == before
