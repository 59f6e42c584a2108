"""The shells and the pages that stand outside the apps."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

LOGIN = "/accounts/login/"


def test_login_page_has_its_fields_and_a_way_past_the_menu(client, db):
    page = client.get(LOGIN, headers={"Accept-Language": "en"}).content.decode()

    assert re.findall(r'<input class="form-control" type="(\w+)" name="(\w+)"', page) == [
        ("text", "username"),
        ("password", "password"),
    ]
    assert '<a class="skip" href="#main">To the content</a>' in page


def test_login_wrong_password_says_so_and_keeps_the_name(client, applicant):
    page = client.post(LOGIN, {"username": "applicant", "password": "x"}, headers={"Accept-Language": "en"})

    assert "The name or the password is not right." in page.content.decode()
    assert 'value="applicant"' in page.content.decode()


@pytest.mark.parametrize(("debug", "accounts"), [(True, 7), (False, 0)])
def test_login_lists_demonstration_accounts_only_in_debug(client, db, settings, debug, accounts):
    settings.DEBUG = debug

    page = client.get(LOGIN).content.decode()

    assert page.count("data-account=") == accounts


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "zh-hans"), ("zh-hant", "zh-hant"), ("en", "en"), ("fr", "zh-hans")]
)
def test_page_says_its_language(client, db, settings, language, said):
    settings.LANGUAGE_CODE = "zh-hans"

    page = client.get(LOGIN, headers={"Accept-Language": language}).content.decode()

    assert re.search(r'<html lang="([\w-]+)"', page).group(1) == said


def test_every_script_carries_the_nonce_and_nothing_is_inline(client, secretary):
    client.force_login(secretary)

    page = client.get("/inbox/")

    body = page.content.decode()
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", body, flags=re.DOTALL)
    nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"]).group(1)
    assert scripts
    assert [text for _attributes, text in scripts if text.strip()] == []
    assert [attributes for attributes, _text in scripts if f'nonce="{nonce}"' not in attributes] == []
    assert re.findall(r'\s(?:style|on\w+)="', body) == []


def test_unknown_address_is_answered_in_the_products_look(client, applicant):
    client.force_login(applicant)

    page = client.get("/nowhere/", headers={"Accept-Language": "en"})

    assert page.status_code == 404
    assert 'class="brand"' in page.content.decode()


def test_forbidden_page_keeps_the_menu(client, applicant):
    client.force_login(applicant)

    page = client.get("/inbox/")

    assert page.status_code == 403
    assert 'aria-current="page"' not in page.content.decode()
    assert "/bookings/mine/" in page.content.decode()


def test_missing_csrf_token_is_explained(applicant):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(applicant)

    page = strict.post("/accounts/logout/", headers={"Accept-Language": "en"})

    assert page.status_code == 403
    assert "Please try again" in page.content.decode()


def test_sign_in_with_a_token_from_before_shows_the_form_once_more(applicant):
    strict = Client(enforce_csrf_checks=True)

    page = strict.post(LOGIN, {"username": "applicant", "password": "x"}, headers={"Accept-Language": "en"})

    assert page.status_code == 403
    assert "Please sign in once more." in page.content.decode()
    assert 'value="applicant"' in page.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()).group(1)
    again = strict.post(LOGIN, {"username": "applicant", "password": "x", "csrfmiddlewaretoken": token})
    assert again.status_code == 200


def test_sign_in_with_a_token_from_before_leads_on_who_is_in(applicant):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(applicant)

    page = strict.post(LOGIN, {"username": "applicant", "password": "x", "next": "/board/"})

    assert page.headers["Location"] == "/board/"


def test_fault_page_needs_neither_request_nor_database():
    page = render_to_string("500.html")

    assert 'class="empty"' in page


def test_page_of_a_signed_in_person_is_kept_by_no_cache(client, secretary):
    assert "Cache-Control" not in client.get("/tablet/offline/").headers
    client.force_login(secretary)

    assert client.get("/inbox/").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/accounts/login/", "/tablet/", "/nowhere/", "/tablet/hello/", "/service-worker.js"])
def test_every_answer_carries_the_mark_of_this_service(client, db, path):
    assert "X-Huiwu" in client.get(path)
