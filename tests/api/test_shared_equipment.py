"""Shared equipment in the HTTP API."""

import pytest

from tests import factories

TIMES = "start=2026-11-24T09:00:00%2B08:00&end=2026-11-24T11:00:00%2B08:00"


@pytest.fixture(autouse=True)
def pool(site):
    return factories.make_pool(site, "CART", 1)


def test_what_can_be_asked_for_is_listed(api, applicant, stranger, site):
    applicant.language = "en"
    applicant.save()
    factories.make_pool(site, "OLD", is_active=False)
    factories.make_pool(site, "SOUND", 3, kind="sound")

    cart = {"code": "CART", "name": "Trolley CART", "site": "HQ", "quantity": 1, "kind": None}
    sound = {"code": "SOUND", "name": "Trolley SOUND", "site": "HQ", "quantity": 3, "kind": "sound"}
    assert api(applicant).get("/equipment") == (200, {"items": [cart, sound], "next": None})
    assert api(applicant).get("/equipment?site=NONE")[1]["items"] == []
    assert api(stranger).get("/equipment")[1]["items"] == []
    assert api(applicant).get("/equipment?colour=red")[0] == 422


def test_list_costs_the_same_for_one_and_three(api, applicant, site, query_count):
    client = api(applicant)
    client.get("/equipment")
    one = query_count(lambda: client.get("/equipment"))
    factories.make_pool(site, "B")
    factories.make_pool(site, "C")

    assert query_count(lambda: client.get("/equipment")) == one


def test_code_of_a_pool_is_taken_with_kinds(api, applicant, body):
    status, answer = api(applicant).post("/bookings", body(equipment=["CART", "projector"]))

    assert (status, answer["equipment"]) == (201, ["projector", "CART"])


def test_unknown_code_is_a_fault_of_its_field(api, applicant, body):
    status, answer = api(applicant).post("/bookings", body(equipment=["NONE"]))

    assert (status, list(answer["errors"])) == (422, ["equipment"])


def test_free_rooms_take_codes(api, applicant, secretary, body, rooms):
    address = f"/rooms/free?{TIMES}&equipment=CART,projector"
    assert len(api(applicant).get(address)[1]["items"]) == 3
    _, made = api(applicant).post("/bookings", body(equipment=["CART"]))
    api(secretary).post(f"/bookings/{made['ref']}/approve")

    status, answer = api(applicant).get(address)

    assert (status, answer["items"]) == (200, [])
    assert api(applicant).get(f"/rooms/free?{TIMES}&equipment=NONE")[0] == 422


def test_approval_without_a_piece_left_is_a_conflict(api, applicant, secretary, body, rooms):
    refs = [api(applicant).post("/bookings", body(room=room.code, equipment=["CART"]))[1]["ref"] for room in rooms[:2]]
    assert api(secretary).post(f"/bookings/{refs[0]}/approve")[0] == 200

    status, answer = api(secretary).post(f"/bookings/{refs[1]}/approve")

    assert (status, answer["code"], answer["equipment"]) == (409, "equipment_taken", ["CART"])


def test_change_takes_codes(api, applicant, body):
    _, made = api(applicant).post("/bookings", body())

    status, answer = api(applicant).patch(f"/bookings/{made['ref']}", {"equipment": ["CART"]})

    assert (status, answer["changes"]) == (200, {"equipment": [[], ["CART"]]})
