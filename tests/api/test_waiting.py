"""The waiting list over the API."""

import pytest

from bookings.models import Booking, WaitingPlace
from bookings.services import cancel_booking
from bookings.services.waiting import offer_free_slots
from tests import factories


@pytest.fixture
def taken(api, applicant, secretary, body):
    """108 is somebody's; the reference of their booking."""
    ref = api(applicant).post("/bookings", body())[1]["ref"]
    assert api(secretary).post(f"/bookings/{ref}/approve")[0] == 200
    return ref


@pytest.fixture
def rival(site):
    return factories.make_user("rival", "applicant", site=site)


@pytest.fixture
def waits(api, rival, taken, body):
    status, answer = api(rival).post("/bookings", body(title="二", wait=True))
    assert status == 201
    return answer["ref"]


PLACE = {
    "site": "HQ",
    "room": "108",
    "start": "2026-11-24T09:00:00+08:00",
    "end": "2026-11-24T11:00:00+08:00",
    "state": "waiting",
    "number": 1,
    "held_until": None,
}


def test_request_that_waits_is_in_the_list_of_its_applicant_and_the_office(
    api, rival, secretary, applicant, server, waits
):
    for person in (rival, secretary):
        place = api(person).get("/waiting")[1]["items"][0]
        assert place.pop("since")
        assert place == PLACE | {"booking": waits}
    assert [api(each).get("/waiting")[1]["items"] for each in (applicant, server)] == [[], []]


def test_joining_again_after_leaving_goes_to_the_end(api, rival, applicant, waits, body, time_machine, now):
    other = api(applicant).post("/bookings", body(title="三", wait=True))[1]["ref"]
    client = api(rival)

    assert client.post(f"/bookings/{waits}/leave")[0] == 200
    status, place = client.post(f"/bookings/{waits}/wait")

    assert (status, place["booking"], place["number"], place["state"]) == (200, waits, 2, "waiting")
    assert client.post(f"/bookings/{waits}/wait")[1] == place
    assert api(applicant).get("/waiting")[1]["items"][0] | {"since": 0} == PLACE | {"booking": other, "since": 0}


def test_leaving_twice_changes_nothing(api, rival, waits):
    answers = [api(rival).post(f"/bookings/{waits}/leave")[0] for _ in range(2)]

    assert answers == [200, 200]
    assert WaitingPlace.objects.get().state == "left"


def test_joining_where_the_room_is_free_is_refused(api, rival, body):
    ref = api(rival).post("/bookings", body())[1]["ref"]

    status, answer = api(rival).post(f"/bookings/{ref}/wait")

    assert (status, answer["code"]) == (409, "slot_free")


def test_joining_after_the_decision_tells_the_state(api, applicant, taken):
    status, answer = api(applicant).post(f"/bookings/{taken}/wait")

    assert (status, answer["state"]) == (409, "approved")


def test_offered_slot_says_until_when_it_is_held(api, rival, applicant, taken, waits, now):
    cancel_booking(booking_id=Booking.objects.get(ref=taken).pk, actor=applicant, now=now)
    offer_free_slots(now=now)

    place = api(rival).get("/waiting")[1]["items"][0]

    assert (place["state"], place["held_until"]) == (
        "offered",
        api(rival).get(f"/bookings/{waits}")[1]["offer"]["held_until"],
    )


def test_list_is_filtered_by_room_and_paged(api, secretary, rival, waits, body):
    second = api(rival).post("/bookings", body(title="三", wait=True))[1]["ref"]
    client = api(secretary)

    first = client.get("/waiting?limit=1&room=108")[1]
    rest = client.get(f"/waiting?limit=1&cursor={first['next']}")[1]

    assert [each["booking"] for page in (first, rest) for each in page["items"]] == [waits, second]
    assert (rest["next"], client.get("/waiting?room=201")[1]["items"]) == (None, [])
    assert client.get("/waiting?rom=108")[0] == 422


def test_list_costs_the_same_for_one_place_and_three(api, secretary, rival, waits, body, query_count):
    client = api(secretary)
    # The first call of a token writes down that it was used.
    client.get("/waiting")
    one = query_count(lambda: client.get("/waiting"))
    for title in "三四":
        api(rival).post("/bookings", body(title=title, wait=True))

    assert query_count(lambda: client.get("/waiting")) == one
    assert [each["number"] for each in client.get("/waiting")[1]["items"]] == [1, 2, 3]
