"""A tablet is made by a code, once and for a few minutes, and shut out at once."""

import logging
from datetime import timedelta

import pytest
from django.contrib.auth import get_user

from config.logs import HiddenKeys
from rooms.models import RoomLog
from staff.errors import StaffError
from staff.models import SharedTablet, TabletCode
from staff.services.people import change_person
from staff.services.tablets import VALID, enrol_tablet
from staff.views.tablet_enrol import MOST_CODES
from tests.factories import make_site, make_user

pytestmark = pytest.mark.usefixtures("empty_cache")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(client, manager):
    client.force_login(manager)
    return client


def refusal_of(code, at):
    with pytest.raises(StaffError) as refused:
        enrol_tablet(code=code, now=at)
    return refused.value.code


def test_code_is_shown_once_and_no_secret_is_stored(office, site):
    answer = office.post("/tablets/", {"name": "茶水间平板", "place": "2F"})

    code = answer.context["code"].replace(" ", "")
    row = TabletCode.objects.get()
    assert (answer.status_code, answer["Cache-Control"], "<svg" in answer.content.decode()) == (200, "no-store", True)
    assert [code in str(value) for value in vars(row).values()] == [False] * len(vars(row))
    assert "code" not in (office.get("/tablets/").context or {})


def test_browser_that_confirms_the_code_is_enrolled_with_a_key_scripts_cannot_read(client, new_code, manager, now):
    client.force_login(manager)
    code = new_code()
    shown = client.get(f"/tablet/enrol/{code}/")
    assert (shown.status_code, SharedTablet.objects.count()) == (200, 0)

    answer = client.post(f"/tablet/enrol/{code}/")

    cookie = answer.cookies["tablet"]
    tablet = SharedTablet.objects.get()
    assert (answer.url, cookie["httponly"], cookie["samesite"]) == ("/tablet/people/", True, "Lax")
    assert (tablet.enrolled_by, tablet.enrolled_at, cookie.value in tablet.digest) == (manager, now, False)
    assert not get_user(client).is_authenticated
    entry = RoomLog.objects.get()
    assert (entry.verb, entry.actor, entry.changes) == ("tablet_enrolled", manager, {"tablet": "服务台平板"})


def test_code_serves_once(new_code, now):
    code = new_code()
    enrol_tablet(code=code, now=now)

    assert (refusal_of(code, now), SharedTablet.objects.count()) == ("code_used", 1)


def test_code_serves_until_its_time(new_code, now):
    code = new_code()

    assert refusal_of(code, now + VALID) == "code_expired"
    assert enrol_tablet(code=code, now=now + VALID - timedelta(seconds=1))[0].name == "服务台平板"


def test_code_that_is_not_known_is_refused(new_code, now):
    new_code()

    assert refusal_of("AAAAAAAA", now) == "code_unknown"


def test_code_of_a_manager_who_is_none_any_more_is_refused(new_code, manager, administrator, now):
    code = new_code()
    change_person(person_id=manager.pk, fields={}, roles=["applicant"], actor=administrator, now=now)

    assert refusal_of(code, now) == "code_unknown"


@pytest.mark.parametrize("typed", ["{0}", "{1} {2}", "{1}-{2}", " {3} "])
def test_code_is_taken_however_it_is_typed(client, new_code, typed):
    code = new_code()

    answer = client.post("/tablet/enrol/", {"code": typed.format(code, code[:4], code[4:], code.lower())})

    assert (answer.status_code, answer.url) == (302, f"/tablet/enrol/{code}/")


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDEFGHJ", "会议室"])
def test_what_can_be_no_code_is_told_beside_the_field(client, typed, db):
    answer = client.post("/tablet/enrol/", {"code": typed})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])


def test_codes_tried_at_random_are_stopped_by_address(client, new_code):
    code = new_code()
    answers = [client.get("/tablet/enrol/AAAAAAAA/").status_code for _try in range(MOST_CODES)]

    assert (set(answers), client.post(f"/tablet/enrol/{code}/").status_code) == ({404}, 429)
    assert SharedTablet.objects.count() == 0


def test_tablet_shut_out_is_told_so_at_its_next_request(at_work, office, tablet, manager):
    office.post(f"/tablets/{tablet.pk}/revoke/")

    page, script = at_work.get("/tablet/"), at_work.get("/tablet/hello/")

    assert (page.status_code, page.url, script.status_code) == (302, "/tablet/revoked/", 401)
    assert not get_user(at_work).is_authenticated
    assert "no longer enrolled" in at_work.get("/tablet/revoked/").content.decode()
    assert [(each.verb, each.actor) for each in RoomLog.objects.order_by("pk")][-1] == ("tablet_revoked", manager)


def test_tablet_shut_out_opens_for_nobodys_pin(browser, enter, server, office, tablet):
    office.post(f"/tablets/{tablet.pk}/revoke/")

    assert enter(server).url == "/tablet/revoked/"
    assert not get_user(browser).is_authenticated


def test_tablet_shut_out_becomes_an_ordinary_browser_when_asked(browser, office, tablet):
    office.post(f"/tablets/{tablet.pk}/revoke/")

    left = browser.post("/tablet/leave/")

    assert (left.url, left.cookies["tablet"].value) == ("/accounts/login/", "")
    del browser.cookies["tablet"]
    assert browser.get("/accounts/login/").status_code == 200


def test_tablet_in_use_does_not_become_an_ordinary_browser(browser):
    answer = browser.post("/tablet/leave/")

    assert (answer.url, "tablet" in answer.cookies) == ("/tablet/people/", False)


def test_session_of_a_tablet_is_worth_nothing_without_its_key(at_work):
    del at_work.cookies["tablet"]

    assert at_work.get("/tablet/").url.startswith("/accounts/login/")
    assert not get_user(at_work).is_authenticated


def test_session_of_one_tablet_is_worth_nothing_at_another(at_work, enrolled):
    _other, browser = enrolled(name="x")
    browser.cookies["sessionid"] = at_work.cookies["sessionid"].value

    assert browser.get("/tablet/").url == "/tablet/people/"


def test_manager_of_another_site_shuts_out_no_tablet_of_this_one(client, tablet, now):
    elsewhere = make_site("SZ")
    client.force_login(make_user("other", "manager", site=elsewhere))

    assert client.post(f"/tablets/{tablet.pk}/revoke/").status_code == 404
    assert SharedTablet.objects.get().revoked_at is None


def test_list_of_tablets_asks_as_often_for_three_as_for_one(office, enrolled, query_count):
    enrolled(name="1")
    few = query_count(lambda: office.get("/tablets/"))
    for name in ("2", "3"):
        enrolled(name=name)

    assert query_count(lambda: office.get("/tablets/")) == few


def test_last_seen_is_written_once_a_minute(browser, tablet, clock, now):
    clock.move_to(now + MINUTE / 2, tick=False)
    browser.get("/tablet/people/")
    early = SharedTablet.objects.get().last_seen_at
    clock.move_to(now + MINUTE, tick=False)
    browser.get("/tablet/people/")

    assert (early, SharedTablet.objects.get().last_seen_at) == (now, now + MINUTE)


def test_log_leaves_the_code_out():
    record = logging.LogRecord("x", logging.INFO, "x", 1, '"GET %s"', ("/tablet/enrol/ABCDEFGH/",), None)
    HiddenKeys().filter(record)

    assert record.getMessage() == '"GET /tablet/enrol/…/"'
