"""Whatever is sent, the answer is an answer: never a crash, and every refusal a problem."""

import json
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies as st

from bookings.api.schemas import BookingIn, ServicesIn
from staff.services.tokens import issue_token

CAREFUL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

TIMES = st.sampled_from([
    "2026-11-24T09:00:00+08:00", "2026-11-24T11:00:00+08:00", "2026-11-24T11:00:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-11-24T24:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24T09:00:00+99:99",
    "2026-11-24T09:00:00.000000001Z", "2026-W48-2", "", "now", "2026-11-24T09:00:60Z", "2199-12-31T23:59:59Z",
    "２０２６-11-24T09:00:00Z",
])  # fmt: skip
TEXTS = st.text(max_size=30) | st.sampled_from(["108", "\x00", "\ud800", "x" * 5000, "board_room", "\u202e", "0"])
NUMBERS = st.integers() | st.sampled_from([0, 1, -1, 32767, 32768, 2**31, 2**63, 10**40]) | st.floats()
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | TIMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
FIELD_NAMES = st.sampled_from([*BookingIn.model_fields, "reason", "text", "held_until", "room"]) | TEXTS
SERVICE_NAMES = st.sampled_from([*ServicesIn.model_fields]) | TEXTS
BODY = st.dictionaries(FIELD_NAMES, ANY, max_size=6) | st.fixed_dictionaries(
    {
        "services": st.dictionaries(SERVICE_NAMES, ANY, max_size=4),
        "room": st.just("108"),
        "title": TEXTS,
        "start": TIMES,
        "end": TIMES,
        "headcount": NUMBERS,
    }
)
ACTIONS = ["submit", "approve", "decline", "question", "answer", "offer", "accept", "cancel", "start", "extend", "end"]
FILTERS = [
    "start", "end", "headcount", "layout", "equipment", "limit", "cursor", "date", "room", "state", "site", "mine",
    "since",
]  # fmt: skip
TICK_NAMES = st.sampled_from(["op", "done_at", "result", "note", "wanted"]) | TEXTS
TICK = st.dictionaries(TICK_NAMES, ANY | st.uuids().map(str), max_size=5)


@pytest.fixture
def client(administrator, room_108, now):
    return Client(headers={"Authorization": f"Bearer {issue_token(administrator, now)}"})


@pytest.fixture
def ref(client, body):
    response = client.post("/api/v1/bookings", json.dumps(body()), content_type="application/json")
    return response.json()["ref"]


def sent(client, method, path, body=None):
    content = json.dumps(body) if body is not None else ""
    response = client.generic(method, path, content, content_type="application/json")
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert json.loads(response.content)["status"] == response.status_code


@CAREFUL
@given(body=BODY | ANY)
def test_create_survives_any_body(client, body):
    sent(client, "POST", "/api/v1/bookings", body)


@CAREFUL
@given(fields=st.dictionaries(FIELD_NAMES, ANY, max_size=2))
def test_create_survives_one_odd_field_in_a_good_body(client, body, fields):
    sent(client, "POST", "/api/v1/bookings", body(**fields))


@CAREFUL
@given(body=BODY | ANY)
def test_patch_survives_any_body(client, ref, body):
    sent(client, "PATCH", f"/api/v1/bookings/{ref}", body)


@CAREFUL
@given(action=st.sampled_from(ACTIONS), body=st.none() | BODY | ANY)
def test_actions_survive_any_body(client, ref, action, body):
    sent(client, "POST", f"/api/v1/bookings/{ref}/{action}", body)


@CAREFUL
@given(
    path=st.sampled_from(["rooms", "rooms/free", "bookings", "steps", "reminders"]),
    query=st.dictionaries(st.sampled_from(FILTERS) | TEXTS, TEXTS | TIMES | NUMBERS.map(str), max_size=5),
)
def test_lists_survive_any_query(client, path, query):
    pairs = "&".join(
        f"{quote(name, errors='replace')}={quote(value, errors='replace')}" for name, value in query.items()
    )
    sent(client, "GET", f"/api/v1/{path}?{pairs}")


@CAREFUL
@given(ref=TEXTS)
def test_addresses_survive_any_reference(client, ref):
    for path in (
        f"bookings/{quote(ref, safe='', errors='replace')}",
        f"bookings/{quote(ref, errors='replace')}/approve",
    ):
        sent(client, "GET", f"/api/v1/{path}")
        sent(client, "POST", f"/api/v1/{path}", {})


@CAREFUL
@given(step=st.sampled_from(["1", "0", "-1", "x", "9" * 30, "%00"]), body=TICK | ANY)
def test_ticks_survive_any_body(client, step, body):
    sent(client, "POST", f"/api/v1/steps/{step}/tick", body)


@CAREFUL
@given(on=TEXTS | TIMES | st.dates().map(str).filter(lambda text: not "2000" <= text < "2200"), site=TEXTS)
def test_rundowns_survive_any_odd_day(client, on, site):
    """Odd days only: for a good one a whole document would be set."""
    sent(client, "GET", f"/api/v1/rundown?date={quote(on, errors='replace')}&site={quote(site, errors='replace')}")
