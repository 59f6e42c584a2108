"""`/events` over a real ASGI server: who hears what, and what a reconnect brings back."""

import asyncio
import time
from types import SimpleNamespace

import pytest
import redis
from django.conf import settings
from django.db import connection

from staff import events, live
from staff.events import Reader, live_events
from staff.live import News, publish, stream_key


@pytest.fixture(autouse=True)
def empty_stream():
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete(stream_key())
    yield client
    client.close()


def opened(stream):
    kind, _data, entry_id = stream.next()
    assert kind == "hello"
    return entry_id


def test_events_anonymous_is_refused(client, db):
    assert client.get("/events").status_code == 403


def test_events_under_wsgi_answers_that_there_is_no_stream(client, applicant):
    client.force_login(applicant)

    assert client.get("/events").status_code == 204


def test_events_posted_is_refused(client, applicant):
    client.force_login(applicant)

    assert client.post("/events").status_code == 405


def test_events_anonymous_over_asgi_is_refused(asgi_server):
    with asgi_server.stream(None) as stream:
        assert stream.answer.status == 403


def test_events_stream_has_the_headers_proxies_need(asgi_server, applicant):
    with asgi_server.stream(applicant) as stream:
        headers = stream.answer.headers

        assert headers["Content-Type"] == "text/event-stream"
        assert (headers["X-Accel-Buffering"], headers["Cache-Control"]) == ("no", "no-store")


def test_events_of_the_site_reach_its_people_with_ids_only(asgi_server, applicant, site):
    with asgi_server.stream(applicant) as stream:
        opened(stream)

        publish("step", 41, site_id=site.pk)
        publish("booking", 42, site_id=site.pk)

        assert [stream.next()[:2] for _turn in range(2)] == [("step", {"id": 41}), ("booking", {"id": 42})]


def test_events_of_another_site_or_person_are_kept_back(asgi_server, applicant, secretary, stranger, site):
    with asgi_server.stream(applicant) as mine, asgi_server.stream(stranger) as theirs:
        opened(mine)
        opened(theirs)

        publish("booking", 1, site_id=stranger.site_id)
        publish("notice", 2, site_id=None, user_ids=[secretary.pk])
        publish("notice", 3, site_id=None, user_ids=[applicant.pk, stranger.pk])

        assert mine.next()[:2] == ("notice", {"id": 3})
        assert [theirs.next()[1]["id"] for _turn in range(2)] == [1, 3]


def test_events_reach_an_administrator_from_every_site(asgi_server, administrator, stranger):
    with asgi_server.stream(administrator) as stream:
        opened(stream)

        publish("booking", 9, site_id=stranger.site_id)

        assert stream.next()[:2] == ("booking", {"id": 9})


@pytest.mark.parametrize("by", ["header", "address"])
def test_events_after_a_reconnect_bring_what_was_missed_once(asgi_server, applicant, site, by):
    with asgi_server.stream(applicant) as stream:
        opened(stream)
        publish("booking", 1, site_id=site.pk)
        last_id = stream.next()[2]
    publish("booking", 2, site_id=site.pk)
    publish("booking", 3, site_id=site.pk)

    again = {"last_id": last_id} if by == "header" else {"path": f"/events?after={last_id}"}
    with asgi_server.stream(applicant, **again) as stream:
        missed = [stream.next()[1].get("id") for _turn in range(3)]
        publish("booking", 4, site_id=site.pk)

        assert [*missed, stream.next()[1]["id"]] == [2, 3, None, 4]


def test_events_hello_gives_an_id_to_go_on_from(asgi_server, applicant, site):
    publish("booking", 1, site_id=site.pk)
    with asgi_server.stream(applicant) as stream:
        hello = opened(stream)
    publish("booking", 2, site_id=site.pk)

    with asgi_server.stream(applicant, hello) as stream:
        assert stream.next()[:2] == ("booking", {"id": 2})


def test_events_older_than_the_window_are_not_replayed(asgi_server, applicant, site, empty_stream):
    fields = {"kind": "booking", "site": site.pk, "users": ""}
    minutes_ago = [int((time.time() - 60 * minutes) * 1000) for minutes in (6, 4)]
    for pk, moment in enumerate(minutes_ago, 1):
        empty_stream.xadd(stream_key(), fields | {"pk": pk}, id=f"{moment}-0")

    with asgi_server.stream(applicant, "1-0") as stream:
        assert [stream.next()[1] for _turn in range(2)] == [{"id": 2}, {"gap": True}]
    with asgi_server.stream(applicant, f"{minutes_ago[1]}-0") as stream:
        assert stream.next()[1] == {"gap": False}


@pytest.mark.parametrize(
    ("last", "newest", "gap"), [("", 0, False), (360, 360, False), (360, 330, True), (360, 0, True), (240, 0, False)]
)
def test_has_gap_only_where_news_came_that_is_replayed_no_more(monkeypatch, last, newest, gap):
    """By the seconds since the last entry that a page has, and since the newest there is."""
    at = {seconds: f"{int((time.time() - seconds) * 1000)}-0" for seconds in (last or 0, newest)}
    monkeypatch.setattr(events, "hub", lambda: SimpleNamespace(last_id=at[newest]))

    assert events.has_gap(at[last] if last else "") is gap


@pytest.mark.parametrize("last_id", ["$", "99999999999999999999-0", "x" * 400, "-"])
def test_events_with_a_made_up_id_start_anew(asgi_server, applicant, site, last_id):
    publish("booking", 1, site_id=site.pk)

    with asgi_server.stream(applicant, last_id) as stream:
        opened(stream)


def connections():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def come_down_to(count):
    """A connection is closed a moment after what needed it has ended."""
    deadline = time.monotonic() + 20
    while connections() > count and time.monotonic() < deadline:
        time.sleep(0.1)
    return connections()


def test_events_hold_no_database_connection(asgi_server, applicant):
    # The test's own; others may still be about to close.
    assert come_down_to(1) == 1
    with (
        asgi_server.stream(applicant) as one,
        asgi_server.stream(applicant) as two,
        asgi_server.stream(applicant) as three,
    ):
        for stream in (one, two, three):
            opened(stream)

        assert come_down_to(1) == 1


def test_events_go_on_after_redis_dropped_the_reader(asgi_server, applicant, site, empty_stream):
    with asgi_server.stream(applicant) as stream:
        opened(stream)
        empty_stream.client_kill_filter(_type="normal", skipme=True)

        publish("booking", 7, site_id=site.pk)

        assert stream.next()[:2] == ("booking", {"id": 7})


READER = Reader(user_id=1, site_ids=frozenset({5}))


def news(number, site_id=5):
    return News(entry_id=f"{number}-0", kind="step", pk=number, site_id=site_id, user_ids=frozenset())


def heard(*entries, seen=(0, 0), lifetime=60):
    async def collect():
        queue = asyncio.Queue()
        for entry in entries:
            queue.put_nowait(entry)
        ends_at = asyncio.get_running_loop().time() + lifetime
        return [text async for text in live_events(queue, READER, seen, ends_at)]

    return asyncio.run(collect())


def test_live_events_leave_out_what_the_replay_has_shown():
    assert heard(news(1), news(2), None, seen=(1, 0)) == ['id: 2-0\nevent: step\ndata: {"id": 2}\n\n']


def test_live_events_leave_out_other_sites():
    assert heard(news(1, site_id=6), None) == []


def test_live_events_end_for_a_reader_that_fell_behind():
    assert heard(None, news(1)) == []


def test_live_events_of_a_quiet_site_are_comments_until_the_stream_ends(monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.01)

    texts = heard(lifetime=0.05)

    assert set(texts) == {": still here\n\n"}


def test_publish_of_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        publish("room", 1, site_id=1)


def test_publish_in_a_transaction_waits_for_the_commit(site, empty_stream, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        publish("step", 1, site_id=site.pk, user_ids=[3, 4])
        assert empty_stream.xlen(stream_key()) == 0

    assert len(callbacks) == 1
    [(_entry_id, fields)] = empty_stream.xrange(stream_key())
    assert fields == {b"kind": b"step", b"pk": b"1", b"site": str(site.pk).encode(), b"users": b"3,4"}


@pytest.mark.django_db(transaction=True)
def test_publish_without_redis_costs_one_attempt_and_raises_nothing(settings, monkeypatch):
    attempts = []
    monkeypatch.setattr(live, "_outage", live._Outage())
    monkeypatch.setattr(live, "_client", lambda url: attempts.append(url) or redis.Redis.from_url(url))
    settings.REDIS_URL = "unix:///nowhere/redis.sock"

    publish("step", 1, site_id=1)
    publish("step", 2, site_id=1)

    assert attempts == ["unix:///nowhere/redis.sock"]


def test_publish_trims_what_is_older_than_the_window(site, empty_stream, django_capture_on_commit_callbacks):
    old = int((time.time() - 3600) * 1000)
    with empty_stream.pipeline() as pipe:
        for number in range(500):
            pipe.xadd(stream_key(), {"kind": "step", "pk": number, "site": "", "users": ""}, id=f"{old}-{number}")
        pipe.execute()

    with django_capture_on_commit_callbacks(execute=True):
        publish("step", 1, site_id=site.pk)

    # Trimming goes by whole nodes of a hundred entries.
    assert empty_stream.xlen(stream_key()) <= 101
