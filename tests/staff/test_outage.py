"""While the database is away nobody meets a crash: people a calm page, programs a problem."""

import psycopg2
import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from staff.outage import is_outage
from staff.services.tokens import issue_token

SECRET = "could not connect to server at db.internal, user huiwu"


@pytest.fixture
def failing(db):
    """From when it is called the database answers nothing but this error, whoever asks."""
    with pytest.MonkeyPatch.context() as patch:

        def cut(error):
            def fail(*_args, **_kwargs):
                raise error

            for name in ("cursor", "chunked_cursor", "_savepoint"):
                patch.setattr(connection, name, fail)

        yield cut


@pytest.fixture
def away(failing):
    return lambda: failing(OperationalError(SECRET))


@pytest.fixture
def browser(applicant):
    client = Client(raise_request_exception=False)
    client.force_login(applicant)
    return client


def is_silent(response):
    return not [word for word in ("Traceback", "OperationalError", "db.internal") if word in response.content.decode()]


PAGES = ["/", "/bookings/new/", "/bookings/mine/", "/board/"]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_page_says_so_calmly(browser, away, settings, path, debug):
    settings.DEBUG = debug
    away()

    response = browser.get(path, headers={"accept-language": "en"})

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "15", "no-store")
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert ("Back in a moment" in response.content.decode(), is_silent(response)) == (True, True)
    assert f'href="{path}"' in response.content.decode()


@pytest.mark.parametrize("path", ["/feeds/xyz.ics", "/bookings/HW-20261124-001/"])
def test_page_without_a_person_is_no_crash_either(away, path):
    away()

    response = Client(raise_request_exception=False).get(path)

    assert response.status_code in {302, 503}
    assert is_silent(response)


def test_page_that_needs_no_database_is_served(away):
    away()

    assert Client(raise_request_exception=False).get("/healthz").status_code == 200


def test_post_leads_on_to_the_first_page(browser, away):
    away()

    response = browser.post("/bookings/new/?next=x", {"title": "季度会"})

    assert (response.status_code, 'href="/"' in response.content.decode()) == (503, True)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_page_is_in_the_readers_language(away, language):
    away()
    client = Client(raise_request_exception=False, headers={"accept-language": language})
    client.cookies["sessionid"] = "x" * 32

    response = client.get("/bookings/mine/")

    assert (response.status_code, response["Content-Language"]) == (503, language)
    assert f'<html lang="{language}">' in response.content.decode()


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/rooms"),
        ("GET", "/api/v1/bookings/HW-20261124-001"),
        ("POST", "/api/v1/bookings/HW-20261124-001/approve"),
        ("GET", "/api/v1/waiting"),
    ],
)
def test_api_answers_with_a_problem(away, applicant, now, settings, method, path, debug):
    settings.DEBUG = debug
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {issue_token(applicant, now)}"})
    away()

    response = client.generic(method, path, content_type="application/json")

    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert (response["Retry-After"], response.json()["status"]) == ("15", 503)
    assert set(response.json()) == {"type", "title", "status", "detail"}
    assert is_silent(response)


def test_api_called_by_a_browser_answers_with_a_problem_too(browser, away):
    away()

    response = browser.get("/api/v1/rooms")

    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")


def caused(kind, code):
    class Cause(psycopg2.Error):
        pgcode = code

    error = kind("x")
    error.__cause__ = Cause("x")
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("x"), True),
        (InterfaceError("connection already closed"), True),
        (caused(OperationalError, None), True),
        (caused(OperationalError, "57P01"), True),
        (caused(OperationalError, "08006"), True),
        (caused(OperationalError, "53300"), True),
        # A deadlock, a statement that took too long, a full disk: the database is there.
        (caused(OperationalError, "40P01"), False),
        (caused(OperationalError, "57014"), False),
        (caused(OperationalError, "53100"), False),
        (ValueError("x"), False),
        (None, False),
    ],
)
def test_outage_is_told_from_other_faults(error, expected):
    assert is_outage(error) is expected


def test_other_faults_stay_faults(browser, failing):
    failing(caused(OperationalError, "40P01"))

    response = browser.get("/bookings/mine/")

    assert (response.status_code, "Back in a moment" in response.content.decode()) == (500, False)


def test_real_connection_that_was_cut_is_an_outage(db):
    """What the driver itself raises when the server is not there."""
    with pytest.raises(psycopg2.OperationalError) as caught:
        psycopg2.connect(host="127.0.0.1", port=1, dbname="x", user="x", connect_timeout=2)
    error = OperationalError("x")
    error.__cause__ = caught.value

    assert is_outage(error)
