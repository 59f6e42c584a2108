"""Several rooms in one request over the API."""

import pytest


@pytest.fixture
def both(body, rooms):
    return body(further=[{"room": "201", "headcount": 6, "purpose": "分组讨论"}])


def rooms_and_states(answer):
    return [(each["room"], each["state"]) for each in answer["together"]]


def test_create_with_further_rooms_names_them_all(api, applicant, both):
    status, answer = api(applicant).post("/bookings", both)

    assert status == 201
    assert rooms_and_states(answer) == [("108", "requested"), ("201", "requested")]
    other = api(applicant).get(f"/bookings/{answer['together'][1]['ref']}")[1]
    assert (other["headcount"], other["purpose"], other["together"]) == (6, "分组讨论", answer["together"])


def test_create_of_one_room_stands_alone(api, applicant, body):
    assert api(applicant).post("/bookings", body())[1]["together"] == []


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"room": "999", "headcount": 6}, "further.1.room"),
        ({"room": "205", "headcount": 99}, "further.1.headcount"),
        ({"room": "108", "headcount": 6}, "further.1.room"),
        ({"room": "205", "headcount": 6, "layout": "banquet"}, "further.1.layout"),
    ],
)
def test_create_names_the_further_room_that_is_wrong(api, applicant, both, row, name):
    both["further"].append(row)

    status, answer = api(applicant).post("/bookings", both)

    assert (status, list(answer["errors"])) == (422, [name])
    assert api(applicant).get("/bookings")[1]["items"] == []


def test_create_with_a_further_room_taken_says_which(api, applicant, approve_201, both):
    status, answer = api(applicant).post("/bookings", both)

    assert (status, answer["code"], answer["room"]) == (409, "room_taken", "201")


@pytest.fixture
def approve_201(api, secretary, body, rooms):
    ref = api(secretary).post("/bookings", body(room="201"))[1]["ref"]
    secretary.site.allows_self_approval = True
    secretary.site.save()
    assert api(secretary).post(f"/bookings/{ref}/approve")[0] == 200


def test_approve_one_approves_all(api, applicant, secretary, both):
    answer = api(applicant).post("/bookings", both)[1]

    answer = api(secretary).post(f"/bookings/{answer['together'][1]['ref']}/approve")[1]

    assert rooms_and_states(answer) == [("108", "approved"), ("201", "approved")]


@pytest.mark.parametrize(("said", "state"), [({}, "requested"), ({"all_rooms": True}, "cancelled")])
def test_cancel_one_or_all(api, applicant, both, said, state):
    ref = api(applicant).post("/bookings", both)[1]["ref"]

    answer = api(applicant).post(f"/bookings/{ref}/cancel", said)[1]

    assert rooms_and_states(answer) == [("108", "cancelled"), ("201", state)]


def test_rooms_a_reader_may_not_open_are_left_out(api, applicant, secretary, server, both):
    answer = api(applicant).post("/bookings", both)[1]
    api(applicant).post(f"/bookings/{answer['together'][1]['ref']}/cancel")
    api(secretary).post(f"/bookings/{answer['ref']}/approve")

    assert rooms_and_states(api(server).get(f"/bookings/{answer['ref']}")[1]) == [("108", "approved")]


def test_list_costs_the_same_for_one_request_and_three(api, applicant, both, query_count, body):
    client = api(applicant)
    client.post("/bookings", both)
    one = query_count(lambda: client.get("/bookings"))
    for hours in ("13", "17"):
        times = {"start": f"2026-11-24T{hours}:00:00+08:00", "end": f"2026-11-24T{hours}:30:00+08:00"}
        assert client.post("/bookings", both | times)[0] == 201

    assert query_count(lambda: client.get("/bookings")) == one
