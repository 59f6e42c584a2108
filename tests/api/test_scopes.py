"""A token does only what it was made for."""

import json

import pytest
from django.test import Client

from config.api import api as house
from staff.api_tools import TokenAuth
from staff.models import Scope
from staff.services.tokens import issue_token


@pytest.fixture
def call(secretary, now):
    def make(scopes):
        token = issue_token(secretary, now, scopes=scopes)
        client = Client(headers={"Authorization": f"Bearer {token}"})

        def send(method, path, body=None):
            response = client.generic(method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")
            return response.status_code, response.json(), response.get("WWW-Authenticate", "")

        return send

    return make


def test_token_to_read_reads_and_writes_nothing(call, body):
    send = call(["read"])

    status, problem, challenge = send("POST", "/bookings", body())

    assert send("GET", "/rooms")[0] == 200
    assert (status, problem["scopes"]) == (403, ["bookings"])
    assert challenge == 'Bearer realm="api", error="insufficient_scope", scope="bookings"'


def test_token_to_book_does_not_decide(call, body, api, applicant):
    ref = api(applicant).post("/bookings", body())[1]["ref"]
    send = call(["bookings"])

    assert send("POST", "/bookings", body(title="二"))[0] == 201
    assert send("GET", "/rooms")[1]["scopes"] == ["read"]
    assert send("POST", f"/bookings/{ref}/approve")[1]["scopes"] == ["decide"]
    assert call(["decide"])("POST", f"/bookings/{ref}/approve")[0] == 200


def test_token_to_tick_runs_meetings(call, body, api, applicant):
    ref = api(applicant).post("/bookings", body())[1]["ref"]

    assert call(["bookings", "decide"])("POST", f"/bookings/{ref}/start")[1]["scopes"] == ["steps"]
    # Allowed, but nobody has approved it.
    assert call(["steps"])("POST", f"/bookings/{ref}/start")[0] == 409


def test_scope_never_gives_more_than_the_person_may_do(applicant, now, api, body):
    ref = api(applicant).post("/bookings", body())[1]["ref"]

    status, problem = api(applicant).post(f"/bookings/{ref}/approve")

    assert (status, "scopes" in problem) == (403, False)


def test_every_call_that_writes_names_its_scope():
    """One that names none asks for a token for everything, and is not meant to be left so."""
    writes = {
        f"{method} {path}": operation
        for _, router in house._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        if method != "GET"
    }
    unnamed = [
        name
        for name, operation in writes.items()
        if not any(isinstance(each, TokenAuth) and each.scope for each in operation.auth_callbacks)
    ]

    assert "POST /bookings/{ref}/approve" in writes
    assert unnamed == []


def test_token_past_its_day_is_unauthorized(secretary, now):
    token = issue_token(secretary, now, scopes=[Scope.READ], expires_at=now)

    assert Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/rooms").status_code == 401
