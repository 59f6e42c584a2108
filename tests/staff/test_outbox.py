"""The outbox: at least once, under one message id, with back-off and a visible end."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from staff import notice_texts
from staff.models import Delivery
from staff.services import outbox
from staff.services.notices import notify
from staff.services.outbox import DeliveryReport, claim_next, deliver_due, retry_failed
from staff.tasks import deliver_outbox

TEXTS = {"test_decided": ("Booking %(ref)s is decided", "It begins %(start)s.")}


@pytest.fixture(autouse=True)
def texts(monkeypatch):
    monkeypatch.setattr(notice_texts, "_texts", dict(TEXTS))


@pytest.fixture
def make_delivery(applicant, now):
    applicant.email = "wang@example.test"
    applicant.save()

    def make(key="decided:1", ref="HW-1", **fields):
        params = {"ref": ref, "start": "2026-11-23T06:00:00+00:00"}
        facts = {"code": "test_decided", "params": params, "url": "/bookings/HW-1/", "mail": True}
        notice = notify(recipient=applicant, key=key, now=now, **facts)
        Delivery.objects.filter(notice=notice).update(**fields)
        return Delivery.objects.get(notice=notice)

    return make


@pytest.fixture
def failing(monkeypatch):
    """Makes sending raise what the test puts here; messages before that are counted."""
    state = {"error": None, "tries": 0}

    def send_messages(self, messages):
        state["tries"] += 1
        if state["error"]:
            raise state["error"]
        return real(self, messages)

    real = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return state


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts


def test_deliver_due_sends_and_marks(make_delivery, now, settings):
    settings.SITE_URL = "https://huiwu.example.test"
    delivery = make_delivery()

    report = deliver_due(now=now)

    delivery.refresh_from_db()
    [message] = mail.outbox
    assert report == DeliveryReport(sent=[delivery.pk])
    assert (delivery.state, delivery.sent_at, delivery.attempts) == ("sent", now, 1)
    assert (message.to, message.subject) == (["wang@example.test"], "Booking HW-1 is decided")
    assert message.extra_headers["Message-ID"] == f"<{delivery.message_id}@huiwu.example.test>"
    assert "https://huiwu.example.test/bookings/HW-1/" in message.body


@pytest.mark.parametrize(
    ("language", "when"),
    [("zh-hans", "11月23日 周一 14:00"), ("zh-hant", "11月23日 週一 14:00"), ("en", "Mon 23 Nov 14:00")],
)
def test_deliver_due_writes_in_the_readers_language_and_zone(make_delivery, applicant, now, language, when):
    applicant.language = language
    applicant.save()
    make_delivery()

    deliver_due(now=now)

    assert f"It begins {when}." in mail.outbox[0].body


def test_deliver_due_twice_sends_once(make_delivery, now):
    make_delivery()

    deliver_due(now=now)
    again = deliver_due(now=now + timedelta(hours=1))

    assert (again, len(mail.outbox)) == (DeliveryReport(), 1)


def test_deliver_due_before_its_time_waits(make_delivery, now):
    make_delivery(next_at=now + timedelta(seconds=1))

    early = deliver_due(now=now)
    on_time = deliver_due(now=now + timedelta(seconds=1))

    assert (early.sent, len(on_time.sent)) == ([], 1)


def test_deliver_due_server_away_puts_off_and_ends_the_round(make_delivery, now, failing):
    first, second = make_delivery(), make_delivery("decided:2")
    failing["error"] = ConnectionRefusedError("no route")

    report = deliver_due(now=now)

    first.refresh_from_db()
    assert report == DeliveryReport(retried=[first.pk])
    assert (first.next_at, first.last_error) == (now + timedelta(seconds=30), "ConnectionRefusedError: no route")
    assert (state_of(second), failing["tries"]) == (("pending", 0), 1)


def test_deliver_due_failing_again_waits_longer_each_time_then_fails(make_delivery, now, failing):
    delivery = make_delivery()
    failing["error"] = TimeoutError()
    waits, moment = [], now

    for _attempt in range(6):
        deliver_due(now=moment)
        delivery.refresh_from_db()
        waits.append(int((delivery.next_at - moment).total_seconds()))
        moment = delivery.next_at

    assert waits[:5] == [30, 60, 120, 240, 480]
    assert state_of(delivery) == ("failed", 6)
    assert deliver_due(now=moment + timedelta(days=1)) == DeliveryReport()


def test_deliver_due_after_the_server_is_back_sends_under_the_same_id(make_delivery, now, failing):
    delivery = make_delivery()
    failing["error"] = ConnectionResetError()
    deliver_due(now=now)
    failing["error"] = None

    deliver_due(now=now + timedelta(minutes=1))

    assert state_of(delivery) == ("sent", 2)
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{delivery.message_id}@")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"wang@example.test": (550, b"unknown")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"wang@example.test": (450, b"mailbox busy")}), "pending"),
        (smtplib.SMTPDataError(554, b"refused"), "failed"),
        (smtplib.SMTPDataError(451, b"try later"), "pending"),
        (ValueError("unsendable"), "failed"),
    ],
)
def test_deliver_due_refused_message_does_not_hold_up_the_next(make_delivery, now, failing, error, state):
    first, second = make_delivery(), make_delivery("decided:2")
    failing["error"] = error

    deliver_due(now=now)

    assert (state_of(first), state_of(second), failing["tries"]) == ((state, 1), (state, 1), 2)


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_deliver_due_without_a_reader_fails_visibly(make_delivery, applicant, now, fields):
    delivery = make_delivery()
    type(applicant).objects.filter(pk=applicant.pk).update(**fields)

    report = deliver_due(now=now)

    delivery.refresh_from_db()
    assert (report.failed, delivery.state, delivery.last_error) == ([delivery.pk], "failed", "no address")
    assert mail.outbox == []


def test_deliver_due_line_break_in_a_parameter_makes_no_header(make_delivery, now):
    make_delivery(ref="HW-1\r\nBcc: all@example.test")

    deliver_due(now=now)

    assert mail.outbox[0].subject == "Booking HW-1 Bcc: all@example.test is decided"


def test_deliver_due_row_of_a_dead_sender_is_sent_after_its_lease(make_delivery, now):
    delivery = make_delivery(state="sending", attempts=1, claimed_at=now)

    within = deliver_due(now=now + timedelta(minutes=5))
    after = deliver_due(now=now + timedelta(minutes=5, seconds=1))

    assert (within.sent, after.sent) == ([], [delivery.pk])
    assert state_of(delivery) == ("sent", 2)


def test_deliver_due_row_abandoned_at_its_last_attempt_fails(make_delivery, now):
    delivery = make_delivery(state="sending", attempts=6, claimed_at=now)

    deliver_due(now=now + timedelta(hours=1))

    assert (state_of(delivery), mail.outbox) == (("failed", 6), [])


def test_mark_after_the_lease_ran_out_leaves_the_other_senders_row(make_delivery, now):
    make_delivery()
    mine = claim_next(now=now)
    Delivery.objects.update(attempts=2)

    outbox._mark(mine, Delivery.State.SENT, sent_at=now)

    assert Delivery.objects.get().state == "sending"


def test_deliver_due_stops_at_its_limit(make_delivery, now):
    for number in range(3):
        make_delivery(f"decided:{number}")

    assert len(deliver_due(now=now, limit=2).sent) == 2


def test_retry_failed_puts_the_row_back_to_the_start(make_delivery, now):
    delivery = make_delivery(state="failed", attempts=6, last_error="x")

    assert retry_failed(delivery_id=delivery.pk, now=now) is True
    assert len(deliver_due(now=now).sent) == 1


def test_retry_failed_of_a_sent_row_is_refused(make_delivery, now):
    delivery = make_delivery(state="sent", sent_at=now)

    assert retry_failed(delivery_id=delivery.pk, now=now) is False


def test_deliver_outbox_task_sends_what_is_due(make_delivery, now, time_machine):
    make_delivery()
    time_machine.move_to(now)

    deliver_outbox()

    assert len(mail.outbox) == 1
