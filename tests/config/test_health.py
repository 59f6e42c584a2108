from datetime import timedelta

import pytest

from checklists import metrics
from config import health
from tests.checklists.operation_rows import pulses, waiting

SECOND = timedelta(seconds=1)
NAMES = ("dispatch", "outbox_mail", "outbox_web", "webhooks", "sweep", "surveys", "training")


def test_healthz_answers_without_sign_in(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.fixture
def clock(now, time_machine):
    time_machine.move_to(now, tick=False)
    return now


def parts(response):
    return {name: value for name, value in response.json().items() if name != "reminders"}


@pytest.mark.django_db
def test_readyz_all_reachable_says_so(client, clock):
    pulses(clock, "spare", age=1.25, names=("dispatch",))

    response = client.get("/readyz")

    silent = {name: {"beat": None, "spare": None} for name in NAMES}
    ages = silent | {"dispatch": {"beat": None, "spare": 1.2}, "surveys": {"beat": None}, "training": {"beat": None}}
    assert (response.status_code, response.json()) == (
        200,
        {
            "database": True,
            "redis": True,
            "reminders": {"ok": True, "oldest_due_seconds": 0, "waiting": 0, "pulses": ages},
        },
    )


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["database", "redis"])
def test_readyz_part_down_is_named(client, monkeypatch, part):
    def fail():
        raise ConnectionError

    monkeypatch.setattr(health, f"ask_{part}", fail)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert parts(response) == {"database": True, "redis": True} | {part: False}


def test_readyz_redis_down_still_tells_of_the_reminders(client, server, clock, monkeypatch):
    def fail():
        raise ConnectionError

    monkeypatch.setattr(health, "ask_redis", fail)
    pulses(clock, "spare", age=1, names=("dispatch",))
    waiting(server, clock - 4 * SECOND)

    told = client.get("/readyz").json()["reminders"]

    assert (told["ok"], told["oldest_due_seconds"], told["pulses"]["dispatch"]["spare"]) == (True, 4, 1)


@pytest.mark.parametrize(
    ("age", "pulse_age", "is_ok"),
    [(60, 1, True), (61, 1, False), (0, 30, True), (0, 31, False)],
    ids=["waits-a-minute", "stuck", "pulse-in-time", "pulse-stopped"],
)
def test_readyz_reminders_that_stand_still_are_told_and_leave_the_pages_in_service(
    client, server, clock, age, pulse_age, is_ok
):
    waiting(server, clock - age * SECOND)
    pulses(clock, "beat", age=pulse_age)

    response = client.get("/readyz")

    told = response.json()["reminders"]
    assert (response.status_code, told["ok"], told["waiting"]) == (200, is_ok, 1)
    assert told["oldest_due_seconds"] == age
    assert client.get("/readyz?strict").status_code == (200 if is_ok else 503)


@pytest.mark.django_db
def test_readyz_reminders_that_cannot_be_read_are_no_crash(client, monkeypatch):
    def fail(_now):
        raise ConnectionError

    monkeypatch.setattr(metrics, "reminders_waiting", fail)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["reminders"]) == (200, {"ok": False})


def test_readyz_takes_few_statements(client, server, clock, query_count):
    for _ in range(3):
        waiting(server, clock)
    client.get("/readyz")

    assert query_count(lambda: client.get("/readyz")) == 3
