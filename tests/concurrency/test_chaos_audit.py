"""The audit finds each kind of fault: a harness that can't fail would prove nothing."""

from datetime import timedelta

import pytest

from checklists.models import Reminder
from checklists.services.pulse import dispatch_all
from staff.models import Notice
from tests.concurrency.chaos import rows
from tests.concurrency.chaos.audit import audit

pytestmark = pytest.mark.django_db

SENT, MISSED = 20, 3


@pytest.fixture
def house():
    return rows.make_house(servers=8)


@pytest.fixture
def quiet(house, now):
    """All due, and dispatched by the product."""
    rows.at_once(house, SENT, now - timedelta(seconds=1))
    rows.past_grace(house, MISSED, now)
    dispatch_all(clock=lambda: now)


def found(house, now):
    return audit(now=now, managers=house.managers).faults()


def one_sent():
    return Reminder.objects.filter(state=Reminder.State.SENT).select_related("notice").first()


def copy_of(notice, **changes):
    notice.pk, notice.key = None, f"{notice.key}:again"
    for name, value in changes.items():
        setattr(notice, name, value)
    notice.save()


def test_audit_of_what_the_product_did_finds_nothing(quiet, house, now):
    findings = audit(now=now, managers=house.managers)

    assert findings.faults() == {}
    assert (findings.reminders, findings.sent, findings.missed) == (SENT + MISSED, SENT, MISSED)


def test_audit_undispatched_is_lost(house, now):
    rows.at_once(house, SENT, now - timedelta(seconds=1))

    assert found(house, now) == {"lost": SENT}


def test_audit_withdrawn_is_lost(quiet, house, now):
    Reminder.objects.filter(pk=one_sent().pk).update(state=Reminder.State.WITHDRAWN, notice=None)

    assert found(house, now) == {"lost": 1, "phantom": 1}


def test_audit_second_notice_of_a_step_is_doubled(quiet, house, now):
    copy_of(one_sent().notice)

    assert found(house, now) == {"doubled": 1}


def test_audit_notice_to_somebody_else_is_phantom(quiet, house, now):
    copy_of(one_sent().notice, recipient=house.managers[0])

    assert found(house, now) == {"phantom": 1}


def test_audit_mark_without_notice_is_silent(quiet, house, now):
    one_sent().notice.delete()

    assert found(house, now) == {"silent": 1}


def test_audit_mark_with_the_notice_of_another_step_is_silent(quiet, house, now):
    first, second = Reminder.objects.filter(state=Reminder.State.SENT)[:2]
    Reminder.objects.filter(pk=first.pk).update(notice=second.notice)

    assert found(house, now) == {"silent": 1}


def test_audit_miss_that_one_manager_did_not_hear_of_is_untold(quiet, house, now):
    Notice.objects.filter(code="reminders_missed", recipient=house.managers[1]).delete()

    assert found(house, now) == {"untold": MISSED}


def test_audit_miss_told_twice_is_told_too_often(quiet, house, now):
    copy_of(Notice.objects.get(code="reminders_missed", recipient=house.managers[0]))

    assert found(house, now) == {"told_too_often": MISSED}


def test_audit_superseded_without_its_newer_one_must_be_told(quiet, house, now):
    Reminder.objects.filter(pk=one_sent().pk).update(state=Reminder.State.MISSED, reason="superseded")

    assert found(house, now) == {"phantom": 1, "untold": 1}
