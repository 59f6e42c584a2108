"""Messages to chat rooms: what a server of this machine receives, and what becomes of them."""

import logging
import threading

import pytest

from staff.channels.chat import LONGEST_BYTES, send_chat, service_of, shortened
from staff.channels.outcomes import Outcome
from staff.models import Delivery, User
from staff.services.notices import notify
from staff.services.outbox import deliver_due
from tests.staff.ways_out import SECRET_PART, chat_of, fake_room, said


@pytest.fixture(autouse=True)
def inside_allowed(settings):
    settings.CHANNEL_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def address_of(room):
    return f"json://127.0.0.1:{room.port}/{SECRET_PART}"


def test_send_chat_arrives_with_title_and_body():
    with fake_room() as room:
        outcome = send_chat(address_of(room), "迟了", "108 会议室")

    assert (outcome, said(room)) == (Outcome.SENT, ("迟了", "108 会议室"))


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_send_chat_refused_says_so(status):
    with fake_room(status=status, body=b"wrong token of room") as room:
        assert send_chat(address_of(room), "t", "b") == Outcome.REFUSED


def test_send_chat_nobody_there_is_no_answer():
    with fake_room() as room:
        port = room.port

    assert send_chat(f"json://127.0.0.1:{port}/x", "t", "b") == Outcome.NO_ANSWER


def test_send_chat_that_trickles_is_cut_off_in_time():
    with fake_room(delay=threading.Event()) as room:
        outcome = send_chat(address_of(room), "t", "b", seconds=0.5)

    assert outcome == Outcome.NO_ANSWER


def test_send_chat_stored_nonsense_is_not_sent():
    assert send_chat("ftp://example.com", "t", "b") == Outcome.NOT_ALLOWED


def test_service_of_an_address_its_plug_in_does_not_understand_is_none():
    assert service_of("slack://x") is None


@pytest.mark.parametrize("status", [200, 500])
def test_send_chat_leaves_no_address_and_no_answer_in_the_log(caplog, status):
    caplog.set_level(logging.DEBUG)

    with fake_room(status=status, body=b"what the room answered") as room:
        send_chat(address_of(room), "t", "b")

    said_in_log = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert room.paths == [f"/{SECRET_PART}"]
    assert not [text for text in said_in_log if SECRET_PART in text or "what the room answered" in text]


def test_shortened_cuts_at_a_character_and_says_that_it_did():
    cut = shortened("会" * 1000)

    assert cut == "会" * (LONGEST_BYTES // 3) + "…"
    assert shortened("short") == "short"


def test_delivery_to_the_chat_of_somebody_who_left_is_not_sent(server, now, monkeypatch):
    monkeypatch.setattr("staff.channels.sending.send_chat", lambda *_message: pytest.fail("was sent"))
    chat_of(server, now)
    notify(recipient=server, key="a", now=now, code="reminder_due", url="/tablet/", params={"what": "x", "room": "108"})
    User.objects.filter(pk=server.pk).update(is_active=False)

    deliver_due(now=now, lane="web")

    assert Delivery.objects.get().error_class == "gone"
