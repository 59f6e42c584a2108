"""Who gets in, and how errors are told whatever goes wrong."""

import json
from collections.abc import Mapping

import pytest
from django.test import Client

from staff.models import ApiToken

PROBLEM = "application/problem+json"


def told(response):
    """The status of a proper problem answer."""
    body = json.loads(response.content)
    assert response["Content-Type"] == PROBLEM
    assert isinstance(body, Mapping)
    assert body["status"] == response.status_code
    assert body["title"]
    return response.status_code


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer huiwu_\xff", "x"])
def test_call_without_a_valid_token_is_unauthorized(db, header):
    client = Client(headers={"Authorization": header} if header is not None else {})

    response = client.get("/api/v1/rooms")

    assert told(response) == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_call_with_a_revoked_token_is_unauthorized(api, applicant, now):
    client = api(applicant)
    ApiToken.objects.update(revoked_at=now)

    assert client.get("/rooms")[0] == 401


def test_call_of_a_person_who_left_is_unauthorized(api, applicant):
    client = api(applicant)
    applicant.is_active = False
    applicant.save()

    assert client.get("/rooms")[0] == 401


def test_call_with_a_bad_token_does_not_fall_back_on_the_session(applicant):
    client = Client(headers={"Authorization": "Bearer nonsense"})
    client.force_login(applicant)

    assert told(client.get("/api/v1/rooms")) == 401


def test_session_reads_and_needs_a_csrf_token_to_write(applicant, body):
    client = Client(enforce_csrf_checks=True)
    client.force_login(applicant)

    assert client.get("/api/v1/rooms").status_code == 200
    assert told(client.post("/api/v1/bookings", json.dumps(body()), content_type="application/json")) == 403


def test_session_with_a_csrf_token_writes(applicant, body):
    client = Client(enforce_csrf_checks=True)
    client.force_login(applicant)
    client.get("/api/v1/docs")

    response = client.post(
        "/api/v1/bookings",
        json.dumps(body()),
        content_type="application/json",
        headers={"X-CSRFToken": client.cookies["csrftoken"].value},
    )

    assert response.status_code == 201


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/rooms", "/api/v1/bookings/x/y/z"])
def test_unknown_address_is_told_as_a_problem(db, path):
    assert told(Client().get(path)) == 404


def test_wrong_method_is_told_with_what_is_allowed(api, applicant):
    client = api(applicant)
    client.call("DELETE", "/bookings")

    assert told(client.response) == 405
    assert sorted(client.response["Allow"].split(", ")) == ["GET", "POST"]


BODIES = [
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"[" * 20000, b'{"title": 1e999}', b"NaN", b'{"a":' * 3000,
    b'{"headcount": ' + b"9" * 5000 + b"}", b'{"title": "\\ud800", "\\udfff": 1}', b'{"\\u0000": "\\u0000"}',
]  # fmt: skip
CONTENT_TYPES = ["application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data", "x", ""]


@pytest.mark.parametrize("content", BODIES, ids=lambda each: repr(each[:20]))
def test_unreadable_body_is_refused(api, applicant, content):
    client = api(applicant)

    for method, path in (("POST", "/bookings"), ("PATCH", "/bookings/HW-1"), ("POST", "/bookings/HW-1/decline")):
        response = client.client.generic(method, f"/api/v1{path}", content, content_type="application/json")
        assert told(response) in {400, 404, 422}


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_odd_content_type_never_crashes(applicant, api, content_type):
    client = Client(enforce_csrf_checks=True)
    client.force_login(applicant)

    for caller in (client, api(applicant).client):
        response = caller.generic("POST", "/api/v1/bookings", b'--x\r\n\r\n{"a": 1}', content_type=content_type)
        assert told(response) in {400, 403, 415, 422}


def test_too_large_a_body_is_refused(api, applicant):
    client = api(applicant)
    client.post("/bookings", {"title": "x" * (6 * 1024 * 1024)})

    assert told(client.response) == 413


def test_crash_is_told_as_a_problem(api, applicant, monkeypatch):
    def crash(*args, **kwargs):
        raise RuntimeError

    client = api(applicant)
    client.client.raise_request_exception = False
    monkeypatch.setattr("rooms.api.sites_visible_to", crash)
    client.get("/rooms")

    assert told(client.response) == 500


def test_errors_are_in_the_callers_language(api, applicant, body, monkeypatch):
    """The language travels with the token; what is said in it is the catalogue's business."""
    from django.utils import translation

    from rooms import api_tools

    seen = []
    monkeypatch.setattr(api_tools, "gettext", lambda text: seen.append(translation.get_language()) or text)
    applicant.language = "zh-hant"
    applicant.save()

    api(applicant).post("/bookings", body(headcount=0))

    assert seen == ["zh-hant"]


def test_openapi_is_version_3_1_and_names_every_call(client, db):
    document = json.loads(client.get("/api/v1/openapi.json").content)

    calls = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert document["openapi"].startswith("3.1.")
    assert calls >= {
        "GET /api/v1/rooms",
        "GET /api/v1/rooms/free",
        "GET /api/v1/bookings",
        "POST /api/v1/bookings",
        "GET /api/v1/bookings/{ref}",
        "PATCH /api/v1/bookings/{ref}",
        *(
            f"POST /api/v1/bookings/{{ref}}/{action}"
            for action in (
                "approve",
                "decline",
                "question",
                "answer",
                "offer",
                "accept",
                "cancel",
                "start",
                "extend",
                "end",
            )
        ),
    }


def test_openapi_says_of_every_call_how_it_is_refused(client, db):
    document = json.loads(client.get("/api/v1/openapi.json").content)

    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"401", "403", "404", "409", "422"} <= set(operation["responses"])
    assert "Problem" in document["components"]["schemas"]


def test_openapi_refers_only_to_what_it_defines(client, db):
    document = json.loads(client.get("/api/v1/openapi.json").content)
    references = set()

    def collect(node):
        if isinstance(node, dict):
            references.update({node["$ref"]} if isinstance(node.get("$ref"), str) else set())
            for each in node.values():
                collect(each)
        elif isinstance(node, list):
            for each in node:
                collect(each)

    collect(document)
    defined = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references
    assert references <= defined


def test_docs_page_loads_nothing_from_elsewhere(client, db):
    response = client.get("/api/v1/docs")
    page = response.content.decode()

    assert response.status_code == 200
    assert "http://" not in page
    assert "https://" not in page
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
