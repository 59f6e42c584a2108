"""PINs: set with the password, given once, tried five times, and nowhere to be read."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user

from staff.models import Notice, Pin, PinTries, StaffLog, User
from staff.services.people import change_person
from staff.services.pins import (
    GIVEN_VALID,
    LOCKED_MINUTES,
    MOST_TRIES,
    MOST_WRONG,
    WRONG_WITHIN,
    PinResult,
    give_pin,
    set_pin,
    try_pin,
)
from tests.factories import make_site, make_user
from tests.staff.shared_tablets.conftest import PIN

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tried(tablet, server):
    def go(pin, at, times=1):
        return [try_pin(person=server, tablet=tablet, pin=pin, now=at) for _try in range(times)][-1]

    return go


def test_name_and_pin_sign_in(browser, enter, server, tablet, now):
    answer = enter(server)

    assert (answer.url, get_user(browser)) == ("/tablet/", server)
    entry = StaffLog.objects.filter(verb="tablet_signed_in").get()
    assert (entry.person, entry.actor, entry.changes, entry.at) == (server, server, {"tablet": tablet.name}, now)


def test_wrong_pin_says_how_many_tries_are_left(browser, enter, server):
    answer = enter(server, "1111")

    assert (answer.status_code, answer.context["refusal"]) == (422, "This PIN is not right. 4 tries are left.")
    assert not get_user(browser).is_authenticated


@pytest.mark.parametrize("typed", ["", "123", "1234567", "12a4", "１２３４", "\x00\x00\x00\x00"])
def test_what_can_be_no_pin_is_no_try(enter, server, typed):
    answer = enter(server, typed)

    assert (answer.status_code, PinTries.objects.count()) == (422, 0)


def test_too_many_tries_lock_the_person_at_the_tablet_also_for_the_right_pin(tried, enter, server, now):
    assert tried("9999", now, MOST_TRIES).result == PinResult.LOCKED

    answer = enter(server)

    assert answer.context["refusal"] == "Too many wrong tries. Locked until 09:05; a manager can unlock it before."
    assert StaffLog.objects.filter(verb="pin_locked", person=server, actor=None).count() == 1


def test_lock_ends_and_the_next_one_is_longer(tried, now):
    at, lasted = now, []
    for _round in range(4):
        until = tried("9999", at, MOST_TRIES).until
        lasted.append((until - at) / MINUTE)
        at = until

    assert lasted == [*LOCKED_MINUTES, LOCKED_MINUTES[-1]]
    assert tried(PIN, at).result == PinResult.RIGHT


def test_right_pin_forgets_the_wrong_tries(tried, now):
    tried("9999", now, MOST_TRIES - 1)
    tried(PIN, now)

    assert tried("9999", now).left == MOST_TRIES - 1


def test_lock_is_of_one_person_at_one_tablet(tried, enter, enrolled, server, cleaner, now):
    tried("9999", now, MOST_TRIES)
    set_pin(person=cleaner, pin="1357", now=now)
    _other, elsewhere = enrolled(name="x")

    assert (enter(cleaner, "1357").url, enter(server, client=elsewhere).url) == ("/tablet/", "/tablet/")


@pytest.fixture
def guessed(server, enrolled):
    """Wrong at one tablet after another, four times each, so that none of them locks."""

    def go(at, times):
        tablets = [enrolled(name=f"t{number}")[0] for number in range((times + 3) // 4)]
        tries = [tablet for tablet in tablets for _try in range(4)][:times]
        return [try_pin(person=server, tablet=tablet, pin="9999", now=at).result for tablet in tries]

    return go


def test_wrong_tries_at_many_tablets_shut_the_pin_everywhere(guessed, enter, server, manager, now):
    assert guessed(now, MOST_WRONG) == [PinResult.WRONG] * MOST_WRONG

    assert guessed(now, 1) == [PinResult.SHUT]

    refusal = "Too many wrong tries at the tablets. This PIN is locked until a manager unlocks it."
    assert enter(server).context["refusal"] == refusal
    assert StaffLog.objects.filter(verb="pin_shut", person=server, actor=None).count() == 1
    notice = Notice.objects.get(code="pin_shut")
    assert (notice.recipient, notice.params, notice.url) == (manager, {"person": "Staff1"}, "/tablets/")


def test_right_pin_between_wrong_tries_makes_them_no_fewer(guessed, tried, now):
    for _round in range(MOST_WRONG // 4):
        tried("9999", now, 4)
        assert tried(PIN, now).result == PinResult.RIGHT

    assert tried("9999", now).result == PinResult.SHUT


def test_wrong_tries_of_yesterday_count_no_more(guessed, now):
    guessed(now, MOST_WRONG)

    assert guessed(now + WRONG_WITHIN, 1) == [PinResult.WRONG]


def test_manager_unlocks_at_all_tablets(client, guessed, manager, enter, server, now):
    guessed(now, MOST_WRONG + 1)
    client.force_login(manager)
    address = f"/tablets/pins/{Pin.objects.get().pk}/unlock/"
    page = client.get("/tablets/").content.decode()
    assert (address in page, "09:00" in page) == (True, True)

    client.post(address)

    assert enter(server).url == "/tablet/"
    assert guessed(now, 1) == [PinResult.WRONG]
    assert StaffLog.objects.filter(verb="pin_unlocked", actor=manager, person=server).count() == 1


@pytest.mark.parametrize("anew", [set_pin, give_pin])
def test_new_pin_opens_what_was_shut(anew, guessed, server, manager, now):
    guessed(now, MOST_WRONG + 1)

    anew(person=server, now=now, **({"pin": PIN} if anew is set_pin else {"actor": manager}))

    assert guessed(now, 1) == [PinResult.WRONG]


def test_manager_unlocks(client, manager, tried, enter, server, now):
    tried("9999", now, MOST_TRIES)
    client.force_login(manager)
    assert "Staff1" in client.get("/tablets/").content.decode()

    client.post(f"/tablets/tries/{PinTries.objects.get().pk}/unlock/")

    assert enter(server).url == "/tablet/"
    assert StaffLog.objects.filter(verb="pin_unlocked", actor=manager, person=server).count() == 1


def test_person_sets_a_pin_with_the_password(client, cleaner, tablet, now):
    client.force_login(cleaner)
    form = {"own-password": "demo", "own-new_pin": "8520", "own-again": "8520"}

    assert client.post("/accounts/pin/", form).url == "/accounts/profile/"

    assert try_pin(person=cleaner, tablet=tablet, pin="8520", now=now).result == PinResult.RIGHT
    assert Pin.objects.get().encoded.split("$")[0] in {"argon2", "md5"}
    assert StaffLog.objects.get(verb="pin_set").changes == {}


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"own-password": "wrong"}, "password"),
        ({"own-new_pin": "123"}, "new_pin"),
        ({"own-new_pin": "1111", "own-again": "1111"}, "new_pin"),
        ({"own-new_pin": "3456", "own-again": "3456"}, "new_pin"),
        ({"own-new_pin": "4321", "own-again": "4321"}, "new_pin"),
        ({"own-again": "8521"}, "again"),
    ],
)
def test_pin_is_not_set(client, cleaner, odd, field):
    client.force_login(cleaner)
    form = {"own-password": "demo", "own-new_pin": "8520", "own-again": "8520"}

    answer = client.post("/accounts/pin/", form | odd)

    assert (list(answer.context["pin_form"].errors), Pin.objects.count()) == ([field], 0)
    assert "8520" not in answer.content.decode()


def test_applicant_and_administrator_have_no_pin(client, applicant, administrator):
    for person in (applicant, administrator):
        client.force_login(person)
        assert client.post("/accounts/pin/", {}).status_code == 403
        assert client.get("/accounts/profile/").context["pin_form"] is None


def test_given_pin_is_shown_once_and_serves_only_to_choose_ones_own(client, browser, manager, cleaner, enter):
    client.force_login(manager)
    page = client.post(f"/people/{cleaner.pk}/pin/")
    pin = page.context["pin"]
    assert (len(pin), page["Cache-Control"], pin in Pin.objects.get().encoded) == (6, "no-store", False)

    answer = enter(cleaner, pin)

    assert (answer.url, get_user(browser).is_authenticated) == ("/tablet/people/new-pin/", False)
    assert browser.get("/tablet/").url == "/tablet/people/"
    chosen = browser.post("/tablet/people/new-pin/", {"new_pin": "8520", "again": "8520"})
    assert (chosen.url, get_user(browser)) == ("/tablet/", cleaner)
    browser.post("/tablet/lock/")
    assert (enter(cleaner, pin).status_code, enter(cleaner, "8520").url) == (422, "/tablet/")
    assert StaffLog.objects.get(verb="pin_given").actor == manager


def test_given_pin_ends_after_a_day(manager, server, tablet, now):
    pin = give_pin(person=server, actor=manager, now=now)

    results = [
        try_pin(person=server, tablet=tablet, pin=pin, now=at).result
        for at in (now + GIVEN_VALID, now + GIVEN_VALID - MINUTE)
    ]
    assert results == [PinResult.EXPIRED, PinResult.RIGHT]


def test_choosing_ends_after_five_minutes(browser, enter, manager, server, clock, now):
    enter(server, give_pin(person=server, actor=manager, now=now))
    clock.move_to(now + 6 * MINUTE, tick=False)

    answer = browser.post("/tablet/people/new-pin/", {"new_pin": "8520", "again": "8520"})

    assert (answer.url, Pin.objects.get().must_change) == ("/tablet/people/", True)


def test_given_pin_that_was_changed_meanwhile_changes_nothing_more(browser, enter, enrolled, manager, cleaner, now):
    given = give_pin(person=cleaner, actor=manager, now=now)
    _other, elsewhere = enrolled(name="x")
    enter(cleaner, given)
    enter(cleaner, given, client=elsewhere)
    elsewhere.post("/tablet/people/new-pin/", {"new_pin": "8520", "again": "8520"})

    answer = browser.post("/tablet/people/new-pin/", {"new_pin": "1470", "again": "1470"})

    assert (answer.url, get_user(browser).is_authenticated) == ("/tablet/people/", False)
    assert (enter(cleaner, "1470").status_code, enter(cleaner, "8520").url) == (422, "/tablet/")


def test_given_pin_that_another_took_the_place_of_serves_no_more(browser, enter, manager, cleaner, clock, now):
    enter(cleaner, give_pin(person=cleaner, actor=manager, now=now))
    clock.move_to(now + MINUTE, tick=False)
    give_pin(person=cleaner, actor=manager, now=now + MINUTE)

    answer = browser.post("/tablet/people/new-pin/", {"new_pin": "1470", "again": "1470"})

    assert (answer.url, Pin.objects.get().must_change) == ("/tablet/people/", True)


def test_choosing_without_the_given_pin_is_refused(browser, server):
    answer = browser.post("/tablet/people/new-pin/", {"new_pin": "8520", "again": "8520"})

    assert (answer.url, get_user(browser).is_authenticated) == ("/tablet/people/", False)


def test_manager_gives_no_pin_at_another_site_or_to_an_administrator(client, manager, administrator):
    client.force_login(manager)
    stranger = make_user("other", "service_staff", site=make_site("SZ"))

    assert [client.post(f"/people/{each.pk}/pin/").status_code for each in (stranger, administrator)] == [404, 403]
    assert Pin.objects.count() == 0


def test_person_of_another_site_is_refused(browser, enter, now):
    other = make_user("other", "service_staff", site=make_site("SZ"))
    set_pin(person=other, pin=PIN, now=now)

    assert (enter(other).status_code, get_user(browser).is_authenticated) == (404, False)


def test_person_who_left_is_refused(browser, enter, server):
    User.objects.filter(pk=server.pk).update(is_active=False)

    assert (enter(server).status_code, get_user(browser).is_authenticated) == (404, False)


def test_administrator_is_refused_also_with_a_pin(browser, enter, administrator, now):
    set_pin(person=administrator, pin=PIN, now=now)

    assert (enter(administrator).status_code, get_user(browser).is_authenticated) == (404, False)


def test_pin_opens_nothing_at_a_browser_that_is_no_tablet(client, server):
    answer = client.post(f"/tablet/people/{server.pk}/", {"pin": PIN})

    assert (answer.url, get_user(client).is_authenticated) == ("/", False)


def test_person_without_a_pin_is_told_where_to_get_one(enter, cleaner):
    assert enter(cleaner).context["refusal"].startswith("There is no PIN yet.")


def test_person_who_moves_to_another_site_is_signed_out(at_work, server, administrator, now):
    change_person(person_id=server.pk, fields={"site": make_site("SZ")}, actor=administrator, now=now)

    assert at_work.get("/tablet/").url == "/tablet/people/"


def test_pins_stand_in_no_log(enter, server, caplog, now):
    with caplog.at_level("DEBUG"):
        enter(server, "9731")
        enter(server)

    assert [text for text in (PIN, "9731") if text in caplog.text] == []
    logged = str(list(StaffLog.objects.values_list("verb", "changes")))
    assert [text for text in (PIN, "9731") if text in logged] == []
