"""Calendars under secret addresses: whole, current, and silent about what is not the reader's to know."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from bookings import services
from checklists.services.staffing import assign_staff
from tests.bookings.feeds.reading import feed_for, read
from tests.factories import make_booking

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_feed_is_read_without_a_sign_in_and_says_what_it_is(client, ask, applicant, now, settings):
    settings.SITE_URL = "https://huiwu.example.test"
    applicant.language = "en"
    applicant.save()
    booking = ask()

    response = read(client, feed_for(applicant, now))

    calendar = Calendar.from_ical(response.content)
    [event] = calendar.events
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert (calendar["version"], "method" in calendar, str(calendar["x-wr-calname"])) == (
        "2.0",
        False,
        "Huiwu · My bookings",
    )
    assert event["uid"] == f"{booking.ref}@huiwu.example.test"
    assert event["summary"] == "季度会 · Waiting for a decision"
    assert (event["status"], event["transp"], event["sequence"]) == ("TENTATIVE", "OPAQUE", 0)
    assert event["location"] == "Room 108, 1, Headquarters"
    assert event["url"] == f"https://huiwu.example.test/bookings/{booking.ref}/"
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert (event.start, event.end) == (booking.start_at, booking.end_at)


def test_feed_ends_its_lines_and_folds_them_as_programs_want(client, ask, applicant, now):
    ask(title="季度会" * 30)

    lines = read(client, feed_for(applicant, now)).content.split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_feed_follows_a_meeting_under_one_uid_with_a_rising_sequence(ask, applicant, secretary, entries, now):
    booking, feed, seen = ask(), feed_for(applicant, now), []
    facts = {"booking_id": booking.pk, "actor": secretary}

    def look(at):
        event = entries(feed, at)[booking.ref]
        seen.append((event["status"], int(event["sequence"]), event["dtstamp"].dt))

    look(now)
    services.approve_booking(**facts, now=now + HOUR)
    look(now + HOUR)
    services.change_booking(**facts, changes={"title": "年会"}, now=now + 2 * HOUR)
    look(now + 2 * HOUR)
    services.change_booking(**facts, changes={"headcount": 20}, now=now + 3 * HOUR)
    look(now + 3 * HOUR)
    services.cancel_booking(**facts, now=now + 4 * HOUR)
    look(now + 4 * HOUR)

    assert [status for status, _, _ in seen] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "TENTATIVE", "CANCELLED"]
    assert [sequence for _, sequence, _ in seen] == [0, 1, 2, 3, 4]
    assert [stamp for _, _, stamp in seen] == [now + n * HOUR for n in range(5)]


def test_feed_keeps_what_was_called_off_for_a_month(ask, applicant, secretary, entries, now):
    booking, feed = ask(24 * 50), feed_for(applicant, now)
    services.decline_booking(booking_id=booking.pk, reason="x", actor=secretary, now=now)

    assert entries(feed, now + 30 * DAY)[booking.ref]["status"] == "CANCELLED"
    assert entries(feed, now + 30 * DAY + HOUR) == {}


def test_feed_of_a_person_leaves_out_drafts_others_and_what_is_long_past(applicant, secretary, room_108, entries, now):
    facts = {"room": room_108, "status": "approved"}
    old = make_booking(applicant=applicant, start=now - 89 * DAY, **facts)
    make_booking(applicant=applicant, start=now - 91 * DAY, **facts)
    make_booking(applicant=applicant, start=now, **facts | {"status": "draft"})
    make_booking(applicant=secretary, start=now, **facts)

    assert list(entries(feed_for(applicant, now))) == [old.ref]


def test_feed_of_a_room_shows_who_has_it_and_what_was_called_off(ask, secretary, server, entries, now, room_108):
    kept, off, waiting, refused = ask(24), ask(48), ask(72), ask(96)
    for booking in (kept, off):
        services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    services.cancel_booking(booking_id=off.pk, actor=secretary, now=now)
    services.cancel_booking(booking_id=refused.pk, actor=secretary, now=now)

    found = entries(feed_for(server, now, "room", room=room_108))

    assert {ref: str(event["status"]) for ref, event in found.items()} == {kept.ref: "CONFIRMED", off.ref: "CANCELLED"}
    assert waiting.ref not in found


@pytest.mark.parametrize("reader", ["secretary", "server"])
def test_feed_masks_private_topics_and_never_tells_of_guests_and_telephones(
    request, ask, secretary, entries, client, now, room_108, reader
):
    person = request.getfixturevalue(reader)
    person.language = "en"
    person.save()
    guest = services.GuestData(name="外宾", tea="龙井", diet="素食")
    facts = {"title": "并购谈判", "is_private": True, "contact_phone": "62019988", "guests": (guest,)}
    booking = ask(**facts, purpose="绝密", wishes="不要声张")
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    feed = feed_for(person, now, "room", room=room_108)

    event = entries(feed)[booking.ref]

    text = read(client, feed).content.decode().replace("\r\n ", "")
    assert (event["summary"], event["class"]) == ("Reserved", "PRIVATE")
    assert not [word for word in ("并购", "62019988", "外宾", "龙井", "素食", "绝密", "声张", "王敏") if word in text]


def test_feed_shows_its_own_applicant_a_private_topic(ask, applicant, entries, now):
    booking = ask(title="并购谈判", is_private=True)

    assert str(entries(feed_for(applicant, now))[booking.ref]["summary"]).startswith("并购谈判")


def test_feed_of_a_duty_says_who_serves(ask, secretary, server, manager, entries, now, site):
    manager.language = "en"
    manager.save()
    served, bare = ask(24), ask(48)
    for booking in (served, bare):
        services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    assign_staff(booking_id=served.pk, user_id=server.pk, role="service_staff", actor=manager, now=now)

    found = entries(feed_for(manager, now, "duty", site=site, role="service_staff"))
    mine = entries(feed_for(server, now, "service"))

    assert {ref: str(event["summary"]) for ref, event in found.items()} == {
        served.ref: "季度会 · Staff1",
        bare.ref: "季度会 · nobody yet",
    }
    assert list(mine) == [served.ref]
