import pytest

from tests import factories

ROOM = {
    "code": "108",
    "name": "108会议室",
    "site": "HQ",
    "building": "",
    "floor": "1",
    "capacities": {"board_room": 24, "theatre": 60, "u_shape": 28},
    "standing_layout": "board_room",
    "equipment": ["projector", "microphone"],
    "microphones": 1,
    "movable_tables": True,
    "smoking_allowed": False,
    "accessibility": [],
    "accessibility_notes": "",
}
TIMES = "start=2026-11-24T09:00:00%2B08:00&end=2026-11-24T11:00:00%2B08:00"


def test_rooms_of_ones_site_are_listed(api, applicant, room_108):
    assert api(applicant).get("/rooms") == (200, {"items": [ROOM], "next": None})


def test_rooms_in_the_callers_language(api, applicant, room_108):
    applicant.language = "en"
    applicant.save()

    assert api(applicant).get("/rooms")[1]["items"][0]["name"] == "Room 108"


def test_rooms_of_other_sites_are_not_listed(api, stranger, room_108):
    assert api(stranger).get("/rooms")[1]["items"] == []
    assert api(stranger).get("/rooms?site=HQ")[1]["items"] == []


def test_rooms_out_of_use_are_not_listed(api, applicant, room_108):
    room_108.is_active = False
    room_108.save()

    assert api(applicant).get("/rooms")[1]["items"] == []


def test_rooms_are_paged(api, applicant, rooms):
    client = api(applicant)
    _, first = client.get("/rooms?limit=2")
    _, second = client.get(f"/rooms?limit=2&cursor={first['next']}")

    assert [[room["code"] for room in page["items"]] for page in (first, second)] == [["108", "201"], ["205"]]
    assert second["next"] is None


def test_rooms_cost_the_same_for_one_and_three(api, applicant, site, room_108, query_count):
    client = api(applicant)
    client.get("/rooms")
    one = query_count(lambda: client.get("/rooms"))
    factories.make_room(site, "201")
    factories.make_room(site, "205")

    assert query_count(lambda: client.get("/rooms")) == one


def test_free_rooms_are_best_fit_first(api, applicant, rooms):
    rooms[1].layouts.update(capacity=12)

    status, answer = api(applicant).get(f"/rooms/free?{TIMES}&headcount=10&layout=board_room&equipment=projector")

    assert status == 200
    assert [(room["code"], room["capacity"], room["layout"]) for room in answer["items"]] == [
        ("201", 12, "board_room"),
        ("108", 24, "board_room"),
        ("205", 24, "board_room"),
    ]


def test_free_rooms_leave_out_what_does_not_suit(api, applicant, secretary, rooms, body):
    ref = api(applicant).post("/bookings", body())[1]["ref"]
    api(secretary).post(f"/bookings/{ref}/approve")
    rooms[1].layouts.update(capacity=3)

    _, answer = api(applicant).get(f"/rooms/free?{TIMES}&headcount=10")

    assert [room["code"] for room in answer["items"]] == ["205"]


def test_free_rooms_that_suit_leave_no_need_of_alternatives(api, applicant, rooms):
    assert api(applicant).get(f"/rooms/free?{TIMES}&headcount=10")[1]["alternatives"] == []


def test_free_rooms_when_none_suits_name_what_is_nearest(api, applicant, rooms):
    status, answer = api(applicant).get(f"/rooms/free?{TIMES}&headcount=25&layout=board_room&equipment=projector")

    assert (status, answer["items"], answer["next"]) == (200, [], None)
    assert [(each["kind"], each["room"], each["cost"]["spare_seats"]) for each in answer["alternatives"]] == [
        ("less", "108", -1),
        ("less", "201", -1),
    ]


def test_free_rooms_take_equipment_repeated_or_with_commas(api, applicant, room_108):
    client = api(applicant)

    for query in ("equipment=projector,microphone", "equipment=projector&equipment=microphone", "equipment="):
        assert [room["code"] for room in client.get(f"/rooms/free?{TIMES}&{query}")[1]["items"]] == ["108"]
    assert client.get(f"/rooms/free?{TIMES}&equipment=projector,sound")[1]["items"] == []


def test_free_rooms_understand_an_offset_sent_undecoded(api, applicant, room_108):
    status, answer = api(applicant).get(f"/rooms/free?{TIMES.replace('%2B', '+')}")

    assert (status, [room["code"] for room in answer["items"]]) == (200, ["108"])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("end=2026-11-24T11:00:00Z", "start"),
        ("start=2026-11-24T11:00:00Z&end=2026-11-24T11:00:00Z", "end"),
        ("start=2026-11-24T11:00:00Z&end=2026-12-24T11:00:00Z", "end"),
        ("start=2026-11-24T11:00:00&end=2026-11-24T12:00:00Z", "start"),
        ("start=1795482000&end=2026-11-24T12:00:00Z", "start"),
        ("start=0001-01-01T00:00:00Z&end=0001-01-01T01:00:00Z", "start"),
        ("start=9999-12-31T23:00:00Z&end=9999-12-31T23:59:00Z", "start"),
        (f"{TIMES}&headcount=0", "headcount"),
        (f"{TIMES}&headcount=99999999999999999999", "headcount"),
        (f"{TIMES}&seats=4", "seats"),
        (f"{TIMES}&layout=pyramid", "layout"),
        (f"{TIMES}&equipment=laser", "equipment"),
        (f"{TIMES}&cursor=WzEwMF0", "cursor"),
        (f"{TIMES}&cursor=Wy0xXQ", "cursor"),
    ],
)
def test_free_rooms_with_a_bad_query_name_the_parameter(api, applicant, room_108, query, name):
    status, answer = api(applicant).get(f"/rooms/free?{query}")

    assert (status, name in answer["errors"]) == (422, True)


@pytest.fixture
def reachable(rooms):
    """201 without steps and with a loop, 205 without steps."""
    for room, access in ((rooms[1], ["hearing_loop", "step_free"]), (rooms[2], ["step_free"])):
        room.access, room.access_notes = access, "电梯在东侧"
        room.save()


def codes(answer):
    return [room["code"] for room in answer[1]["items"]]


def test_rooms_say_what_makes_them_accessible(api, applicant, reachable):
    found = api(applicant).get("/rooms")[1]["items"][1]

    assert (found["accessibility"], found["accessibility_notes"]) == (["step_free", "hearing_loop"], "电梯在东侧")


@pytest.mark.parametrize("path", ["/rooms?", f"/rooms/free?{TIMES}&"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("accessibility=step_free", {"201", "205"}),
        ("accessibility=step_free,hearing_loop", {"201"}),
        ("accessibility=step_free&accessibility=hearing_loop", {"201"}),
        ("accessibility=adjustable_table", set()),
        ("accessibility=", {"108", "201", "205"}),
    ],
)
def test_rooms_are_those_with_all_that_is_needed(api, applicant, reachable, path, query, expected):
    assert set(codes(api(applicant).get(path + query))) == expected


@pytest.mark.parametrize("path", ["/rooms?", f"/rooms/free?{TIMES}&"])
@pytest.mark.parametrize("value", ["lift", "step_free,lift", "%00"])
def test_unknown_need_is_refused_and_not_passed_over(api, applicant, reachable, path, value):
    status, answer = api(applicant).get(f"{path}accessibility={value}")

    assert (status, [name.split(".")[0] for name in answer["errors"]]) == (422, ["accessibility"])


def test_free_rooms_offer_nothing_instead_that_may_not_be_accessible(api, applicant, reachable):
    answer = api(applicant).get(f"/rooms/free?{TIMES}&headcount=20&accessibility=adjustable_table")[1]

    assert (answer["items"], answer["alternatives"]) == ([], [])
