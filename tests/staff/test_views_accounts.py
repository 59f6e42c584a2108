"""Sign-in, language and a person's own settings."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.utils import timezone

from staff.models import ApiToken, User
from staff.roles import Role
from staff.services.tokens import issue_token, user_of_token
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("empty_cache")

LOGIN = "/accounts/login/"


@pytest.fixture
def me(client, applicant):
    client.force_login(applicant)
    return client


def sign_in(client, password="demo", **fields):
    return client.post(LOGIN, {"username": "applicant", "password": password} | fields)


def test_sign_in_leads_to_the_first_page(client, applicant):
    answer = sign_in(client)

    assert (answer.status_code, answer.url, get_user(client)) == (302, "/", applicant)


@pytest.mark.parametrize(
    ("wanted", "leads"), [("/rooms/", "/rooms/"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_sign_in_goes_on_to_a_page_of_this_host_only(client, applicant, wanted, leads):
    assert sign_in(client, next=wanted).url == leads


def test_sign_in_with_a_wrong_password_stays_and_says_nothing_about_the_name(client, applicant):
    known = sign_in(client, "wrong")
    unknown = client.post(LOGIN, {"username": "nobody", "password": "wrong"})

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_sign_in_of_someone_who_left_is_refused(client, applicant):
    User.objects.update(is_active=False)

    assert (sign_in(client).status_code, get_user(client).is_authenticated) == (200, False)


def test_sign_in_signed_in_already_leads_on(me):
    assert me.get(LOGIN).url == "/"


def test_sign_in_locks_the_name_at_the_address_and_nobody_else(client, applicant, secretary):
    for _attempt in range(8):
        last = sign_in(client, "wrong")

    locked = sign_in(client)
    other = client.post(LOGIN, {"username": "secretary", "password": "demo"})

    assert (last.status_code, locked.status_code, other.status_code) == (429, 429, 302)
    assert "registration/locked.html" in [template.name for template in locked.templates]


@pytest.mark.parametrize(("debug", "shown"), [(True, True), (False, False)])
def test_sign_in_page_shows_demonstration_accounts_only_in_a_demonstration(client, db, settings, debug, shown):
    settings.DEBUG = debug

    assert bool(client.get(LOGIN).context["demo_accounts"]) is shown


def test_sign_out_needs_a_post(me):
    assert (me.get("/accounts/logout/").status_code, me.post("/accounts/logout/").url) == (405, LOGIN)
    assert get_user(me).is_authenticated is False


@pytest.mark.parametrize(
    ("role", "leads"),
    [
        (Role.APPLICANT, "/bookings/mine/"),
        (Role.SECRETARY, "/inbox/"),
        (Role.SERVICE_STAFF, "/tablet/"),
        (Role.CLEANER, "/tablet/"),
        (Role.TECHNICIAN, "/tablet/"),
        (Role.MANAGER, "/day/"),
        (Role.ADMINISTRATOR, "/day/"),
    ],
)
def test_home_is_the_first_page_of_the_role(client, site, role, leads):
    client.force_login(make_user("someone", role, site=site))

    assert client.get("/").url == leads


def test_language_is_kept_with_the_person_and_in_the_cookie(me, applicant):
    answer = me.post("/accounts/language/", {"language": "zh-hant", "next": "/rooms/"})

    applicant.refresh_from_db()
    assert (answer.url, applicant.language, answer.cookies["language"].value) == ("/rooms/", "zh-hant", "zh-hant")
    assert answer.cookies["language"]["samesite"] == "Lax"


def test_language_before_sign_in_is_kept_in_the_cookie(client, db):
    client.post("/accounts/language/", {"language": "en"})

    assert client.get(LOGIN, headers={"Accept-Language": "zh-CN"}).headers["Content-Language"] == "en"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""])
def test_language_goes_on_to_a_page_of_this_host_only(client, db, wanted):
    assert client.post("/accounts/language/", {"language": "en", "next": wanted}).url == "/"


def test_language_that_is_unknown_changes_nothing(me, applicant):
    answer = me.post("/accounts/language/", {"language": "fr"})

    applicant.refresh_from_db()
    assert (applicant.language, "language" in answer.cookies) == ("", False)


@pytest.mark.parametrize(
    ("own", "browser", "shown"),
    [("en", "zh-CN", "en"), ("", "zh-TW", "zh-hant"), ("", "", "zh-hans"), ("zh-hans", "en", "zh-hans")],
)
def test_page_is_in_the_persons_language_else_the_browsers(me, applicant, own, browser, shown):
    User.objects.update(language=own)
    headers = {"Accept-Language": browser} if browser else {}

    assert me.get("/accounts/profile/", headers=headers).headers["Content-Language"] == shown


def test_profile_saves_what_is_the_persons_own(me, applicant):
    data = {"display_name": "王敏", "phone": "6200", "email": "w@example.test", "language": "en"}

    answer = me.post("/accounts/profile/", data | {"department": "x", "is_superuser": "on"})

    applicant.refresh_from_db()
    assert (answer.status_code, answer.cookies["language"].value) == (302, "en")
    assert (applicant.display_name, applicant.phone, applicant.email) == ("王敏", "6200", "w@example.test")
    assert (applicant.department, applicant.is_superuser) == ("", False)


def test_profile_with_a_fault_saves_nothing_and_keeps_the_name_in_the_head(me, applicant):
    answer = me.post("/accounts/profile/", {"display_name": "", "email": "x"})

    assert set(answer.context["profile_form"].errors) == {"display_name", "email"}
    assert User.objects.get().display_name == "Applicant"


def test_password_change_keeps_this_browser_and_signs_out_the_others(me, applicant, client):
    other = type(client)()
    other.force_login(applicant)

    answer = me.post(
        "/accounts/password/",
        {"old_password": "demo", "new_password1": "a-longer-secret", "new_password2": "a-longer-secret"},
    )

    assert (answer.status_code, get_user(me).is_authenticated, get_user(other).is_authenticated) == (302, True, False)
    assert User.objects.get().check_password("a-longer-secret")


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", "a-longer-secret", "a-longer-secret"), ("demo", "short", "short"), ("demo", "a-longer-secret", "other")],
)
def test_password_change_with_a_fault_changes_nothing(me, old, new, again):
    answer = me.post("/accounts/password/", {"old_password": old, "new_password1": new, "new_password2": again})

    assert (answer.status_code, User.objects.get().check_password("demo")) == (200, True)


def test_token_is_shown_once_and_not_kept_by_the_browser(me, applicant):
    answer = me.post("/accounts/tokens/", {"scopes": ["read"]})
    token = answer.context["new_token"]

    assert token in answer.content.decode()
    assert token not in me.get("/accounts/profile/").content.decode()
    assert (answer.headers["Cache-Control"], user_of_token(token, timezone.now())) == ("no-store", applicant)


def test_token_is_made_with_its_scopes_and_its_day(me, applicant, now, time_machine):
    time_machine.move_to(now, tick=False)

    me.post("/accounts/tokens/", {"name": "OA", "scopes": ["bookings", "read"], "days": "30"})

    token = ApiToken.objects.get()
    assert (token.name, token.scopes, token.expires_at) == ("OA", ["read", "bookings"], now + timedelta(days=30))


@pytest.mark.parametrize(
    ("fields", "named"),
    [({}, "scopes"), ({"scopes": "root"}, "scopes"), ({"scopes": "read", "days": "9999"}, "days")],
)
def test_token_asked_for_wrongly_names_the_field_and_is_not_made(me, fields, named):
    answer = me.post("/accounts/tokens/", {"name": "OA"} | fields)

    assert (list(answer.context["token_form"].errors), ApiToken.objects.count()) == ([named], 0)
    assert 'value="OA"' in answer.content.decode()


def test_token_of_another_is_not_revoked(me, secretary, now):
    issue_token(secretary, now)

    me.post(f"/accounts/tokens/{ApiToken.objects.get().pk}/revoke/")

    assert ApiToken.objects.get().revoked_at is None


def test_token_revoked_leaves_the_page(me, applicant, now):
    issue_token(applicant, now)

    me.post(f"/accounts/tokens/{ApiToken.objects.get().pk}/revoke/")

    assert list(me.get("/accounts/profile/").context["tokens"]) == []


def test_admin_is_entered_through_the_one_sign_in_page(client, db):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"


def test_admin_shows_what_services_own_and_changes_nothing(client, administrator, room_108):
    client.force_login(administrator)

    assert client.get("/admin/").status_code == 200
    assert client.get(f"/admin/rooms/room/{room_108.pk}/change/").status_code == 200
    assert client.post(f"/admin/rooms/room/{room_108.pk}/change/", {"code": "x"}).status_code == 403
    assert client.get("/admin/rooms/room/add/").status_code == 403
    assert client.post(f"/admin/staff/user/{administrator.pk}/delete/", {"post": "yes"}).status_code == 403
