from http import HTTPStatus

import pytest

from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.services.deciding import add_rule

SERVICES = {
    "tea": True,
    "coffee": False,
    "water": True,
    "fruit": False,
    "flowers": False,
    "flags": ["CN", "FR"],
    "name_plates": 10,
    "stationery": False,
    "materials": False,
    "sign_in": False,
}
GUEST = {"name": "李先生", "ash_tray": "left", "tea": "浓茶", "drink": "", "diet": "", "seat": "", "foreign": "France"}


def test_create_whole_answers_the_booking(api, applicant, body):
    services = {"tea": True, "water": True, "flags": ["CN", "FR"], "name_plates": True}
    guest = {"name": "李先生", "ash_tray": "left", "tea": "浓茶", "foreign": "France"}

    status, answer = api(applicant).post(
        "/bookings", body(services=services, guests=[guest], equipment=["projector"], kind="decision")
    )

    assert status == 201
    assert (answer["ref"], answer["state"]) == ("HW-20261124-001", "requested")
    assert (answer["start"], answer["end"]) == ("2026-11-24T09:00:00+08:00", "2026-11-24T11:00:00+08:00")
    assert (answer["layout"], answer["host"], answer["contact"]) == ("board_room", "市场部", "王敏")
    assert answer["services"] == SERVICES
    assert answer["guests"] == [GUEST]
    assert answer["equipment"] == ["projector"]


def test_create_least_takes_host_and_contact_from_the_caller(api, applicant, body):
    applicant.department = "法务部"
    applicant.save()
    least = {name: value for name, value in body().items() if name not in {"host", "contact"}}

    status, answer = api(applicant).post("/bookings", least)

    assert (status, answer["host"], answer["contact"]) == (201, "法务部", "Applicant")


def test_create_without_submit_is_a_draft(api, applicant, body):
    client = api(applicant)

    _, draft = client.post("/bookings", body(submit=False))
    status, answer = client.post(f"/bookings/{draft['ref']}/submit")

    assert (draft["state"], status, answer["state"]) == ("draft", 200, "requested")


@pytest.mark.parametrize(("given", "stored"), [(True, 10), (False, 0), (4, 4)])
def test_create_name_plates_takes_true_or_a_count(api, applicant, body, given, stored):
    _, answer = api(applicant).post("/bookings", body(services={"name_plates": given}))

    assert answer["services"]["name_plates"] == stored


WRONG = [
    ({"colour": "red"}, ["colour"]),
    ({"services": {"beer": True}}, ["services.beer"]),
    ({"guests": [{"name": "李", "age": 5}]}, ["guests.0.age"]),
    ({"headcount": "10"}, ["headcount"]),
    ({"headcount": 10.5}, ["headcount"]),
    ({"headcount": True}, ["headcount"]),
    ({"headcount": 0}, ["headcount"]),
    ({"headcount": 10**30}, ["headcount"]),
    ({"headcount": 25}, ["headcount"]),
    ({"headcount": None}, ["headcount"]),
    ({"start": 1795482000}, ["start"]),
    ({"start": "1795482000"}, ["start"]),
    ({"start": "2026-11-24"}, ["start"]),
    ({"start": "2026-11-24T09:00:00"}, ["start"]),
    ({"start": "2026-11-31T09:00:00+08:00"}, ["start"]),
    ({"start": "0001-01-01T00:00:00+14:00"}, ["start"]),
    ({"start": "2026-11-24T09:00:00+23:59"}, ["start"]),
    ({"end": "9999-12-31T23:59:59-14:00"}, ["end"]),
    ({"end": "2026-11-24T09:00:00+08:00"}, ["end"]),
    ({"end": "2026-11-26T09:00:00+08:00"}, ["end"]),
    ({"start": "2026-11-20T09:00:00+08:00", "end": "2026-11-20T10:00:00+08:00"}, ["end", "start"]),
    ({"start": "2036-11-20T09:00:00+08:00", "end": "2036-11-20T10:00:00+08:00"}, ["start"]),
    ({"title": "字" * 121}, ["title"]),
    ({"title": " "}, ["title"]),
    ({"title": 7}, ["title"]),
    ({"title": "a\x00b"}, ["title"]),
    ({"title": "\ud800"}, ["title"]),
    ({"room": "999"}, ["room"]),
    ({"room": "\x00"}, ["room"]),
    ({"layout": "banquet"}, ["layout"]),
    ({"layout": "pyramid"}, ["layout"]),
    ({"kind": "party"}, ["kind"]),
    ({"equipment": ["sound"]}, ["equipment"]),
    ({"equipment": ["laser"]}, ["equipment"]),
    ({"microphones": 2}, ["microphones"]),
    ({"guests": [{"name": "李", "ash_tray": "middle"}]}, ["guests"]),
    ({"guests": [{}]}, ["guests.0.name"]),
    ({"temperature": 40}, ["temperature"]),
    ({"submit": "yes"}, ["submit"]),
    ({"services": {"tea": 1}}, ["services.tea"]),
    ({"services": {"name_plates": -1}}, None),
    ({"services": {"flags": ["x" * 61]}}, ["services.flags"]),
    ({"agenda": [{"title": "a", "start": "2026-11-24T08:00:00Z", "end": "2026-11-24T09:30:00Z"}]}, ["agenda"]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "names"), WRONG, ids=[str(each[0])[:40] for each in WRONG])
def test_create_with_a_fault_names_the_field(api, applicant, body, fields, names):
    client = api(applicant)

    status, answer = client.post("/bookings", body(**fields))

    assert (status, answer["status"], answer["title"]) == (422, 422, HTTPStatus(422).phrase)
    assert client.response["Content-Type"] == "application/problem+json"
    assert names is None or sorted(answer["errors"]) == names
    assert all(text for texts in answer["errors"].values() for text in texts)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("name", ["room", "title", "start", "end", "headcount"])
def test_create_without_a_needed_field_names_it(api, applicant, body, name):
    lacking = {key: value for key, value in body().items() if key != name}

    status, answer = api(applicant).post("/bookings", lacking)

    assert (status, list(answer["errors"])) == (422, [name])


def test_create_at_a_time_the_clock_skips_is_refused(api, applicant, body, site):
    site.time_zone = "America/New_York"
    site.save()
    skipped = body(start="2027-03-14T02:30:00-05:00", end="2027-03-14T04:00:00-04:00")

    status, answer = api(applicant).post("/bookings", skipped)

    assert (status, list(answer["errors"])) == (422, ["start"])


def test_create_in_a_taken_room_answers_conflict(api, applicant, secretary, rooms, body):
    ref = api(applicant).post("/bookings", body(title="秘密收购"))[1]["ref"]
    api(secretary).post(f"/bookings/{ref}/approve")

    status, answer = api(applicant).post("/bookings", body())

    start, end = body()["start"], body()["end"]
    assert (status, answer["code"]) == (409, "room_taken")
    assert answer["conflicts"] == [{"start": "2026-11-24T08:30:00+08:00", "end": "2026-11-24T11:30:00+08:00"}]
    cost = {"minutes_shifted": 0, "minutes_lost": 0, "days_later": 0, "spare_seats": 14, "moves_tables": False}
    same = {"start": start, "end": end, "kind": "other_room", "cost": {**cost, "other_floor": False, "missing": []}}
    assert answer["alternatives"][:2] == [{"room": "201", **same}, {"room": "205", **same}]
    assert "秘密收购" not in str(answer)


def test_create_by_floor_staff_is_forbidden(api, server, body):
    assert api(server).post("/bookings", body())[0] == 403


def test_create_for_a_room_elsewhere_is_no_such_room(api, stranger, body):
    status, answer = api(stranger).post("/bookings", body())

    assert (status, list(answer["errors"])) == (422, ["room"])


def test_read_foreign_is_not_found(api, applicant, stranger, body):
    ref = api(applicant).post("/bookings", body())[1]["ref"]

    assert api(stranger).get(f"/bookings/{ref}")[0] == 404
    assert api(applicant).get(f"/bookings/{ref}")[0] == 200


def test_action_known_but_not_allowed_is_forbidden(api, applicant, body):
    client = api(applicant)
    ref = client.post("/bookings", body())[1]["ref"]

    assert client.post(f"/bookings/{ref}/approve")[0] == 403


def test_action_on_ones_own_request_is_forbidden(api, secretary, body):
    client = api(secretary)
    ref = client.post("/bookings", body())[1]["ref"]

    assert client.post(f"/bookings/{ref}/approve")[0] == 403


def test_action_repeated_answers_the_state(api, applicant, secretary, body):
    ref = api(applicant).post("/bookings", body())[1]["ref"]
    client = api(secretary)
    client.post(f"/bookings/{ref}/approve")

    status, answer = client.post(f"/bookings/{ref}/approve")

    assert (status, answer["status"], answer["state"]) == (409, 409, "approved")


def test_action_unknown_is_not_found(api, applicant, body):
    client = api(applicant)
    ref = client.post("/bookings", body())[1]["ref"]

    status, answer = client.post(f"/bookings/{ref}/bless")

    assert (status, answer["status"]) == (404, 404)


def test_actions_take_a_meeting_from_request_to_end(api, applicant, secretary, server, body, time_machine):
    ask, decide, serve = api(applicant), api(secretary), api(server)
    ref = ask.post("/bookings", body())[1]["ref"]

    def state(client, action, said=None):
        return client.post(f"/bookings/{ref}/{action}", said)[1]["state"]

    states = [
        state(decide, "question", {"text": "几点开始布置？"}),
        state(ask, "answer", {"text": "八点。"}),
        state(decide, "approve", {}),
    ]
    time_machine.move_to("2026-11-24T09:00:00+08:00", tick=False)
    states.append(state(serve, "start"))
    _, extended = serve.post(f"/bookings/{ref}/extend", {"end": "2026-11-24T11:30:00+08:00"})
    time_machine.move_to("2026-11-24T11:30:00+08:00", tick=False)
    _, ended = serve.post(f"/bookings/{ref}/end")

    assert states == ["questioned", "requested", "approved", "running"]
    assert extended["end"] == "2026-11-24T11:30:00+08:00"
    assert (ended["state"], ended["actual_start"], ended["actual_end"]) == (
        "ended", "2026-11-24T09:00:00+08:00", "2026-11-24T11:30:00+08:00",
    )  # fmt: skip


def test_decline_without_a_reason_is_refused(api, applicant, secretary, body):
    ref = api(applicant).post("/bookings", body())[1]["ref"]
    client = api(secretary)

    assert client.post(f"/bookings/{ref}/decline")[0] == 422
    assert client.post(f"/bookings/{ref}/decline", {"reason": " "})[1]["errors"].keys() == {"reason"}
    assert client.post(f"/bookings/{ref}/decline", {"reason": "已满"})[1]["decline_reason"] == "已满"


def test_cancel_works_with_and_without_a_reason(api, applicant, body):
    client = api(applicant)
    first, second = (client.post("/bookings", body())[1]["ref"] for _ in range(2))

    assert client.post(f"/bookings/{first}/cancel")[1]["state"] == "cancelled"
    assert client.post(f"/bookings/{second}/cancel", {"reason": "改期"})[1]["cancel_reason"] == "改期"


def test_offer_accepted_moves_and_approves(api, applicant, secretary, rooms, body):
    ref = api(applicant).post("/bookings", body())[1]["ref"]
    times = {"start": "2026-11-24T10:00:00+08:00", "end": "2026-11-24T12:00:00+08:00"}

    _, offered = api(secretary).post(f"/bookings/{ref}/offer", {"room": "201", **times})
    _, accepted = api(applicant).post(f"/bookings/{ref}/accept")

    held_until = "2026-11-24T09:00:00+08:00"
    assert offered["offer"] == {"room": "201", **times, "held_until": held_until}
    assert (accepted["state"], accepted["room"], accepted["offer"]) == ("approved", "201", None)
    assert {name: accepted[name] for name in times} == times


def test_patch_of_substance_reopens_and_answers_the_difference(api, applicant, secretary, body):
    client = api(applicant)
    ref = client.post("/bookings", body())[1]["ref"]
    api(secretary).post(f"/bookings/{ref}/approve")

    status, answer = client.patch(f"/bookings/{ref}", {"headcount": 12, "services": {"tea": True}, "host": "法务部"})

    assert status == 200
    assert answer == {
        "ref": ref,
        "state": "requested",
        "reopened": True,
        "by_rule": False,
        "changes": {"host": ["市场部", "法务部"], "headcount": [10, 12], "services.tea": [False, True]},
    }


def test_patch_harmless_keeps_the_approval(api, applicant, secretary, body):
    client = api(applicant)
    ref = client.post("/bookings", body())[1]["ref"]
    api(secretary).post(f"/bookings/{ref}/approve")

    _, answer = client.patch(f"/bookings/{ref}", {"title": "年度会"})

    assert (answer["state"], answer["changes"]) == ("approved", {"title": ["季度会", "年度会"]})


def test_patch_leaves_alone_what_is_not_named(api, applicant, body):
    client = api(applicant)
    ref = client.post("/bookings", body(services={"tea": True, "water": True}))[1]["ref"]

    client.patch(f"/bookings/{ref}", {"services": {"tea": False}})

    services = client.get(f"/bookings/{ref}")[1]["services"]
    assert (services["tea"], services["water"]) == (False, True)


@pytest.mark.parametrize(
    "change", [{"state": "approved"}, {"submit": True}, {"start": None}, {"headcount": None}, {"room": ""}]
)
def test_patch_of_what_cannot_be_changed_is_refused(api, applicant, body, change):
    client = api(applicant)
    ref = client.post("/bookings", body())[1]["ref"]

    status, answer = client.patch(f"/bookings/{ref}", change)

    assert (status, list(answer["errors"])) == (422, list(change))


def test_list_is_what_the_caller_may_see(api, applicant, secretary, server, stranger, body):
    ref = api(applicant).post("/bookings", body())[1]["ref"]

    seen = {
        user.username: [item["ref"] for item in api(user).get("/bookings")[1]["items"]]
        for user in (applicant, secretary, server, stranger)
    }

    assert seen == {"applicant": [ref], "secretary": [ref], "staff1": [], "stranger": []}


def test_list_pages_through_everything_once(api, applicant, body):
    client = api(applicant)
    refs = [client.post("/bookings", body())[1]["ref"] for _ in range(5)]
    found, cursor, pages = [], "", 0

    while cursor is not None:
        _, page = client.get(f"/bookings?limit=2&cursor={cursor}")
        found += [item["ref"] for item in page["items"]]
        cursor, pages = page["next"], pages + 1

    assert (found, pages) == (refs, 3)


def test_list_by_date_room_and_state(api, applicant, rooms, body):
    client = api(applicant)
    here = client.post("/bookings", body())[1]["ref"]
    there = client.post("/bookings", body(room="201"))[1]["ref"]
    later = client.post(
        "/bookings", body(start="2026-11-25T00:00:00+08:00", end="2026-11-25T01:00:00+08:00", submit=False)
    )[1]["ref"]

    def refs(query):
        return [item["ref"] for item in client.get(f"/bookings?{query}")[1]["items"]]

    assert refs("date=2026-11-24") == [here, there]
    assert refs("date=2026-11-25") == [later]
    assert refs("room=201") == [there]
    assert refs("state=draft") == [later]


BAD_QUERIES = [
    "limit=101", "limit=0", "limit=x", "limit=99999999999999999999", "cursor=x", "cursor=e30", "cursor=WzEsMl0",
    "date=x", "date=0001-01-01", "date=9999-12-31", "state=open", "state=%00", "room=%00", "sate=draft",
    "cursor=%F0%9F%98%80", "cursor=WyIyMDI2LTExLTI0VDAxOjAwOjAwKzAwOjAwIiwgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTldD",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_list_with_a_bad_query_names_the_parameter(api, applicant, query):
    status, answer = api(applicant).get(f"/bookings?{query}")

    assert (status, list(answer["errors"])) == (422, [query.split("=")[0]])


def test_private_topic_is_masked_for_floor_staff_only(api, applicant, secretary, server, body):
    agenda = [{"title": "报价", "start": "2026-11-24T09:00:00+08:00", "end": "2026-11-24T09:30:00+08:00"}]
    private = body(title="秘密收购", purpose="收购", agenda=agenda, private=True)
    ref = api(applicant).post("/bookings", private)[1]["ref"]
    api(secretary).post(f"/bookings/{ref}/approve")

    answers = {user.username: api(user).get(f"/bookings/{ref}")[1] for user in (applicant, secretary, server)}

    topics = {name: (each["title"], each["purpose"], each["agenda"][0]["title"]) for name, each in answers.items()}
    told, hidden = ("秘密收购", "收购", "报价"), (str(MASKED_TITLE), "", "")
    assert topics == {"applicant": told, "secretary": told, "staff1": hidden}


def test_patch_that_a_rule_covers_keeps_the_approval(api, applicant, secretary, body, site, now):
    ref = api(applicant).post("/bookings", body())[1]["ref"]
    assert api(secretary).post(f"/bookings/{ref}/approve")[0] == 200
    facts = {"rooms": [], "host_department": "", "kinds": []}
    add_rule(site=site, most_people=20, **facts, actor=secretary, now=now)

    answer = api(applicant).patch(f"/bookings/{ref}", {"headcount": 18})[1]

    assert (answer["state"], answer["reopened"], answer["by_rule"]) == ("approved", False, True)
