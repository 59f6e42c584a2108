"""The pages of screens: what a passer-by reads, what a tap does, and that keys and private topics stay inside."""

import logging
from datetime import timedelta, timezone

import pytest

from bookings import services
from bookings.models import Booking, DoorDevice
from bookings.services.doors import add_screen, revoke_screen
from config.logs import HiddenKeys
from rooms.models import DoorActs, Site
from tests import factories
from tests.bookings.pages import text_of

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def meet(room_108, applicant, secretary, now):
    def make(start=now, room=None, **fields):
        booking = factories.make_booking(room=room or room_108, applicant=applicant, start=start, minutes=60, **fields)
        return services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    return make


@pytest.fixture
def door(site, room_108, secretary, now):
    """The address of a screen at 108, where the site allows everything."""
    Site.objects.filter(pk=site.pk).update(door_acts=DoorActs.ALL)
    return f"/door/{add_screen(site=site, room=room_108, name='108', actor=secretary, now=now)[1]}/"


@pytest.fixture
def lobby(site, secretary, now):
    return f"/lobby/{add_screen(site=site, room=None, name='x', actor=secretary, now=now)[1]}/"


def test_door_says_in_use_with_the_topic_and_until_when(client, door, meet):
    meet()

    response = client.get(f"{door}?lang=en")
    page = text_of(response)

    assert ("In use until 10:00" in page, "季度会" in page, "市场部" in page) == (True, True, True)
    assert ('lang="en"' in response.content.decode(), response["Content-Language"]) == (True, "en")


def test_door_is_seen_by_nobody_else_and_leaves_no_cookie(client, door):
    response = client.get(door)

    headers = [response[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")]
    assert (headers, dict(response.cookies)) == (["private, no-store", "no-referrer", "noindex"], {})


@pytest.mark.parametrize("path", ["", "state/"])
def test_door_and_lobby_keep_private_topics_to_themselves(client, door, lobby, meet, path):
    meet(is_private=True, title="收购谈判")
    assert Booking.objects.get().title == "收购谈判"

    for address in (door, lobby):
        page = text_of(client.get(f"{address}{path}?lang=zh-hans"))
        assert ("收购谈判" in page, "市场部" in page, "已预留" in page) == (False, False, True)


def test_door_keeps_private_topics_from_a_screen_somebody_signed_in_on(client, door, meet, secretary):
    meet(is_private=True, title="收购谈判")
    client.force_login(secretary)

    assert "收购谈判" not in client.get(f"{door}?lang=zh-hans").content.decode()


def test_door_says_each_language_in_turn_unless_one_is_asked_for(client, door, time_machine, now):
    languages = []
    for seconds in (0, 15, 30, 45):
        time_machine.move_to(now + timedelta(seconds=seconds), tick=False)
        languages.append(client.get(door)["Content-Language"])

    assert (len(set(languages[:3])), languages[3] == languages[0]) == (3, True)
    assert client.get(f"{door}?lang=nonsense")["Content-Language"] in languages


def test_door_state_is_the_same_face_that_the_page_shows(client, door, meet):
    meet()
    page, face = (client.get(f"{door}{path}?lang=en").content.decode() for path in ("", "state/"))

    assert ("<html" in face, face.strip() in page) == (False, True)


def test_door_code_leads_to_a_page_that_asks_who_one_is_and_names_no_key(client, door, room_108):
    key = door.split("/")[2]
    response = client.get(f"/rooms/{room_108.pk}/here/")

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next=/rooms/{room_108.pk}/here/")
    assert key not in response["Location"]


def test_door_without_a_known_key_is_not_there(client, door, lobby, secretary, now):
    revoke_screen(device_id=DoorDevice.objects.get(room__isnull=False).pk, actor=secretary, now=now)

    paths = [
        door,
        f"{door}state/",
        "/door/x/",
        "/door/%00/",
        lobby.replace("lobby", "door"),
        door.replace("door", "lobby"),
    ]
    assert [client.get(path).status_code for path in paths] == [404] * 6


def test_door_tap_does_what_it_says_and_leads_back(client, door, meet):
    booking = meet()

    response = client.post(f"{door}?lang=en", {"act": "start", "ref": booking.ref})

    booking.refresh_from_db()
    assert (response.status_code, response["Location"], booking.status) == (302, f"{door}?lang=en", "running")


def test_door_tap_that_is_refused_says_why_on_the_door(client, door, meet):
    booking = meet()
    meet(booking.end_at + 70 * MINUTE)
    client.post(door, {"act": "start", "ref": booking.ref})

    end = (booking.end_at + 15 * MINUTE).isoformat()
    response = client.post(f"{door}?lang=en", {"act": "extend", "ref": booking.ref, "end": end})

    assert (response.status_code, "The room is taken at that time." in text_of(response)) == (409, True)


def test_door_tap_at_an_offset_that_no_clock_has_changes_nothing(client, door, meet):
    booking = meet()
    client.post(door, {"act": "start", "ref": booking.ref})

    end = (booking.end_at + 15 * MINUTE).astimezone(timezone(timedelta(hours=23, minutes=59))).isoformat()
    response = client.post(door, {"act": "extend", "ref": booking.ref, "end": end})

    assert (response.status_code, Booking.objects.get().end_at) == (409, booking.end_at)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"act": "burn", "ref": "x"}, 422),
        ({"act": "start", "ref": "HW-NONE"}, 409),
        ({"act": "extend", "ref": "HW-NONE", "end": "9999-99-99"}, 409),
    ],
)
def test_door_tap_of_nonsense_changes_nothing(client, door, meet, data, status):
    meet()

    assert (client.post(door, data).status_code, Booking.objects.get().status) == (status, "approved")


@pytest.mark.parametrize(("allowed", "buttons"), [(DoorActs.NOTHING, 0), (DoorActs.CHECK_IN, 1), (DoorActs.ALL, 1)])
def test_door_offers_a_check_in_where_the_site_allows_it(client, door, site, meet, allowed, buttons):
    Site.objects.filter(pk=site.pk).update(door_acts=allowed)
    meet()

    assert client.get(door).content.decode().count('value="start"') == buttons


def test_door_takes_as_many_queries_for_three_meetings_as_for_one(client, door, meet, now, query_count):
    meet()
    client.get(door)
    one = query_count(lambda: client.get(f"{door}state/"))
    for hours in (3, 6):
        meet(now + hours * HOUR)

    assert (one, query_count(lambda: client.get(f"{door}state/"))) == (4, 4)


def test_lobby_pages_itself_by_time(client, lobby, site, applicant, secretary, now, time_machine):
    for number in range(9):
        room = factories.make_room(site, f"4{number}")
        booking = factories.make_booking(room=room, applicant=applicant, start=now + number * MINUTE)
        services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    shown = []
    for seconds in (0, 15):
        time_machine.move_to(now + timedelta(seconds=seconds), tick=False)
        shown.append(text_of(client.get(f"{lobby}state/?lang=en")).count("季度会"))

    assert sorted(shown) == [2, 7]


def test_lobby_shows_room_floor_and_way(client, lobby, room_108, meet):
    type(room_108).objects.filter(pk=room_108.pk).update(way="left", way_notes="past the lift")
    meet()

    response = client.get(f"{lobby}?lang=en")

    assert ("Room 108 floor 1 past the lift" in text_of(response), "To the left" in response.content.decode()) == (
        True,
        True,
    )


def test_log_hides_the_keys_of_screens():
    text = "Not Found: /door/abc-_1/state/ and /lobby/xyz/ after /rooms/3/here/"
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, text, None, None)

    HiddenKeys().filter(record)

    assert record.getMessage() == "Not Found: /door/…/state/ and /lobby/…/ after /rooms/3/here/"


def test_screens_show_a_new_key_once(client, secretary, site, room_108):
    client.force_login(secretary)

    made = client.post("/screens/?site=HQ", {"room": room_108.pk, "name": "门口"})
    address = made.context["address"]
    again = client.get("/screens/?site=HQ").content.decode()

    assert (made.status_code, made["Cache-Control"], address in made.content.decode()) == (200, "no-store", True)
    assert ("门口" in again, address.split("/")[-2] in again) == (True, False)
    assert client.get(address).status_code == 200


def test_screens_without_a_name_keep_what_was_chosen(client, secretary, room_108):
    client.force_login(secretary)

    response = client.post("/screens/", {"room": room_108.pk, "name": "  "})

    assert (response.status_code, DoorDevice.objects.count()) == (422, 0)
    assert f'value="{room_108.pk}" selected' in response.content.decode()


def test_screens_of_another_site_cannot_be_shut_out(client, stranger, site, secretary, now):
    device = add_screen(site=site, room=None, name="x", actor=secretary, now=now)[0]
    client.force_login(stranger)

    assert client.post(f"/screens/{device.pk}/revoke/").status_code == 404


def test_screens_take_as_many_queries_for_three_as_for_one(client, secretary, site, room_108, now, query_count):
    client.force_login(secretary)

    def add():
        add_screen(site=site, room=room_108, name="x", actor=secretary, now=now)

    add()
    client.get("/screens/")
    one = query_count(lambda: client.get("/screens/"))
    add()
    add()

    assert query_count(lambda: client.get("/screens/")) == one


@pytest.mark.parametrize(("name", "buttons"), [("applicant", 1), ("server", 1), ("other", 0)])
def test_here_offers_the_check_in_to_host_and_staff_only(client, request, site, room_108, meet, server, name, buttons):
    meet()
    other = factories.make_user("other", "applicant", site=site)
    client.force_login(other if name == "other" else request.getfixturevalue(name))

    page = client.get(f"/rooms/{room_108.pk}/here/").content.decode()

    assert page.count('value="start"') == buttons


def test_here_lets_the_host_start_extend_and_end(client, applicant, room_108, meet):
    booking = meet()
    client.force_login(applicant)

    for data in (
        {"act": "start"},
        {"act": "extend", "end": (booking.end_at + 15 * MINUTE).isoformat()},
        {"act": "end"},
    ):
        response = client.post(f"/bookings/{booking.ref}/here/", data)
        assert (response.status_code, response["Location"]) == (302, f"/rooms/{room_108.pk}/here/")

    verbs = booking.log.exclude(verb="approve").values_list("verb", "actor__username")
    assert list(verbs) == [("start", "applicant"), ("extend", "applicant"), ("end", "applicant")]


def test_here_refuses_another_applicant(client, site, meet):
    booking = meet()
    client.force_login(factories.make_user("other", "applicant", site=site))

    assert client.post(f"/bookings/{booking.ref}/here/", {"act": "start"}).status_code == 404


def test_booking_page_tells_on_which_screen_it_was_started(client, door, applicant, meet):
    booking = meet()
    client.post(door, {"act": "start", "ref": booking.ref})
    client.force_login(applicant)

    page = text_of(client.get(booking.get_absolute_url(), headers={"Accept-Language": "en"}))

    assert "at the screen “108”" in page
