"""What is refused, and what a tablet is told of itself."""

import pytest

from checklists.models import TabletEvent
from checklists.services.handover import skip_step
from tests.checklists.meetings import HOUR
from tests.checklists.pages import signed_in
from tests.checklists.tablet_events.saying import at_length


def test_wish_for_a_meeting_that_is_over_is_refused_and_kept(tablet, booking, now, time_machine):
    event = tablet.event("wish", at=now, booking=booking.ref, fields={"kind": "other", "text": "一把伞"})
    at_length(time_machine, booking.end_at + HOUR)

    (verdict,) = tablet.send(event)

    assert (verdict["verdict"], verdict["code"]) == ("refused", "not_running")
    assert TabletEvent.objects.get().data == {"kind": "other", "text": "一把伞"}


def test_note_refused_leaves_no_word_of_it(tablet, booking, now, time_machine):
    event = tablet.event("note", at=now, booking=booking.ref, fields={"sender": "甲", "recipient": "乙"})
    at_length(time_machine, booking.end_at + HOUR)

    tablet.send(event)

    assert TabletEvent.objects.get().data == {}


def test_odd_characters_are_no_crash(tablet, pour, now):
    texts = ("a\x00b", "\ud800", "\u202e")

    verdicts = tablet.send(*[tablet.tick(pour, at=now, fields={"note": text}) for text in texts])

    assert {each["verdict"] for each in verdicts} <= {"applied", "superseded"}


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"events": 3}', b"\xff"])
def test_batch_that_is_none_is_a_bad_request(data, tablet):
    assert tablet.client.post("/tablet/events/", data, content_type="application/json").status_code == 400


def test_batch_too_long_is_a_bad_request(tablet):
    events = {"events": [{}] * 201}

    assert tablet.client.post("/tablet/events/", events, content_type="application/json").status_code == 400


def test_signed_out_is_told_in_so_many_words(client, db):
    for path in ("/tablet/hello/", "/tablet/events/", "/tablet/events/picture/"):
        response = client.get(path) if path.endswith("hello/") else client.post(path)
        assert (response.status_code, response.json()) == (401, {"code": "signed_out"})


def test_hello_says_what_time_it_is_and_gives_no_key_away(tablet, now):
    said = tablet.client.get("/tablet/hello/").json()

    assert (said.keys(), said["now"]) == ({"now", "csrf"}, now.isoformat())
    assert "no-store" in tablet.client.get("/tablet/hello/")["Cache-Control"]


def test_contradiction_is_settled_by_the_manager_alone(tablet, pour, colleague, manager, stranger, now):
    skip_step(step_id=pour.pk, reason="x", actor=colleague, now=now)
    tablet.send(tablet.tick(pour, at=now))
    event = TabletEvent.objects.get()
    path = f"/tablet/events/{event.pk}/settle/"

    assert [signed_in(user).post(path).status_code for user in (colleague, stranger)] == [403, 404]
    assert [signed_in(manager).post(path).status_code for _ in range(2)] == [302, 302]
    event.refresh_from_db()
    assert (event.settled_by, event.settled_at) == (manager, now)
