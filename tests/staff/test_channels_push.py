"""Web push: keys, endpoints, and what a push service's answer means."""

import json

import pytest
import requests

from staff.channels import push
from staff.channels.outcomes import Outcome
from staff.channels.push import Browser, is_browser_key, is_endpoint, public_key, send_push
from staff.models import Delivery, PushSubscription, User
from staff.services.notices import notify
from staff.services.outbox import deliver_due
from tests.staff.ways_out import browser_at, encoded, fake_room, registered


@pytest.fixture
def service(settings, monkeypatch):
    """A push service of this machine; plain HTTP, which only the form refuses."""
    settings.CHANNEL_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with fake_room(status=201) as room:
        yield room


def at(room):
    return browser_at(f"http://127.0.0.1:{room.port}/push/1")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(201, Outcome.SENT), (404, Outcome.GONE), (410, Outcome.GONE), (403, Outcome.REFUSED), (500, Outcome.REFUSED)],
)
def test_send_push_reads_the_services_answer(service, status, outcome):
    service.status = status

    assert send_push(at(service), {"title": "x"}) == outcome
    assert service.paths == ["/push/1"]


def test_send_push_is_unreadable_on_its_way(service):
    send_push(at(service), {"title": "Late in 108"})

    assert b"Late" not in service.messages[0]
    assert len(service.messages[0]) > 50


def test_send_push_inward_is_refused(service, settings):
    settings.CHANNEL_ALLOWED_NETWORKS = []

    assert (send_push(at(service), {"title": "x"}), service.paths) == (Outcome.NOT_ALLOWED, [])


def test_send_push_to_keys_that_are_none_harms_nobody(service):
    assert send_push(Browser(at(service).endpoint, "x", "y"), {"title": "x"}) == Outcome.NO_ANSWER


def test_public_key_follows_from_the_secret_and_from_the_setting(settings):
    settings.VAPID_PRIVATE_KEY = ""
    first = public_key()
    settings.SECRET_KEY = "another" * 8
    second = public_key()
    settings.VAPID_PRIVATE_KEY = encoded(b"\x01" * 32)
    given = public_key()

    assert len({first, second, given}) == 3
    assert [len(key) for key in (first, second, given)] == [87, 87, 87]


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://0x7f.1/x", False),
        ("https://localhost/x", False),
        ("https://[::1", False),
        ("javascript:alert(1)", False),
    ],
)
def test_is_endpoint_takes_https_outside_only(url, is_one):
    assert is_endpoint(url) is is_one


def test_is_browser_key_needs_a_point_and_sixteen_bytes():
    browser = browser_at()

    assert is_browser_key(browser.p256dh, browser.auth)
    assert not is_browser_key(browser.p256dh, encoded(b"a" * 15))
    assert not is_browser_key(encoded(b"\x04" + b"a" * 64), browser.auth)
    assert not is_browser_key("é", browser.auth)


@pytest.fixture
def told(server, service, now):
    """A notice to a person with one registered browser."""
    row = registered(server, now)
    PushSubscription.objects.update(endpoint=at(service).endpoint)
    facts = {"code": "reminder_due", "url": "/tablet/", "params": {"what": "Tea", "room": "108"}}
    notify(recipient=server, key="a", now=now, **facts)
    return row


def test_delivery_to_a_browser_carries_one_harmless_line(told, server, now, monkeypatch):
    seen = []
    monkeypatch.setattr(push, "_post", lambda _browser, payload, is_urgent: seen.append(payload) or 201)
    server.language = "en"
    server.save()

    deliver_due(now=now, lane="web")

    assert [(each["title"], each["body"], each["url"], each["urgent"]) for each in seen] == [
        ("Now: Tea, room 108", "", "/tablet/", False)
    ]


def test_delivery_sent_is_marked(told, service, now):
    deliver_due(now=now, lane="web")

    assert Delivery.objects.get().state == "sent"
    assert PushSubscription.objects.count() == 1


def test_delivery_to_a_browser_that_is_gone_removes_it(told, service, now):
    service.status = 410

    deliver_due(now=now, lane="web")

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error_class) == ("failed", "gone")
    assert PushSubscription.objects.count() == 0


def test_delivery_to_a_browser_of_somebody_who_left_is_not_sent(told, service, server, now):
    User.objects.filter(pk=server.pk).update(is_active=False)

    deliver_due(now=now, lane="web")

    assert (service.paths, Delivery.objects.get().error_class) == ([], "gone")
    assert PushSubscription.objects.count() == 0


def test_delivery_says_nothing_of_the_endpoint(told, service, now):
    service.status, service.body = 403, b"endpoint owner x"

    deliver_due(now=now, lane="web")

    assert (Delivery.objects.get().error_class, Delivery.objects.get().last_error) == ("refused", "")


def test_service_worker_shows_and_opens_what_is_pushed(client, db):
    text = client.get("/service-worker.js").content.decode()

    assert text.count('addEventListener("push"') == text.count('addEventListener("notificationclick"') == 1
    assert json.dumps("/notices/") in text


def test_push_library_uses_the_session_of_the_call(service, monkeypatch):
    """A session of its own would keep connections open beyond the guard."""
    closed = []
    monkeypatch.setattr(requests.Session, "close", lambda self: closed.append(1))

    send_push(at(service), {"title": "x"})

    assert closed
