"""Too many calls in a minute are told when to come back; without Redis nobody is refused."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache

from staff import api_limits

# A minute of its own for each test: what earlier ones counted is not counted here.
FIRST = datetime(2026, 11, 23, 1, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def limits(settings, time_machine):
    settings.API_CALLS_PER_TOKEN, settings.API_CALLS_PER_ADDRESS = 2, 5
    time_machine.move_to(FIRST + timedelta(minutes=uuid4().int % 500_000), tick=False)


def statuses(client, calls, path="/rooms"):
    return [client.get(path)[0] for _ in range(calls)]


def test_calls_over_the_limit_say_when_to_come_back(api, applicant):
    client = api(applicant)

    assert statuses(client, 3) == [200, 200, 429]
    assert client.response["Content-Type"] == "application/problem+json"
    assert client.response["Retry-After"] == "40"
    assert client.response.json()["status"] == 429


def test_calls_are_free_again_in_the_next_minute(api, applicant, time_machine):
    client = api(applicant)
    statuses(client, 3)

    time_machine.shift(timedelta(seconds=40))

    assert statuses(client, 1) == [200]


def test_each_token_has_its_own_calls_and_the_address_more(api, applicant, secretary, manager):
    assert statuses(api(applicant), 2) == [200, 200]
    assert statuses(api(secretary), 2) == [200, 200]
    assert statuses(api(manager), 2) == [200, 429]


def test_bad_tokens_count_for_their_address(api, db):
    client = api(None)

    assert statuses(client, 6) == [401] * 5 + [429]


def test_address_behind_a_proxy_is_the_one_it_added(api, applicant, settings, rf):
    settings.BEHIND_PROXY = True
    spoofed = [rf.get("/api/v1/rooms", headers={"X-Forwarded-For": f"{n}.1.1.1, 9.9.9.9"}) for n in range(2)]
    other = rf.get("/api/v1/rooms", headers={"X-Forwarded-For": "9.9.9.9, 1.1.1.1"})

    assert api_limits.address_of(spoofed[0]) == api_limits.address_of(spoofed[1]) != api_limits.address_of(other)


def test_calls_are_not_limited_while_redis_is_away(api, applicant, monkeypatch):
    def away(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "incr", away)

    assert statuses(api(applicant), 4) == [200] * 4


def test_pages_are_not_limited(client, applicant):
    client.force_login(applicant)

    assert [client.get("/bookings/mine/").status_code for _ in range(7)] == [200] * 7


def test_limit_of_nought_is_none(api, applicant, settings):
    settings.API_CALLS_PER_TOKEN = settings.API_CALLS_PER_ADDRESS = 0

    assert statuses(api(applicant), 7) == [200] * 7
