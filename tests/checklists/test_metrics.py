"""What Prometheus reads: who may, every gauge, and the same figures as the page and /readyz."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from prometheus_client.parser import text_string_to_metric_families

from checklists.views import operation as views
from tests.checklists.operation_rows import ALL, SECOND, delivery, missed, pulses, sent, waiting
from tests.checklists.pages import signed_in

MINUTE = timedelta(minutes=1)
TOKEN = "a-long-secret"


@pytest.fixture
def clock(now, time_machine):
    time_machine.move_to(now, tick=False)
    return now


def samples(response) -> dict[tuple, float]:
    families = text_string_to_metric_families(response.content.decode())
    return {
        (each.name.removeprefix("huiwu_"), *sorted(each.labels.values())): each.value
        for family in families
        for each in family.samples
    }


def test_metrics_of_an_empty_house_say_nought_and_leave_out_what_is_not_known(client, db, clock):
    found = samples(client.get("/metrics"))

    assert found == {
        ("reminders_oldest_due_seconds",): 0,
        ("reminders_waiting",): 0,
        **{("reminders_sent", window): 0 for window in ("1h", "24h")},
        **{
            ("reminders_missed", window, reason): 0
            for window in ("1h", "24h")
            for reason in ("past_grace", "superseded", "planned_late")
        },
        ("deliveries_oldest_due_seconds",): 0,
        ("deliveries_waiting",): 0,
        **{("deliveries_failed", channel): 0 for channel in ("mail", "push", "chat", "group")},
        **{("pulse_alive", name): 0 for name in ALL},
    }


def test_metrics_tell_each_figure_under_its_labels(client, server, clock):
    waiting(server, clock - 7 * SECOND)
    sent(server, clock - 10 * MINUTE, 3)
    sent(server, clock - 90 * MINUTE, 5)
    missed(server, clock - 2 * MINUTE)
    delivery(server, clock, channel="push")
    delivery(server, clock, state="pending", next_at=clock - 4 * SECOND)
    pulses(clock, "spare", age=1.5, names=("dispatch",))

    found = samples(client.get("/metrics"))

    assert found["reminders_oldest_due_seconds",] == 7
    assert found["reminders_waiting",] == 1
    assert [found["reminders_lateness_seconds", quantile, "1h"] for quantile in ("0.5", "0.99", "1")] == [3, 3, 3]
    assert [found["reminders_lateness_seconds", quantile, "24h"] for quantile in ("0.5", "1")] == [4, 5]
    assert (found["reminders_sent", "1h"], found["reminders_sent", "24h"]) == (1, 2)
    assert found["reminders_missed", "1h", "past_grace"] == 1
    assert (found["deliveries_failed", "push"], found["deliveries_failed", "mail"]) == (1, 0)
    assert (found["deliveries_waiting",], found["deliveries_oldest_due_seconds",]) == (1, 4)
    assert (found["pulse_age_seconds", "dispatch", "spare"], found["pulse_alive", "dispatch"]) == (1.5, 1)


def test_metrics_come_as_the_text_that_prometheus_reads(client, db):
    response = client.get("/metrics")

    assert response["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response["Cache-Control"]
    assert b"# TYPE huiwu_reminders_oldest_due_seconds gauge" in response.content


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 403),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 403),
    ],
)
def test_metrics_without_a_token_are_for_this_machine_itself(client, db, address, headers, status):
    response = client.get("/metrics", REMOTE_ADDR=address, headers=headers)

    assert response.status_code == status
    assert (b"huiwu_" in response.content) is (status == 200)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (None, 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (f"Bearer {TOKEN}x", 401),
        ("Bearer 令牌", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
    ],
)
def test_metrics_with_a_token_are_for_whoever_shows_it(client, db, settings, given, status):
    settings.METRICS_TOKEN = TOKEN
    headers = {"Authorization": given} if given else {}

    response = client.get("/metrics", REMOTE_ADDR="10.0.0.7", headers=headers)

    assert response.status_code == status
    assert (b"huiwu_" in response.content) is (status == 200)


def test_metrics_with_a_token_ask_this_machine_for_it_too(client, db, settings):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics").status_code == 401


def test_metrics_without_a_database_say_so(client, db, monkeypatch):
    def fail(**_facts):
        raise DatabaseError

    monkeypatch.setattr(views, "operation", fail)

    assert client.get("/metrics").status_code == 503


def test_metrics_are_only_read(client, db):
    assert client.post("/metrics").status_code == 405


def test_page_readyz_and_metrics_say_the_same(client, server, administrator, clock):
    waiting(server, clock - 75 * SECOND)
    waiting(server, clock - 5 * SECOND)
    sent(server, clock - 10 * MINUTE, 3)
    missed(server, clock - 2 * MINUTE)
    delivery(server, clock)
    pulses(clock, "beat", age=40, names=("dispatch", "sweep"))
    pulses(clock, "spare", age=3, names=("dispatch",))

    found = signed_in(administrator).get("/operation/").context["found"]
    ready = client.get("/readyz").json()["reminders"]
    told = samples(client.get("/metrics"))

    assert found.reminders.oldest_seconds == ready["oldest_due_seconds"] == told["reminders_oldest_due_seconds",] == 75
    assert found.reminders.count == ready["waiting"] == told["reminders_waiting",] == 2
    assert found.hour.median == told["reminders_lateness_seconds", "0.5", "1h"] == 3
    assert found.hour.p99 == told["reminders_lateness_seconds", "0.99", "1h"] == 3
    assert found.hour.missed == told["reminders_missed", "1h", "past_grace"] == 1
    assert found.failed["mail"] == told["deliveries_failed", "mail"] == 1
    ages = {
        (pulse.name, each.engine): each.age_seconds
        for pulse in found.pulses
        for each in pulse.engines
        if each.age_seconds is not None
    }
    assert ages == {("dispatch", "beat"): 40, ("dispatch", "spare"): 3, ("sweep", "beat"): 40}
    assert ages == {key: told["pulse_age_seconds", *sorted(key)] for key in ages}
    assert ages == {key: ready["pulses"][key[0]][key[1]] for key in ages}
    assert (found.is_going, ready["ok"]) == (False, False)
