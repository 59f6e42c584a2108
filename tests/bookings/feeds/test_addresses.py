"""Secret addresses: made, renewed, revoked, and gone with their owner's right."""

import pytest

from bookings import services
from bookings.errors import BookingError
from bookings.models import CalendarFeed
from bookings.services.feeds import renew_feed, revoke_feed, token_of
from tests.bookings.feeds.reading import feed_for, read
from tests.factories import make_room, make_site


def test_feed_unchanged_is_not_sent_again(client, ask, applicant, secretary, now, time_machine):
    time_machine.move_to(now, tick=False)
    booking, feed = ask(), feed_for(applicant, now)
    first = read(client, feed)

    again = read(client, feed, **{"if-none-match": first["ETag"]})
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    changed = read(client, feed, **{"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)
    assert first["Cache-Control"] == "private, no-cache"
    assert first["Last-Modified"] == "Mon, 23 Nov 2026 01:00:00 GMT"


def test_feed_costs_the_same_for_one_and_three(ask, applicant, client, now, query_count):
    feed = feed_for(applicant, now)
    ask()
    read(client, feed)
    one = query_count(lambda: read(client, feed))
    ask(48)
    ask(72)

    assert (query_count(lambda: read(client, feed)), one) == (one, 2)


def test_feed_revoked_or_renewed_is_gone_at_its_old_address(client, applicant, now):
    feed = feed_for(applicant, now)
    old = token_of(feed)
    renew_feed(feed_id=feed.pk, actor=applicant, now=now)
    feed.refresh_from_db()
    new = token_of(feed)
    before = client.get(f"/feeds/{new}.ics").status_code
    revoke_feed(feed_id=feed.pk, actor=applicant, now=now)

    assert (client.get(f"/feeds/{old}.ics").status_code, before) == (404, 200)
    assert client.get(f"/feeds/{new}.ics").status_code == 404


@pytest.mark.parametrize("token", ["x", "-", "0" * 3000, "huiwu_x", "_" * 43])
def test_feed_of_an_unknown_address_is_not_found(client, db, token):
    assert client.get(f"/feeds/{token}.ics").status_code == 404


def test_feed_of_someone_who_left_or_lost_the_right_is_gone(client, server, site, now):
    duty = feed_for(server, now, "duty", site=site, role="service_staff")
    assert read(client, duty).status_code == 200

    server.groups.clear()
    lost = read(client, duty).status_code
    own = feed_for(server, now)
    server.is_active = False
    server.save()

    assert (lost, read(client, own).status_code) == (404, 404)


def test_feed_is_only_read(client, applicant, now):
    path = f"/feeds/{token_of(feed_for(applicant, now))}.ics"

    assert (client.head(path).status_code, client.post(path).status_code) == (200, 405)


def test_make_feed_twice_is_the_same_and_too_many_are_refused(applicant, site, now):
    first = feed_for(applicant, now)

    assert feed_for(applicant, now) == first
    for number in range(29):
        feed_for(applicant, now, "room", room=make_room(site, f"R{number}"))
    with pytest.raises(BookingError, match="too_many_feeds"):
        feed_for(applicant, now, "room", room=make_room(site, "last"))


def test_feed_secret_is_not_in_the_table(applicant, now):
    feed = feed_for(applicant, now)
    stored = CalendarFeed.objects.filter(pk=feed.pk).values_list().get()

    assert token_of(feed) not in " ".join(map(str, stored))
    assert token_of(feed).encode() not in bytes(feed.sealed)


@pytest.fixture
def page(client, applicant, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(applicant)
    return client


def test_page_makes_shows_renews_and_revokes(page, applicant, room_108, client):
    made = page.post("/feeds/new/", {"kind": "room", "room": room_108.pk})
    feed = CalendarFeed.objects.get()
    address = f"/feeds/{token_of(feed)}.ics"

    assert made.url == f"/feeds/#feed-{feed.pk}"
    shown = page.get("/feeds/")
    assert (address in shown.content.decode(), shown["Cache-Control"]) == (True, "no-store")
    page.post(f"/feeds/{feed.pk}/renew/")
    assert address not in page.get("/feeds/").content.decode()
    page.post(f"/feeds/{feed.pk}/revoke/")
    assert page.get("/feeds/").context["lines"] == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"kind": "x"}, {"kind": "room"}, {"kind": "room", "room": "99999"}, {"kind": "service"}, {"kind": "duty"}],
)
def test_page_refuses_a_calendar_that_is_not_for_the_person(page, fields):
    answer = page.post("/feeds/new/", fields)

    assert (answer.status_code, CalendarFeed.objects.count()) == (422, 0)


def test_page_refuses_the_room_of_another_site_and_a_duty_not_ones_own(page, client, server, site):
    elsewhere = make_room(make_site("SZ"), "900")
    assert page.post("/feeds/new/", {"kind": "room", "room": elsewhere.pk}).status_code == 422

    client.force_login(server)
    answers = [client.post("/feeds/new/", {"kind": "duty", "duty": f"{site.pk}:{role}"}) for role in DUTIES]

    assert [answer.status_code for answer in answers] == [302, 422, 422, 422]


DUTIES = ("service_staff", "cleaner", "manager", "administrator")


def test_page_leaves_another_persons_feed_alone(page, secretary, now):
    theirs = feed_for(secretary, now)
    token = token_of(theirs)

    page.post(f"/feeds/{theirs.pk}/renew/")
    page.post(f"/feeds/{theirs.pk}/revoke/")

    theirs.refresh_from_db()
    assert (token_of(theirs), theirs.revoked_at) == (token, None)


def test_page_of_a_feed_sealed_under_another_key_asks_for_a_new_address(page, applicant, now):
    feed_for(applicant, now)
    CalendarFeed.objects.update(sealed=b"sealed under another key")

    assert page.get("/feeds/").context["lines"][0].url == ""
