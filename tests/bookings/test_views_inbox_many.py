"""The inbox beyond one request: filters, look-times, several at once, undo, common reasons."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking, DeclineReason
from tests import factories
from tests.bookings.pages import text_of

INBOX = "/inbox/"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def desk(client, secretary):
    secretary.language = "en"
    secretary.save()
    client.force_login(secretary)
    return client


def send(desk, name, htmx=True, **posted):
    headers = {"HX-Request": "true"} if htmx else {}
    return desk.post(reverse(f"bookings:{name}"), posted, headers=headers)


def refs(page):
    return [row["item"].booking.ref for row in page.context["items"]]


def test_several_are_approved_and_the_others_named_with_the_reason(desk, request_one, rooms):
    first, other, rival = request_one(), request_one(room=rooms[1]), request_one()

    page = send(desk, "approve_several", chosen=[first.ref, other.ref, rival.ref])

    assert page.status_code == 200
    assert json.loads(page["HX-Trigger"])["toast"]["text"] == "2 requests are approved."
    words = text_of(page)
    assert f"1 could not be done: {rival.ref} 108 – The room is taken at that time." in words
    assert Booking.objects.filter(status="approved").count() == 2


def test_several_without_any_chosen_changes_nothing(desk, request_one):
    request_one()

    page = send(desk, "approve_several", htmx=False)

    assert (page.status_code, Booking.objects.get().status) == (302, "requested")


def test_several_of_another_site_are_passed_over(client, stranger, request_one):
    booking = request_one()
    client.force_login(stranger)

    send(client, "approve_several", chosen=[booking.ref])

    booking.refresh_from_db()
    assert booking.status == "requested"


def test_undo_is_offered_for_ten_seconds(desk, request_one, secretary, now, time_machine):
    booking = request_one()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    assert f"{booking.ref} approved: 108" in text_of(desk.get(INBOX))
    time_machine.move_to(now + 10 * SECOND, tick=False)
    assert f"{booking.ref} approved" not in text_of(desk.get(INBOX))


def test_undo_is_not_offered_for_what_others_decided(desk, request_one, administrator, now):
    booking = request_one()
    services.approve_booking(booking_id=booking.pk, actor=administrator, now=now)

    assert booking.ref not in text_of(desk.get(INBOX))


def test_undo_brings_the_request_back_into_the_inbox(desk, request_one, secretary, now):
    booking = request_one(title="甲会")
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    page = send(desk, "undo", ref=booking.ref)

    booking.refresh_from_db()
    assert (page.status_code, booking.status) == (200, "requested")
    assert page.context["chosen"] == booking
    assert json.loads(page["HX-Trigger"])["toast"]["text"] == "Taken back: 1 decision."


def test_undo_too_late_is_a_clear_409(desk, request_one, secretary, now, time_machine):
    booking = request_one()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    time_machine.move_to(now + 60 * SECOND, tick=False)

    page = send(desk, "undo", ref=booking.ref)

    assert page.status_code == 409
    assert "This can no longer be undone." in text_of(page)


def test_request_from_before_the_look_time_is_marked_until_somebody_reads_it(desk, request_one, now, time_machine):
    booking = request_one()
    time_machine.move_to(now + timedelta(hours=4), tick=False)

    assert "Look-time missed" in text_of(desk.get(INBOX))
    booking.refresh_from_db()
    assert booking.read_at == now + timedelta(hours=4)
    assert "Look-time missed" not in text_of(desk.get(INBOX))


def test_looking_without_a_right_to_decide_is_not_reading(client, request_one, secretary):
    booking = request_one(actor=secretary)
    client.force_login(secretary)

    client.get(INBOX)

    booking.refresh_from_db()
    assert booking.read_at is None


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"first", "other", "rival", "own"}),
        ("show=mine", {"first", "other", "rival"}),
        ("show=conflicts", {"first", "rival"}),
        ("show=exceptions", {"other"}),
        ("show=line", set()),
        ("since=2026-11-25", {"other"}),
        ("until=2026-11-24", {"first", "rival", "own"}),
        ("show=x&since=x&in_room=x", {"first", "other", "rival", "own"}),
    ],
)
def test_filter_narrows_the_list(desk, request_one, secretary, rooms, now, query, shown):
    later = {"start_at": now + timedelta(days=2), "end_at": now + timedelta(days=2, hours=1)}
    made = {
        "first": request_one(),
        "other": request_one(room=rooms[1], **later),
        "rival": request_one(),
        "own": request_one(room=rooms[2], actor=secretary),
    }
    Booking.objects.filter(pk=made["other"].pk).update(exceptions=["too_long"])

    page = desk.get(f"{INBOX}?{query}")

    assert sorted(refs(page)) == sorted(made[name].ref for name in shown)


def test_filter_by_room_goes_along_with_every_link(desk, request_one, rooms):
    request_one()
    booking = request_one(room=rooms[1])

    page = desk.get(f"{INBOX}?in_room={rooms[1].pk}")

    assert refs(page) == [booking.ref]
    html = page.content.decode()
    assert f"{reverse('bookings:approve', args=[booking.ref])}?in_room={rooms[1].pk}" in html


def test_filter_that_fits_nothing_says_that_others_may_wait(desk, request_one):
    request_one()

    assert "No request fits the filter" in text_of(desk.get(f"{INBOX}?show=exceptions"))


def test_site_filter_is_for_who_sees_several(client, desk, administrator, stranger, request_one, now):
    here = request_one()
    room = factories.make_room(stranger.site, "301")
    there = factories.make_booking(room=room, applicant=stranger, start=now + timedelta(days=1))
    client.force_login(administrator)

    assert sorted(refs(client.get(INBOX))) == sorted([here.ref, there.ref])
    assert refs(client.get(f"{INBOX}?site=HK")) == [there.ref]


def test_common_reason_is_sent_in_the_applicants_language(desk, request_one, applicant, site):
    applicant.language = "zh-hans"
    applicant.save()
    own = DeclineReason.objects.create(site=site, text_zh_hans="当天检修", text_en="Repairs that day")
    booking = request_one()
    assert "Repairs that day" in text_of(desk.get(INBOX))

    desk.post(reverse("bookings:decline", args=[booking.ref]), {"common": own.pk, "reason": "请改周三"})

    booking.refresh_from_db()
    assert booking.decline_reason == "当天检修\n请改周三"


def test_usual_reasons_serve_a_site_without_its_own(desk, request_one, applicant):
    applicant.language = "en"
    applicant.save()
    booking = request_one()

    desk.post(reverse("bookings:decline", args=[booking.ref]), {"common": "usual-2", "reason": ""})

    booking.refresh_from_db()
    assert booking.decline_reason == "A smaller room is enough for this meeting."


def test_unknown_common_reason_is_refused_beside_it(desk, request_one):
    booking = request_one()

    page = desk.post(reverse("bookings:decline", args=[booking.ref]), {"common": "x", "reason": ""})

    booking.refresh_from_db()
    assert (page.status_code, booking.status) == (422, "requested")
