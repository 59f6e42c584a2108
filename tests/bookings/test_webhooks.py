"""Webhooks: told of what happened and of nothing else, signed, retried, and never aimed inward."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bookings import services
from bookings.models import Booking, Webhook, WebhookDelivery
from bookings.services.series.decisions import approve_series
from bookings.services.webhook_outbox import claim, deliver_webhooks, mark
from bookings.services.webhook_queue import queue_events
from bookings.services.webhooks import add_webhook
from bookings.tasks import deliver_webhooks as deliver_task
from bookings.webhook_events import EVENTS, event_of
from bookings.webhook_sending import UrlError, checked_url
from rooms.models import RoomLog
from staff.channels.sealing import unseal

HOUR = timedelta(hours=1)


class Receiver:
    """A real server that keeps what it gets and answers as told."""

    def __init__(self):
        self.got, self.status, self.headers = [], 204, {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body))
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(settings):
    settings.CHANNEL_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def hook(site, administrator, now):
    def make(url="https://192.0.2.1/hook", events=tuple(EVENTS), **facts):
        facts = {"site": site, "name": "OA", "actor": administrator, "now": now} | facts
        return add_webhook(url=url, host="x", events=events, **facts)

    return make


@pytest.fixture
def booking(applicant, room_108, now):
    start = now + 5 * HOUR
    data = services.BookingData(
        room=room_108,
        title="并购谈判",
        is_private=True,
        start_at=start,
        end_at=start + HOUR,
        headcount=10,
        host_department="市场部",
        contact_name="王敏",
        contact_phone="62019988",
        guests=(services.GuestData(name="外宾"),),
    )
    return services.request_booking(data=data, actor=applicant, now=now)


def approve(booking, secretary, now):
    return services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)


def test_webhook_is_told_of_a_decision_and_of_no_topic_or_name(hook, receiver, booking, secretary, now):
    _, secret = hook(receiver.url)
    approve(booking, secretary, now)

    report = deliver_webhooks(now=now)

    [(path, headers, body)] = receiver.got
    delivery = WebhookDelivery.objects.get()
    assert (report.sent, path, delivery.state, delivery.answered, delivery.sent_at) == (1, "/hook", "sent", 204, now)
    assert json.loads(body) == {
        "id": str(delivery.message_id),
        "event": "approved",
        "at": "2026-11-23T09:00:00+08:00",
        "site": "HQ",
        "booking": booking.ref,
        "state": "approved",
        "version": 1,
    }
    assert (headers["X-Huiwu-Event"], headers["X-Huiwu-Delivery"]) == ("approved", str(delivery.message_id))
    stamp, mac = (part.partition("=")[2] for part in headers["X-Huiwu-Signature"].split(","))
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (stamp, mac) == (str(int(now.timestamp())), signed)


def test_webhook_is_told_of_each_step_it_wants(hook, booking, applicant, secretary, server, now):
    hook()
    facts = {"booking_id": booking.pk, "actor": secretary, "now": now}
    services.question_booking(**facts, text="?")
    services.answer_booking(**facts | {"actor": applicant}, text="!")
    services.change_booking(**facts, changes={"title": "x"})
    services.approve_booking(**facts)
    services.change_booking(**facts, changes={"headcount": 20})
    services.approve_booking(**facts)
    services.start_meeting(**facts | {"actor": server, "now": booking.start_at})
    services.end_meeting(**facts | {"actor": server, "now": booking.start_at})

    told = list(WebhookDelivery.objects.order_by("pk").values_list("event", flat=True))
    assert told == ["questioned", "answered", "changed", "approved", "reopened", "approved", "started", "ended"]


def test_webhook_is_told_of_each_date_of_a_series(hook, series, secretary, now):
    hook(events=["approved", "cancelled"])
    hook(events=["declined"])
    dates = list(series.bookings.order_by("start_at"))

    approve_series(series_id=series.pk, actor=secretary, now=now)

    told = WebhookDelivery.objects.order_by("pk").values_list("event", "payload__booking", "payload__state")
    assert list(told) == [("approved", each.ref, "approved") for each in dates]


def test_webhooks_of_a_series_cost_the_same_for_one_and_three(hook, series, secretary, now, query_count):
    hook()
    entries = [log for each in series.bookings.all() for log in each.log.select_related("booking__site")]

    assert len(entries) > 2
    assert query_count(lambda: queue_events(entries[:1])) == query_count(lambda: queue_events(entries))


def test_webhook_hears_nothing_of_other_events_sites_and_when_paused(hook, booking, secretary, stranger, now):
    hook(events=["cancelled"])
    hook(site=stranger.site)
    paused, _ = hook()
    Webhook.objects.filter(pk=paused.pk).update(is_active=False)

    approve(booking, secretary, now)

    assert WebhookDelivery.objects.count() == 0


def test_webhook_hears_nothing_of_a_draft(hook, applicant, room_108, now):
    hook()
    start = now + 5 * HOUR
    facts = {"title": "x", "headcount": 1, "host_department": "x", "contact_name": "x"}
    data = services.BookingData(room=room_108, start_at=start, end_at=start + HOUR, **facts)
    draft = services.request_booking(data=data, actor=applicant, now=now, submit=False)
    services.change_booking(booking_id=draft.pk, actor=applicant, now=now, changes={"title": "y"})
    before = WebhookDelivery.objects.count()

    services.submit_booking(booking_id=draft.pk, actor=applicant, now=now)

    assert (before, [each.event for each in WebhookDelivery.objects.all()]) == (0, ["requested"])


def test_webhook_of_a_change_undone_is_told_nothing(hook, booking, secretary, now, monkeypatch):
    hook()

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("bookings.services.decisions.tell_outbid", fail)
    with pytest.raises(RuntimeError):
        approve(booking, secretary, now)

    assert WebhookDelivery.objects.count() == 0


def test_webhook_that_does_not_take_it_is_tried_again_under_the_same_id(hook, receiver, booking, secretary, now):
    hook(receiver.url)
    approve(booking, secretary, now)
    receiver.status = 503

    deliver_webhooks(now=now)
    delivery = WebhookDelivery.objects.get()
    first = (delivery.state, delivery.attempts, delivery.next_at, delivery.answered, delivery.error_class)
    receiver.status = 200
    early = deliver_webhooks(now=now + timedelta(seconds=29))
    again = deliver_webhooks(now=now + timedelta(seconds=30))

    assert first == ("pending", 1, now + timedelta(seconds=30), 503, "refused")
    assert (early.sent, again.sent) == (0, 1)
    assert receiver.got[0][1]["X-Huiwu-Delivery"] == receiver.got[1][1]["X-Huiwu-Delivery"]


def test_webhook_that_never_takes_it_fails_in_the_end(hook, receiver, booking, secretary, now):
    hook(receiver.url)
    approve(booking, secretary, now)
    receiver.status, moment = 500, now
    for _ in range(10):
        deliver_webhooks(now=moment)
        moment += 2 * HOUR

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, len(receiver.got)) == ("failed", 10, 10)
    assert deliver_webhooks(now=moment).sent == 0


def test_webhook_that_sends_elsewhere_is_not_followed(hook, receiver, booking, secretary, now):
    hook(receiver.url)
    approve(booking, secretary, now)
    receiver.status, receiver.headers = 307, {"Location": receiver.url + "/other"}

    deliver_webhooks(now=now)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.answered, delivery.error_class, [path for path, _, _ in receiver.got]) == (
        307,
        "refused",
        ["/hook"],
    )


def test_webhook_aimed_inward_is_stopped_where_the_socket_opens(hook, receiver, booking, secretary, now, settings):
    hook(receiver.url)
    settings.CHANNEL_ALLOWED_NETWORKS = []
    approve(booking, secretary, now)

    deliver_webhooks(now=now)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.error_class, receiver.got) == ("failed", "not_allowed", [])


def test_webhook_that_is_silent_holds_up_no_other(hook, receiver, booking, secretary, now):
    hook("http://127.0.0.1:9/hook", name="dead")
    hook(receiver.url)
    approve(booking, secretary, now)
    services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    report = deliver_webhooks(now=now)

    assert (report.sent, report.retried, len(receiver.got)) == (2, 1, 2)


def test_delivery_of_a_dead_sender_is_tried_again_after_its_lease(hook, receiver, booking, secretary, now):
    hook(receiver.url)
    approve(booking, secretary, now)
    row = claim(WebhookDelivery.objects.get().pk, now)

    held = deliver_webhooks(now=now + timedelta(minutes=2))
    freed = deliver_webhooks(now=now + timedelta(minutes=2, seconds=1))
    mark(row, state="failed")

    assert (held.sent, freed.sent, WebhookDelivery.objects.get().state) == (0, 1, "sent")


def test_deliveries_long_sent_are_forgotten(hook, receiver, booking, secretary, now):
    hook(receiver.url)
    approve(booking, secretary, now)
    deliver_webhooks(now=now)

    deliver_webhooks(now=now + timedelta(days=31))

    assert WebhookDelivery.objects.count() == 0


def test_webhook_sealed_under_another_key_fails_visibly(hook, booking, secretary, now):
    hook()
    Webhook.objects.update(sealed_url=b"x")
    approve(booking, secretary, now)

    deliver_webhooks(now=now)

    assert WebhookDelivery.objects.get().error_class == "unreadable"


def test_deliver_webhooks_task_sends_what_is_due(hook, receiver, booking, secretary, now, time_machine):
    hook(receiver.url)
    approve(booking, secretary, now)
    time_machine.move_to(now)

    deliver_task()

    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "bad_url"),
        ("oa.example.com", "bad_url"),
        ("ftp://oa.example.com", "bad_url"),
        ("https://", "bad_url"),
        ("https://user:x@oa.example.com/", "bad_url"),
        ("https://oa.example.com/#x", "bad_url"),
        ("https://oa.example.com:99999/", "bad_url"),
        ("https://oa.example.com/\r\nX: y", "bad_url"),
        ("https://[::1", "bad_url"),
        ("https://oa.example.com/" + "x" * 500, "bad_url"),
        ("http://oa.example.com/", "url_not_secure"),
        ("https://127.0.0.1/", "url_not_allowed"),
        ("https://100.100.100.200/", "url_not_allowed"),
        ("https://169.254.169.254/latest", "url_not_allowed"),
        ("https://0x7f000001/", "url_not_allowed"),
        ("https://localhost/", "url_not_allowed"),
        ("https://redis.internal/", "url_not_allowed"),
        ("https://[::ffff:10.0.0.1]/", "url_not_allowed"),
    ],
)
def test_address_that_is_none_or_leads_inward_is_refused(url, code):
    with pytest.raises(UrlError, match=code):
        checked_url(url)


def test_address_outside_is_taken():
    assert checked_url(" https://oa.example.com/hook?key=1 ") == (
        "https://oa.example.com/hook?key=1",
        "oa.example.com",
    )


@pytest.fixture
def page(client, administrator, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(administrator)
    return client


FIELDS = {"name": "OA", "url": "https://oa.example.com/hook?key=geheim", "events": ["approved", "cancelled"]}


def test_page_adds_a_webhook_and_shows_its_secret_once(page, site):
    made = page.post("/webhooks/", FIELDS | {"site": site.pk})

    row = Webhook.objects.get()
    secret = made.context["secret"]
    again = page.get(f"/webhooks/{row.pk}/").content.decode()
    assert (unseal(row.sealed_secret), row.events, row.host) == (secret, ["approved", "cancelled"], "oa.example.com")
    assert (secret in made.content.decode(), secret in again, "geheim" in again) == (True, False, False)
    assert made["Cache-Control"] == "no-store"
    assert RoomLog.objects.get().verb == "webhook_added"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"name": ""}, "name"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["x"]}, "events"),
        ({"site": "99999"}, "site"),
    ],
)
def test_page_names_the_field_and_keeps_what_was_typed(page, site, fields, named):
    answer = page.post("/webhooks/", FIELDS | {"site": site.pk} | fields)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [named])
    assert Webhook.objects.count() == 0


def test_page_changes_and_keeps_the_address_that_is_not_given_anew(page, hook):
    row, _ = hook("https://192.0.2.1/hook")

    page.post(f"/webhooks/{row.pk}/", {"name": "财务", "url": "", "events": ["ended"]})

    row.refresh_from_db()
    assert (row.name, unseal(row.sealed_url), row.events, row.is_active) == (
        "财务",
        "https://192.0.2.1/hook",
        ["ended"],
        False,
    )


def test_page_tests_retries_renews_and_removes(page, hook, receiver):
    row, secret = hook(receiver.url)
    receiver.status = 500
    page.post(f"/webhooks/{row.pk}/test/")
    delivery = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(state="failed")
    assert (delivery.event, delivery.answered, "booking" in delivery.payload) == ("test", 500, False)

    page.post(f"/webhooks/{row.pk}/deliveries/{delivery.pk}/retry/")
    assert WebhookDelivery.objects.get().state == "pending"
    renewed = page.post(f"/webhooks/{row.pk}/secret/").context["secret"]
    assert renewed != secret
    page.post(f"/webhooks/{row.pk}/remove/")
    assert Webhook.objects.count() == WebhookDelivery.objects.count() == 0


def test_page_of_deliveries_costs_the_same_for_one_and_three(page, hook, booking, secretary, now, query_count):
    row, _ = hook()
    approve(booking, secretary, now)
    page.get(f"/webhooks/{row.pk}/")
    one = query_count(lambda: page.get(f"/webhooks/{row.pk}/"))
    services.change_booking(booking_id=booking.pk, actor=secretary, now=now, changes={"title": "x"})
    services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    assert query_count(lambda: page.get(f"/webhooks/{row.pk}/")) == one


def test_event_of_an_unknown_verb_is_a_change(booking):
    entry = booking.log.get()
    entry.verb = "joined"

    assert event_of(entry) == "changed"
    assert entry.to_status == Booking.Status.REQUESTED
