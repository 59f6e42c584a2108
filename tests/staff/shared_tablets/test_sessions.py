"""A person at a shared tablet: its pages and no others, and only as long as somebody is there."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from rooms.models import Site
from staff.models import Shift
from staff.portraits import clean_portrait
from staff.roles import Role
from staff.services.pins import give_pin, set_pin
from staff.services.portraits import set_photo
from staff.services.tablets import revoke_tablet
from staff.tablet_session import LEEWAY
from tests.checklists import meetings
from tests.checklists.meetings import approved
from tests.checklists.pages import signed_in
from tests.checklists.pictures import photo_bytes
from tests.factories import make_user
from tests.staff.shared_tablets.conftest import PIN

MINUTE = timedelta(minutes=1)
HTMX = {"HTTP_HX_REQUEST": "true"}
IDLE = 5 * MINUTE + LEEWAY


def shift(person, start, hours=4):
    Shift.objects.create(user=person, site=person.site, during=DateTimeTZRange(start, start + timedelta(hours=hours)))


def names_at(browser):
    return [each.name for each in browser.get("/tablet/people/").context["people"]]


def test_every_page_of_a_tablet_without_anybody_leads_to_the_names(browser, server):
    for path in ("/", "/tablet/", "/accounts/login/", "/rooms/", "/admin/", "/people/"):
        assert browser.get(path).url == "/tablet/people/"


def test_names_are_of_those_who_serve_with_those_on_shift_first(browser, site, now, applicant, manager):
    late, on, off = (make_user(name, Role.SERVICE_STAFF, site=site) for name in ("a-late", "z-on", "b-off"))
    make_user("gone", Role.SERVICE_STAFF, site=site, is_active=False)
    make_user("head", Role.SERVICE_STAFF, Role.ADMINISTRATOR, site=site)
    shift(late, now + timedelta(hours=2))
    shift(on, now - timedelta(hours=1))

    assert names_at(browser) == [each.get_full_name() for each in (on, late, off)]


def test_manager_is_named_on_days_of_a_shift(browser, manager, now):
    before = names_at(browser)
    shift(manager, now)

    assert (before, names_at(browser)) == ([], ["Manager"])


def test_page_of_names_asks_as_often_for_three_as_for_one(browser, site, query_count, now):
    shift(make_user("s1", Role.SERVICE_STAFF, site=site), now)
    few = query_count(lambda: browser.get("/tablet/people/"))
    for name in ("s2", "s3"):
        shift(make_user(name, Role.SERVICE_STAFF, site=site), now)

    assert query_count(lambda: browser.get("/tablet/people/")) == few == 4


@pytest.mark.parametrize(
    ("name", "leads"), [("home", "/tablet/"), ("login", "/tablet/"), ("staff:notices", "/tablet/notices/")]
)
def test_pages_of_the_office_with_a_like_here_lead_to_it(at_work, name, leads):
    assert at_work.get(reverse(name)).url == leads


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/api/v1/rooms",
        "/api/v1/docs",
        "/accounts/profile/",
        "/accounts/password/",
        "/accounts/pin/",
        "/me/notices/",
        "/people/",
        "/tablets/",
        "/day/",
        "/rooms/",
        "/board/",
        "/shifts/",
        "/me/record/",
        "/standards/",
    ],
)
def test_other_pages_are_refused(at_work, server, path):
    assert at_work.get(path).status_code == 403
    assert get_user(at_work) == server


def test_manager_at_a_tablet_gets_no_more(browser, enter, manager, now):
    set_pin(person=manager, pin=PIN, now=now)
    enter(manager)

    assert [browser.get(path).status_code for path in ("/tablet/", "/people/", "/tablets/", "/day/")] == [
        200, 403, 403, 403,
    ]  # fmt: skip
    assert browser.post("/accounts/tokens/", {"scopes": "read"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/tablet/rooms/", "/tablet/calls/", "/tablet/notices/", "/tablet/me/", "/tablet/hello/"]
)
def test_pages_of_the_tablet_open(at_work, path):
    assert at_work.get(path).status_code == 200


def test_page_carries_the_lock_and_no_way_elsewhere(at_work):
    page = at_work.get("/tablet/me/").content.decode()

    assert ('data-idle-minutes="5"' in page, "Switch person" in page) == (True, True)
    assert [
        each for each in ("/accounts/profile/", "/me/notices/", "/me/record/", "/accounts/logout/") if each in page
    ] == []


def test_whatever_a_meetings_page_leads_to_opens(at_work, room_108, applicant, now):
    start = now + 20 * MINUTE
    booking = approved(room=room_108, applicant=applicant, start=start, now=now)
    page = at_work.get(f"/tablet/meetings/{booking.ref}/").content.decode()

    addresses = {each for each in re.findall(r'<a [^>]*href="(/[^"]+)"', page) if each.startswith("/")}

    assert f"/tablet/meetings/{booking.ref}/wish/" in addresses
    assert {each: code for each in addresses if (code := at_work.get(each).status_code) not in {200, 302}} == {}


def test_booking_a_notice_leads_to_opens_as_the_tablet_shows_it(at_work):
    assert at_work.get("/bookings/HW-1/").url == "/tablet/meetings/HW-1/"


def test_switching_ends_the_session(at_work, server):
    answer = at_work.post("/tablet/lock/")

    assert (answer.url, get_user(at_work).is_authenticated) == ("/tablet/people/", False)
    assert at_work.get("/tablet/").url == "/tablet/people/"


def test_sign_out_ends_at_the_names(at_work):
    answer = at_work.post("/accounts/logout/", follow=True)

    assert answer.redirect_chain[-1][0] == "/tablet/people/"


def test_idle_session_ends_at_its_time(at_work, server, clock, now):
    clock.move_to(now + IDLE, tick=False)
    # What the page asks by itself keeps nobody in.
    assert at_work.get("/tablet/hello/").status_code == 200
    clock.move_to(now + IDLE + timedelta(seconds=1), tick=False)

    assert at_work.get("/tablet/").url == "/tablet/people/"
    assert not get_user(at_work).is_authenticated


@pytest.mark.parametrize(
    ("path", "headers", "is_kept"),
    [
        ("/tablet/rooms/", {}, True),
        ("/tablet/rooms/", HTMX, False),
        ("/tablet/hello/", {}, False),
        ("/notices/unread/", {}, False),
        ("/tablet/calls/count/", {}, False),
        ("/tablet/kept/", {}, False),
    ],
)
def test_idle_counts_pages_opened_by_hand_and_not_what_refreshes_itself(at_work, clock, now, path, headers, is_kept):
    clock.move_to(now + 4 * MINUTE, tick=False)
    assert at_work.get(path, **headers).status_code == 200
    clock.move_to(now + 6 * MINUTE, tick=False)

    assert (at_work.get("/tablet/").status_code == 200) == is_kept


def test_touch_the_page_tells_of_keeps_the_session(at_work, clock, now):
    clock.move_to(now + 4 * MINUTE, tick=False)
    assert at_work.post("/tablet/active/").status_code == 204
    clock.move_to(now + 8 * MINUTE, tick=False)

    assert at_work.get("/tablet/").status_code == 200


def test_site_says_how_long(at_work, site, clock, now):
    Site.objects.filter(pk=site.pk).update(tablet_idle_minutes=1)
    clock.move_to(now + 2 * MINUTE, tick=False)

    assert at_work.get("/tablet/").url == "/tablet/people/"


def test_idle_is_told_to_scripts_and_fragments_in_their_way(at_work, clock, now):
    clock.move_to(now + 6 * MINUTE, tick=False)

    script = at_work.post("/tablet/active/")
    fragment = at_work.get("/tablet/", **HTMX)

    assert (script.status_code, fragment["HX-Redirect"]) == (401, "/tablet/people/")


def test_personal_browser_is_left_alone(client, server, clock, now):
    client.force_login(server)
    clock.move_to(now + timedelta(hours=3), tick=False)

    page = client.get("/tablet/me/").content.decode()

    assert ("data-idle-minutes" in page, "/accounts/profile/" in page) == (False, True)
    assert client.get("/accounts/profile/").status_code == 200


def test_password_sign_in_is_not_offered_at_a_tablet(browser, server):
    answer = browser.post("/accounts/login/", {"username": "staff1", "password": "demo"})

    assert (answer.url, get_user(browser).is_authenticated) == ("/tablet/people/", False)


def test_session_from_before_does_not_go_on_at_a_tablet(browser, server):
    browser.force_login(server)

    assert browser.get("/accounts/profile/").url == "/tablet/people/"


def test_a_changed_pin_ends_what_the_old_one_opened(at_work, server, now, time_machine):
    time_machine.move_to(now + MINUTE, tick=False)
    set_pin(person=server, pin="864213", now=now + MINUTE)

    page = at_work.get("/tablet/")

    assert page.status_code == 302
    assert page.url.startswith("/tablet/people/")


def test_a_pin_given_by_a_manager_ends_it_too(at_work, server, manager, now):
    give_pin(person=server, actor=manager, now=now + timedelta(seconds=1))

    assert at_work.get("/tablet/").status_code == 302


def test_the_session_made_by_choosing_a_pin_goes_on(at_work):
    assert at_work.get("/tablet/").status_code == 200


@pytest.fixture
def pictured(server, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    data = photo_bytes()
    return set_photo(person_id=server.pk, photo=clean_portrait(BytesIO(data), len(data)), actor=server, now=now)


def test_names_at_a_tablet_have_their_photos(browser, pictured):
    page = browser.get("/tablet/people/").content.decode()
    shown = browser.get(f"/people/{pictured.pk}/photo/")

    assert f'src="/people/{pictured.pk}/photo/?v=' in page
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")


def test_tablet_without_anybody_shows_no_face_of_those_who_may_not_open_it(browser, applicant, stranger, pictured, now):
    data = photo_bytes()
    for person in (applicant, stranger):
        set_photo(person_id=person.pk, photo=clean_portrait(BytesIO(data), len(data)), actor=person, now=now)

    assert [browser.get(f"/people/{each.pk}/photo/").status_code for each in (applicant, stranger)] == [404, 404]


def test_tablet_that_was_shut_out_shows_no_face(browser, tablet, pictured, manager, now):
    revoke_tablet(tablet_id=tablet.pk, actor=manager, now=now)

    assert browser.get(f"/people/{pictured.pk}/photo/").url == "/tablet/revoked/"


def test_faces_that_a_page_fetches_are_no_hand(at_work, pictured, clock, now):
    for minutes in (2, 4):
        clock.move_to(now + minutes * MINUTE, tick=False)
        assert at_work.get(f"/people/{pictured.pk}/photo/").status_code == 200
    clock.move_to(now + IDLE + MINUTE, tick=False)

    assert at_work.get("/tablet/").url == "/tablet/people/"


def test_meeting_offers_the_card_of_its_calls_where_it_opens(at_work, server, room_108, applicant, now):
    meeting = meetings.approved(room=room_108, applicant=applicant, start=now + 60 * MINUTE, now=now - 4320 * MINUTE)
    card = f'href="{reverse("checklists:call_card", args=[meeting.ref])}"'

    shared, own = (
        each.get(f"/tablet/meetings/{meeting.ref}/").content.decode() for each in (at_work, signed_in(server))
    )

    assert (card in shared, card in own) == (False, True)
