"""Several rooms in one request on the pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking
from bookings.services import FurtherRoom
from tests.bookings.pages import filled, text_of

NEW = "/bookings/new/"


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


def signed_in(client, person):
    person.language = "en"
    person.save()
    client.force_login(person)
    return client


@pytest.fixture
def browser(client, applicant):
    return signed_in(client, applicant)


@pytest.fixture
def group(data, rooms, applicant, now):
    further = [FurtherRoom(rooms[1], 6, purpose="分组讨论"), FurtherRoom(rooms[2], 4)]
    return services.request_rooms(data=data(), further=further, actor=applicant, now=now)


def rows(*given):
    posted = {"further-TOTAL_FORMS": str(len(given)), "further-INITIAL_FORMS": "0"}
    for number, row in enumerate(given):
        posted |= {f"further-{number}-{name}": str(value) for name, value in row.items()}
    return posted


def states():
    return list(Booking.objects.order_by("pk").values_list("room__code", "status"))


def test_new_with_further_rooms_makes_one_request(browser, rooms):
    further = rows({"room": rooms[1].pk, "headcount": 6, "purpose": "分组"}, {"room": "", "headcount": ""})

    answer = browser.post(NEW, filled(rooms[0], **further))

    assert answer.status_code == 302
    assert states() == [("108", "requested"), ("201", "requested")]
    assert Booking.objects.get(room=rooms[1]).purpose == "分组"


WRONG = [
    ({"room": "", "headcount": 6}, "Please fill this in, or empty the whole row."),
    ({"room": "{201}", "headcount": ""}, "Please fill this in."),
    ({"room": "{201}", "headcount": 99}, "In this layout the room seats 24."),
    ({"room": "{108}", "headcount": 6}, "This room shares its floor with another room of the request."),
    ({"room": "999999", "headcount": 6}, "There is no such room."),
    ({"room": "x\x00", "headcount": "-1"}, "There is no such room."),
    ({"room": "{201}", "headcount": 6, "layout": "banquet"}, "This room is not set up in that layout."),
    ({"room": "{201}", "headcount": 6, "purpose": "长" * 501}, "At most 500 characters."),
]


@pytest.mark.parametrize(("row", "words"), WRONG)
def test_new_with_a_wrong_row_says_what_and_keeps_it(browser, rooms, row, words):
    numbers = {"{108}": rooms[0].pk, "{201}": rooms[1].pk}
    sent = row | {"room": numbers.get(row["room"], row["room"])}

    page = browser.post(NEW, filled(rooms[0], **rows(sent)))

    assert page.status_code == 422
    assert words in text_of(page)
    assert f'name="further-0-headcount" value="{row["headcount"]}"' in page.content.decode() or not row["headcount"]
    assert not Booking.objects.exists()


def test_new_with_a_further_room_taken_says_so_in_its_row(browser, approve_one, rooms):
    approve_one(room=rooms[1])

    page = browser.post(NEW, filled(rooms[0], **rows({"room": rooms[1].pk, "headcount": 6})))

    assert page.status_code == 409
    assert "further-0-room_error" in page.content.decode() or "error_1_id_further-0-room" in page.content.decode()
    assert "The room is already taken 08:30–11:30" in text_of(page)
    assert Booking.objects.count() == 1


def test_new_from_an_earlier_request_repeats_its_rooms(browser, group, rooms):
    page = browser.get(NEW, {"from": group.ref}).content.decode()

    assert 'name="further-TOTAL_FORMS" value="2"' in page
    assert 'value="分组讨论"' in page


def test_detail_shows_the_rooms_together(browser, group, rooms):
    other = Booking.objects.get(room=rooms[1])

    words = text_of(browser.get(other.get_absolute_url()))

    assert "Rooms of this request 3" in words
    assert "Room 108 Board room · 10 people Waiting for a decision" in words
    assert "Room 201 Board room · 6 people · this one 分组讨论 Waiting for a decision" in words


def test_detail_of_a_private_meeting_keeps_what_its_rooms_are_for(
    client, browser, group, secretary, server, rooms, now
):
    Booking.objects.filter(group=group.group_id).update(is_private=True)
    services.approve_booking(booking_id=group.pk, actor=secretary, now=now)
    assert "分组讨论" in text_of(browser.get(group.get_absolute_url()))

    words = text_of(signed_in(client, server).get(group.get_absolute_url()))

    assert ("Room 201" in words, "分组讨论" in words) == (True, False)


def test_detail_keeps_from_floor_staff_what_they_may_not_open(client, group, applicant, secretary, server, rooms, now):
    services.cancel_booking(booking_id=Booking.objects.get(room=rooms[1]).pk, actor=applicant, now=now)
    services.approve_booking(booking_id=group.pk, actor=secretary, now=now)

    words = text_of(signed_in(client, server).get(group.get_absolute_url()))

    assert "Rooms of this request 2" in words
    assert "Room 201" not in words


@pytest.mark.parametrize(("said", "others"), [({}, "requested"), ({"all_rooms": "on"}, "cancelled")])
def test_cancel_one_or_all(browser, group, said, others):
    browser.post(reverse("bookings:cancel", args=[group.ref]), {"reason": "改期", **said})

    assert states() == [("108", "cancelled"), ("201", others), ("205", others)]


def test_edit_of_one_room_says_what_moves_with_it(browser, group):
    words = text_of(browser.get(reverse("bookings:edit", args=[group.ref])))

    assert "Asked for together: 108, 201, 205. Another time moves all of them" in words
    assert "Further rooms at the same time" not in words


def test_edit_to_a_time_another_room_is_taken_names_that_room(browser, group, approve_one, rooms):
    start = group.end_at + timedelta(hours=3)
    approve_one(room=rooms[2], start_at=start, end_at=start + timedelta(hours=1))

    page = browser.post(reverse("bookings:edit", args=[group.ref]), filled(rooms[0], start="14:00", end="15:00"))

    assert page.status_code == 409
    assert "205: The room is already taken 13:30–15:30" in text_of(page)


def test_inbox_shows_and_decides_the_rooms_together(client, group, secretary):
    desk = signed_in(client, secretary)

    words = text_of(desk.get(reverse("bookings:inbox_request", args=[group.ref])))
    desk.post(reverse("bookings:approve", args=[group.ref]))

    assert "分组讨论" in words
    assert ("room 1 of 3" in words, "room 3 of 3" in words, "Rooms of this request 3" in words) == (True, True, True)
    assert states() == [("108", "approved"), ("201", "approved"), ("205", "approved")]


def test_inbox_names_the_room_in_the_way(client, group, secretary, approve_one, rooms):
    approve_one(room=rooms[1])

    page = signed_in(client, secretary).post(reverse("bookings:approve", args=[group.ref]))

    assert page.status_code == 409
    assert "201: The room is taken at that time." in text_of(page)


def test_mine_says_which_room_of_how_many(browser, group, request_one):
    request_one(start_at=group.start_at + timedelta(days=1), end_at=group.end_at + timedelta(days=1))

    words = text_of(browser.get(reverse("bookings:mine")))

    assert [f"room {number} of 3" in words for number in (1, 2, 3)] == [True, True, True]
    assert words.count(" of 3") == 3


def test_statements_of_a_page_do_not_grow_with_rooms(browser, data, rooms, applicant, query_count, now):
    facts = {"actor": applicant, "now": now}
    one = services.request_rooms(data=data(), further=[FurtherRoom(rooms[1], 6)], **facts)
    pages = [lambda: browser.get(one.get_absolute_url()), lambda: browser.get(reverse("bookings:mine"))]
    before = [query_count(page) for page in pages]
    more = data(start_at=one.start_at + timedelta(days=1), end_at=one.end_at + timedelta(days=1))
    further = [FurtherRoom(rooms[1], 6), FurtherRoom(rooms[2], 6)]
    services.request_rooms(data=more, further=further, **facts)
    Booking.objects.filter(room=rooms[2]).update(group=one.group)

    assert [query_count(page) for page in pages] == before
