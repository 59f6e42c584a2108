"""Calendars under secret addresses: whole, current, and silent about what is not the reader's to know."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bookings import services
from bookings.errors import BookingError
from bookings.ical import observances
from bookings.models import Booking, CalendarFeed
from bookings.recurrence import Every, Rule
from bookings.services.feeds import make_feed, renew_feed, revoke_feed, token_of
from bookings.services.series import approve_series, cancel_dates, request_series
from checklists.services.staffing import assign_staff, unassign_staff
from tests.factories import make_booking, make_room, make_site, make_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ask(applicant, room_108, now):
    def make(hours=24, **fields):
        start = now + timedelta(hours=hours)
        facts = {"room": room_108, "title": "季度会", "start_at": start, "end_at": start + HOUR, "headcount": 10}
        data = services.BookingData(**facts | {"host_department": "市场部", "contact_name": "王敏"} | fields)
        return services.request_booking(data=data, actor=applicant, now=now)

    return make


def feed_for(user, now, kind="person", **what):
    return make_feed(user=user, kind=kind, now=now, **what)


def read(client, feed, **headers):
    return client.get(f"/feeds/{token_of(feed)}.ics", headers=headers)


def events_in(response):
    return {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(response.content).events}


@pytest.fixture
def entries(client, now, time_machine):
    """The events of a feed by reference, as read at that moment."""

    def load(feed, at=now):
        time_machine.move_to(at, tick=False)
        response = read(client, feed)
        assert response.status_code == 200
        return events_in(response)

    return load


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


@pytest.fixture
def service_feeds(server, manager, site, now):
    """The server's own meetings, and the duty as its manager sees it."""
    return [
        feed_for(server, now, "service"),
        feed_for(manager, now, "duty", site=site, role="service_staff"),
    ]


@pytest.fixture
def served(ask, secretary, server, manager, now):
    booking = ask(24)
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    assign_staff(booking_id=booking.pk, user_id=server.pk, role="service_staff", actor=manager, now=now)
    return Booking.objects.get()


def test_feeds_of_those_who_serve_say_what_was_called_off(served, applicant, service_feeds, entries, now):
    before = [entries(feed)[served.ref] for feed in service_feeds]

    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now + HOUR)
    after = [entries(feed, now + HOUR)[served.ref] for feed in service_feeds]

    assert [str(event["status"]) for event in before + after] == ["CONFIRMED"] * 2 + ["CANCELLED"] * 2
    assert [new["sequence"] - old["sequence"] for old, new in zip(before, after, strict=True)] == [1, 1]
    assert [new["uid"] == old["uid"] for old, new in zip(before, after, strict=True)] == [True, True]
    assert not [event for event in after if "Staff1" in str(event["summary"])]


def test_feeds_of_those_who_serve_keep_what_was_called_off_for_a_month(ask, secretary, service_feeds, entries, now):
    booking = ask(24 * 50)
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    assign_staff(booking_id=booking.pk, user_id=service_feeds[0].user_id, role="service_staff", actor=None, now=now)
    services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    kept = [list(entries(feed, now + 30 * DAY)) for feed in service_feeds]
    gone = [list(entries(feed, now + 30 * DAY + HOUR)) for feed in service_feeds]

    assert (kept, gone) == ([[booking.ref]] * 2, [[]] * 2)


def test_feed_of_a_duty_without_a_name_says_what_was_called_off(ask, secretary, service_feeds, entries, now):
    booking = ask()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    own, duty = (entries(feed) for feed in service_feeds)

    assert ({ref: str(event["status"]) for ref, event in duty.items()}, own) == ({booking.ref: "CANCELLED"}, {})


def test_feeds_of_those_who_serve_are_silent_of_requests_never_approved(ask, applicant, service_feeds, entries, now):
    services.cancel_booking(booking_id=ask().pk, actor=applicant, now=now)

    assert [entries(feed) for feed in service_feeds] == [{}, {}]


def test_feed_of_a_person_no_longer_assigned_is_silent_of_it(
    served, server, manager, applicant, service_feeds, entries, now
):
    unassign_staff(booking_id=served.pk, user_id=server.pk, role="service_staff", actor=manager, now=now)
    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now)

    assert entries(service_feeds[0]) == {}


def test_feeds_of_other_people_and_duties_are_silent_of_it(served, applicant, technician, site, entries, now):
    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now)

    assert entries(feed_for(technician, now, "service")) == {}


def test_feed_masks_a_private_topic_that_was_called_off(served, applicant, service_feeds, entries, now):
    Booking.objects.update(is_private=True, title="并购谈判")
    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now)

    assert not [feed for feed in service_feeds if "并购" in str(entries(feed)[served.ref]["summary"])]


def test_feeds_of_those_who_serve_cost_the_same_for_one_and_three(
    ask, secretary, server, service_feeds, client, now, query_count
):
    def called_off(hours):
        booking = ask(hours)
        services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
        assign_staff(booking_id=booking.pk, user_id=server.pk, role="service_staff", actor=None, now=now)
        services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    called_off(24)
    for feed in service_feeds:
        read(client, feed)
    one = [query_count(lambda feed=feed: read(client, feed)) for feed in service_feeds]
    called_off(48)
    called_off(72)

    assert [query_count(lambda feed=feed: read(client, feed)) for feed in service_feeds] == one


def test_series_called_off_rises_in_sequence(applicant, secretary, room_108, entries, now):
    start = now + DAY
    facts = {"room": room_108, "title": "例会", "start_at": start, "end_at": start + HOUR, "headcount": 10}
    data = services.BookingData(**facts, host_department="市场部", contact_name="王敏")
    rule = Rule(every=Every.WEEK, first=start.date(), count=2)
    series = request_series(data=data, rule=rule, actor=applicant, now=now)
    feed = feed_for(applicant, now)

    approve_series(series_id=series.pk, actor=secretary, now=now)
    approved = entries(feed)
    cancel_dates(series_id=series.pk, first=start.date(), last=start.date() + 30 * DAY, actor=applicant, now=now)
    off = entries(feed)

    assert [int(event["sequence"]) for found in (approved, off) for event in found.values()] == [1, 1, 2, 2]
    assert {str(event["status"]) for event in off.values()} == {"CANCELLED"}


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


@pytest.fixture
def abroad(now, applicant):
    """A room in New York, where the clock changes on 8 March and 1 November 2026."""
    room = make_room(make_site("NY", time_zone="America/New_York", holiday_calendar=""), "NY1")
    zone = ZoneInfo("America/New_York")

    def at(*wall):
        start = datetime(*wall, tzinfo=zone)
        return make_booking(room=room, applicant=applicant, start=start, minutes=60, status="approved")

    return at


WALLS = [
    (2026, 10, 31, 9, 0),
    (2026, 11, 1, 0, 30),
    (2026, 11, 1, 3, 0),
    (2026, 11, 2, 9, 0),
    (2027, 3, 13, 9, 0),
    (2027, 3, 14, 1, 30),
    (2027, 3, 14, 3, 30),
    (2027, 3, 15, 9, 0),
]


def test_feed_keeps_wall_clocks_right_around_both_clock_changes(abroad, applicant, client, now, time_machine):
    """Judged by the rules in the file alone, as a program does that has no zones of its own."""
    made = [abroad(*wall) for wall in WALLS]
    time_machine.move_to(now, tick=False)

    calendar = Calendar.from_ical(read(client, feed_for(applicant, now)).content)

    zone = calendar.timezones[0].to_tz(lookup_tzid=False)
    found = [event["dtstart"].dt.replace(tzinfo=None) for event in calendar.events]
    assert [each.timetuple()[:5] for each in found] == WALLS
    assert [wall.replace(tzinfo=zone).astimezone(UTC) for wall in found] == [each.start_at for each in made]


def told(zone, first=2026, last=2028):
    return observances(ZoneInfo(zone), date(first, 1, 1), date(last, 1, 1))


def test_zone_with_yearly_changes_is_told_by_two_rules():
    standing, spring, autumn = told("America/New_York")

    assert (standing.before, standing.after, standing.rule) == (-5 * HOUR, -5 * HOUR, None)
    assert (str(spring.begins), spring.before, spring.after, spring.rule, spring.is_daylight) == (
        "2026-03-08 02:00:00", -5 * HOUR, -4 * HOUR, (3, "2SU"), True,
    )  # fmt: skip
    assert (str(autumn.begins), autumn.before, autumn.after, autumn.rule, autumn.is_daylight) == (
        "2026-11-01 02:00:00", -4 * HOUR, -5 * HOUR, (11, "1SU"), False,
    )  # fmt: skip


def test_zone_of_the_last_sunday_is_told_as_the_last():
    assert [each.rule for each in told("Europe/London")[1:]] == [(3, "-1SU"), (10, "-1SU")]


def test_zone_without_changes_is_told_once():
    assert [(each.begins.year, each.after) for each in told("Asia/Shanghai")] == [(1970, 8 * HOUR)]


def test_zone_without_a_rule_is_told_change_by_change():
    """Morocco goes by the moon."""
    changes = told("Africa/Casablanca")[1:]

    assert (len(changes), {each.rule for each in changes}) == (6, {None})


@pytest.mark.parametrize("verb", ["submit", "approve", "change", "cancel", "decline", "extend", "offer"])
def test_every_change_a_calendar_shows_raises_the_version(verb, ask, applicant, secretary, room_108, now):
    booking = ask()
    facts = {"booking_id": booking.pk, "actor": secretary, "now": now}

    def extended():
        services.approve_booking(**facts)
        services.start_meeting(**facts | {"now": booking.start_at})
        Booking.objects.update(version=0)
        services.extend_meeting(**facts | {"now": booking.start_at}, end=booking.end_at + HOUR)

    def offered():
        times = {"start": booking.start_at + 5 * HOUR, "end": booking.end_at + 5 * HOUR}
        services.offer_alternative(**facts, room_id=room_108.pk, **times)
        services.accept_offer(**facts | {"actor": applicant})

    def submitted():
        Booking.objects.update(status="draft")
        services.submit_booking(**facts)

    {
        "submit": submitted,
        "approve": lambda: services.approve_booking(**facts),
        "change": lambda: services.change_booking(**facts, changes={"title": "x"}),
        "cancel": lambda: services.cancel_booking(**facts),
        "decline": lambda: services.decline_booking(**facts, reason="x"),
        "extend": extended,
        "offer": offered,
    }[verb]()

    assert Booking.objects.get().version == 1


def test_feeds_of_a_stranger_to_the_site_are_refused(client, db, room_108, now):
    client.force_login(make_user("guest", "applicant", site=make_site("SH")))

    assert client.post("/feeds/new/", {"kind": "room", "room": room_108.pk}).status_code == 422
