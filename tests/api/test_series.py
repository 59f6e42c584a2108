"""Series through the API: all or nothing, and every refusal by field."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bookings import services
from bookings.models import Booking, Series
from bookings.services.deciding import add_approver
from tests.api.test_fuzz import ANY, TEXTS, TIMES, client, sent  # noqa: F401 - a fixture among them

RULE = {"every": "week", "count": 3}
DATES = ["2026-11-24", "2026-12-01", "2026-12-08"]


@pytest.fixture
def make(api, applicant, body):
    def post(**fields):
        return api(applicant).post("/series", body(**({"rule": RULE} | fields)))

    return post


@pytest.fixture
def take(room_108, manager, now):
    """The room is out of use on the second date."""
    start = now + timedelta(days=8)
    terms = {"start": start, "end": start + timedelta(hours=2), "reason": "秘密", "actor": manager, "now": now}
    return lambda: services.close_room(room_id=room_108.pk, **terms)


def test_create_series_answers_every_date(make):
    status, answer = make()

    assert status == 201
    assert (answer["ref"], answer["rule"]) == ("HS-20261124-001", "FREQ=WEEKLY;BYDAY=TU;COUNT=3")
    assert [(each["date"], each["state"], each["start"]) for each in answer["dates"]] == [
        (on, "requested", f"{on}T09:00:00+08:00") for on in DATES
    ]


def test_create_series_with_a_taken_date_is_a_conflict_that_names_no_one(make, take):
    take()

    status, answer = make()

    assert (status, answer["code"]) == (409, "series_taken")
    assert answer["dates"] == [
        {
            "room": "108",
            "start": "2026-12-01T09:00:00+08:00",
            "end": "2026-12-01T11:00:00+08:00",
            "conflicts": [{"start": "2026-12-01T09:00:00+08:00", "end": "2026-12-01T11:00:00+08:00"}],
        }
    ]
    assert Booking.objects.count() == 0


@pytest.mark.parametrize("fields", [{"taken": "leave_out"}, {"leave_out": ["2026-12-01"]}])
def test_create_series_leaving_out_a_taken_date_keeps_it_with_the_reason(make, take, fields):
    take()

    status, answer = make(**fields)

    assert status == 201
    assert [(each["state"], each["booking"] is None) for each in answer["dates"]] == [
        ("requested", False),
        ("taken", True),
        ("requested", False),
    ]


def test_create_series_with_another_room_for_a_date(make, take, rooms):
    take()
    instead = {
        "date": "2026-12-01",
        "room": "201",
        "start": "2026-12-01T10:00:00+08:00",
        "end": "2026-12-01T12:00:00+08:00",
    }

    status, answer = make(instead=[instead])

    assert (status, answer["dates"][1]["room"], answer["dates"][1]["start"]) == (
        201,
        "201",
        "2026-12-01T10:00:00+08:00",
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"rule": {"every": "week"}}, "rule.until"),
        ({"rule": {"every": "sometimes", "count": 2}}, "rule.every"),
        ({"rule": {"every": "week", "count": 2, "weekdays": ["XX"]}}, "rule.weekdays"),
        ({"rule": {"every": "week", "count": 261}}, "rule.count"),
        ({"rule": {"every": "week", "until": "2030-01-01"}}, "rule.until"),
        ({"rule": {"every": "day", "count": 2, "hour": 3}}, "rule.hour"),
        ({"leave_out": ["2026-11-25"]}, "leave_out"),
        ({"taken": "maybe"}, "taken"),
        ({"headcount": 900}, "headcount"),
    ],
)
def test_create_series_with_bad_input_names_the_field(make, fields, name):
    status, answer = make(**fields)

    assert (status, list(answer["errors"])) == (422, [name])
    assert Series.objects.count() == 0


def test_read_series_of_somebody_else_is_not_there(make, api, server, stranger):
    _status, answer = make()

    assert [api(user).get(f"/series/{answer['ref']}")[0] for user in (server, stranger)] == [404, 404]


def test_approve_and_cancel_go_for_the_dates_named(make, api, secretary, applicant):
    ref = make()[1]["ref"]

    approved = api(secretary).post(f"/series/{ref}/approve", {"leave_out": ["2026-12-08"]})[1]
    assert [each["state"] for each in approved["dates"]] == ["approved", "approved", "declined"]
    assert api(secretary).post(f"/series/{ref}/approve")[0] == 409

    cancelled = api(applicant).post(f"/series/{ref}/cancel", {"first": "2026-12-01", "last": "2026-12-31"})[1]
    assert [each["state"] for each in cancelled["dates"]] == ["approved", "cancelled", "declined"]
    assert api(applicant).post(f"/series/{ref}/cancel", {"first": "2026-12-01"})[0] == 409


def test_decline_needs_a_reason_and_the_right(make, api, secretary, applicant):
    ref = make()[1]["ref"]

    assert api(applicant).post(f"/series/{ref}/decline", {"reason": "x"})[0] == 403
    assert api(secretary).post(f"/series/{ref}/decline", {"reason": ""})[0] == 422
    assert {each["state"] for each in api(secretary).post(f"/series/{ref}/decline", {"reason": "x"})[1]["dates"]} == {
        "declined"
    }


def test_series_stands_in_the_documentation(api, applicant):
    paths = api(applicant).get("/openapi.json")[1]["paths"]

    assert {path for path in paths if "/series" in path} == {
        "/api/v1/series",
        "/api/v1/series/{ref}",
        "/api/v1/series/{ref}/approve",
        "/api/v1/series/{ref}/decline",
        "/api/v1/series/{ref}/cancel",
    }


RULE_NAMES = st.sampled_from(["every", "interval", "weekdays", "until", "count", "dates"]) | TEXTS
NAMES = st.sampled_from(["rule", "leave_out", "instead", "taken", "holidays", "start", "end", "room"]) | TEXTS


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rule=st.dictionaries(RULE_NAMES, ANY | TIMES | st.sampled_from(DATES), max_size=3) | ANY,
    fields=st.dictionaries(NAMES, ANY, max_size=2),
)
def test_create_series_survives_any_body(client, body, rule, fields):  # noqa: F811 - the fixture
    whole = RULE | rule if isinstance(rule, dict) else rule
    sent(client, "POST", "/api/v1/series", body(rule=whole) | fields)


def test_approving_a_series_leaves_dates_that_others_decide_on(make, api, rooms, site, manager, secretary, now):
    place = {"room": rooms[1].code, "start": f"{DATES[1]}T09:00:00+08:00", "end": f"{DATES[1]}T11:00:00+08:00"}
    _status, answer = make(instead=[place | {"date": DATES[1]}])
    add_approver(site=site, room=rooms[1], user=manager, actor=secretary, now=now)

    def approved_by(user):
        status, dates = api(user).post(f"/series/{answer['ref']}/approve", {})
        return status, [each["state"] for each in dates["dates"]]

    assert approved_by(secretary) == (200, ["approved", "requested", "approved"])
    assert approved_by(manager) == (200, ["approved", "approved", "approved"])
