"""Two tablets with one code, and many tries of a PIN at the same moment."""

import threading
from collections import Counter
from functools import partial

import pytest
from django.contrib.auth.hashers import check_password

from staff.errors import StaffError
from staff.models import Notice, Pin, PinTries, SharedTablet
from staff.services.pins import MOST_TRIES, MOST_WRONG, PinResult, choose_pin, give_pin, set_pin, try_pin, unlock_pin
from staff.services.tablets import enrol_tablet, make_tablet_code

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 8


@pytest.fixture
def tablet(site, manager, now):
    code = make_tablet_code(site=site, name="x", place="", actor=manager, now=now)[1]
    return enrol_tablet(code=code, now=now)[0]


def test_one_code_at_once_makes_one_tablet(at_once, site, manager, now):
    code = make_tablet_code(site=site, name="x", place="", actor=manager, now=now)[1]

    answers = at_once(*[lambda: enrol_tablet(code=code, now=now)] * RIVALS)

    refused = [each.code for each in answers if isinstance(each, StaffError)]
    assert (refused, SharedTablet.objects.count()) == (["code_used"] * (RIVALS - 1), 1)


def test_control_a_look_before_the_write_lets_two_through(site, manager, now, at_once):
    """Both see the code unused before either has used it: only the lock keeps them apart."""
    code = make_tablet_code(site=site, name="x", place="", actor=manager, now=now)[0]
    seen, barrier = [], threading.Barrier(2)

    def look():
        seen.append(type(code).objects.get(pk=code.pk).tablet_id)
        barrier.wait()

    at_once(look, look)
    assert seen == [None, None]


def test_tries_at_once_are_no_more_than_one_after_the_other(at_once, tablet, server, now):
    set_pin(person=server, pin="2580", now=now)

    answers = at_once(*[lambda: try_pin(person=server, tablet=tablet, pin="9999", now=now)] * RIVALS)

    results = sorted(each.result for each in answers)
    wrong = MOST_TRIES - 1
    assert results == [PinResult.LOCKED] * (RIVALS - wrong) + [PinResult.WRONG] * wrong
    assert PinTries.objects.get().locks == 1


def test_right_pin_at_once_is_right_each_time(at_once, tablet, server, now):
    set_pin(person=server, pin="2580", now=now)
    try_pin(person=server, tablet=tablet, pin="9999", now=now)

    answers = at_once(*[lambda: try_pin(person=server, tablet=tablet, pin="2580", now=now)] * RIVALS)

    assert [each.result for each in answers] == [PinResult.RIGHT] * RIVALS


def test_right_pin_while_a_manager_unlocks_is_a_try_like_any(at_once, tablet, server, manager, now):
    set_pin(person=server, pin="2580", now=now)
    try_pin(person=server, tablet=tablet, pin="9999", now=now)
    row = PinTries.objects.get()

    unlock = partial(unlock_pin, tries_id=row.pk, actor=manager, now=now)
    answers = at_once(*[unlock, partial(try_pin, person=server, tablet=tablet, pin="9999", now=now)] * 4)

    assert [each for each in answers if isinstance(each, Exception)] == []


def test_given_pin_serves_once_also_at_two_tablets_at_once(at_once, server, manager, now):
    give_pin(person=server, actor=manager, now=now)
    given_at = Pin.objects.get().set_at

    pins = [f"25{number:02}" for number in range(RIVALS)]
    answers = at_once(*[partial(choose_pin, person=server, given_at=given_at, pin=pin, now=now) for pin in pins])

    assert sorted(answers) == [False] * (RIVALS - 1) + [True]
    assert check_password(pins[answers.index(True)], Pin.objects.get().encoded)


def test_tries_at_many_tablets_at_once_are_counted_one_after_the_other(at_once, site, server, manager, now):
    set_pin(person=server, pin="2580", now=now)
    codes = [make_tablet_code(site=site, name="x", place="", actor=manager, now=now)[1] for _ in range(RIVALS)]
    tablets = [enrol_tablet(code=code, now=now)[0] for code in codes]

    def guess(tablet):
        return [try_pin(person=server, tablet=tablet, pin="9999", now=now).result for _try in range(4)]

    found = Counter(result for answers in at_once(*[partial(guess, each) for each in tablets]) for result in answers)

    assert found == {PinResult.WRONG: MOST_WRONG, PinResult.SHUT: 4 * RIVALS - MOST_WRONG}
    assert Notice.objects.filter(code="pin_shut").count() == 1
