"""Events from tablets: a verdict for each, whoever carries them, however often and late they come."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError

from bookings.models import Booking
from checklists.models import Breach, Incident, PassedNote, Step, StepFile, TabletEvent, Tick, Wish
from checklists.services.handover import skip_step
from checklists.services.sweep import sweep
from checklists.views import tablet_reading
from staff.models import User
from staff.roles import Role
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, change, end, start, step_of, tick
from tests.checklists.pages import signed_in
from tests.checklists.pictures import photo
from tests.checklists.tablets import Tablet, op_of, sealed


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + HOUR, now=now - 72 * HOUR, tea=True)


@pytest.fixture
def pour(booking):
    return step_of(booking, "P13")


@pytest.fixture
def colleague(site):
    return factories.make_user("staff2", Role.SERVICE_STAFF, site=site)


@pytest.fixture
def tablet(server, now):
    return Tablet(server, now)


def said(verdicts):
    return [(each["verdict"], each["code"]) for each in verdicts]


def at_length(time_machine, moment):
    time_machine.move_to(moment, tick=False)


def test_tick_is_applied_and_credited_with_both_clocks(tablet, pour, server, now, time_machine):
    event = tablet.tick(pour, at=now - 24 * HOUR + 5 * MINUTE, offset_ms=24 * 3600 * 1000)
    at_length(time_machine, now + HOUR)

    (verdict,) = tablet.send(event)

    pour.refresh_from_db()
    row = TabletEvent.objects.get()
    assert (verdict["op"], verdict["verdict"], verdict["say"]) == (op_of(event), "applied", "")
    assert (pour.state, pour.done_by, pour.done_at) == ("done", server, now + 5 * MINUTE)
    assert (row.device_at, row.tapped_at, row.received_at) == (
        now - 24 * HOUR + 5 * MINUTE,
        now + 5 * MINUTE,
        now + HOUR,
    )
    assert (Tick.objects.get().received_at, Tick.objects.get().tapped_at) == (now + HOUR, now + 5 * MINUTE)


def test_tick_without_an_offset_of_its_own_takes_the_one_at_the_sending(tablet, pour, now, time_machine):
    yesterday = now - 24 * HOUR
    event = tablet.tick(pour, at=yesterday + MINUTE)
    at_length(time_machine, now + HOUR)

    tablet.send(event, sent_at=yesterday + HOUR)

    pour.refresh_from_db()
    assert pour.done_at == now + MINUTE


def test_tick_of_a_clock_that_was_set_before_it_takes_the_distance_at_the_sending(tablet, pour, now, time_machine):
    """Measured while the clock was right; then it fell back to 1970, as with an empty battery."""
    then = now - 20_000 * 24 * HOUR
    event = tablet.tick(pour, at=then + MINUTE, offset_ms=0)
    at_length(time_machine, now + HOUR)

    tablet.send(event, sent_at=then + HOUR)

    pour.refresh_from_db()
    assert pour.done_at == now + MINUTE


@pytest.mark.parametrize(("hours", "expected"), [(-100, 0), (100, 1)])
def test_tick_lies_between_the_page_and_its_arrival(hours, expected, tablet, pour, now, time_machine):
    event = tablet.tick(pour, at=now + hours * HOUR, offset_ms=0)
    at_length(time_machine, now + HOUR)

    tablet.send(event)

    pour.refresh_from_db()
    assert pour.done_at == now + expected * HOUR


@pytest.mark.parametrize("at", ["", "yesterday", "9999-12-31T00:00:00+00:00"])
def test_tick_of_a_broken_clock_counts_all_the_same(at, tablet, pour, now):
    event = tablet.tick(pour, at=now, offset_ms=10**12)
    body = json.loads(event["body"]) | {"at": at}

    (verdict,) = tablet.send(sealed(json.dumps(body), tablet.hand))

    assert verdict["verdict"] == "applied"


def test_every_kind_sent_three_times_is_done_once(booking, server, now, time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    start(booking, now=booking.start_at)
    at_length(time_machine, booking.start_at)
    now = booking.start_at
    tablet = Tablet(server, now)
    first, second, third = (step_of(booking, code) for code in ("P12", "P13", "U1"))
    ticked = tablet.tick(first, at=now)
    events = [
        ticked,
        tablet.event("undo", at=now, step=first.pk, seen=op_of(ticked)),
        tablet.event("skip", at=now, step=second.pk, fields={"reason": "杯子不够"}),
        tablet.event("take_over", at=now, step=third.pk),
        tablet.event("wish", at=now, booking=booking.ref, fields={"kind": "water"}),
        tablet.event("note", at=now, booking=booking.ref, fields={"sender": "x", "recipient": "y"}),
        tablet.event("incident", at=now, booking=booking.ref, fields={"kind": "power"}),
    ]

    answers = [tablet.send(*events) for _ in range(3)]

    assert [each["verdict"] for each in answers[0]] == ["applied"] * 7
    assert [each["verdict"] for each in answers[1] + answers[2]] == ["repeated"] * 14
    assert [each["answer"]["first"] for each in answers[1]] == ["applied"] * 7
    assert (Tick.objects.count(), Wish.objects.count(), PassedNote.objects.count()) == (2, 1, 1)
    assert (Incident.objects.count(), TabletEvent.objects.count()) == (1, 7)
    assert [Step.objects.get(pk=step.pk).state for step in (first, second)] == ["open", "skipped"]
    assert Step.objects.get(pk=third.pk).assignee == server


def test_picture_comes_before_its_tick_and_is_kept_once(tablet, booking, server, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    step = step_of(booking, "P12")
    picture = tablet.event("picture", at=now, step=step.pk, fields={"kind": "photo"})

    answers = [tablet.client.post("/tablet/events/picture/", picture | {"file": photo()}) for _ in range(3)]
    (verdict,) = tablet.send(tablet.tick(step, at=now, fields={"file": op_of(picture)}))

    assert [each.json()["verdicts"][0]["verdict"] for each in answers] == ["applied", "repeated", "repeated"]
    assert (StepFile.objects.get().by, verdict["verdict"]) == (server, "applied")
    assert Step.objects.get(pk=step.pk).result == {"file": op_of(picture)}


def test_one_bad_event_blocks_none_of_the_others(tablet, booking, pour, now):
    other = step_of(booking, "P12")

    verdicts = tablet.send(
        tablet.tick(pour, at=now),
        {"who": "x"},
        "nonsense",
        tablet.event("tick", at=now, step=10**15),
        tablet.event("dance", at=now),
        sealed("[1]", tablet.hand),
        tablet.event("tick", at=now, step=pour.pk, fields={"note": ["list"]}),
        tablet.tick(other, at=now),
    )

    assert said(verdicts) == [
        ("applied", ""),
        ("refused", "malformed"),
        ("refused", "malformed"),
        ("refused", "unknown_step"),
        ("refused", "malformed"),
        ("refused", "malformed"),
        ("refused", "malformed"),
        ("applied", ""),
    ]
    assert Step.objects.get(pk=other.pk).state == "done"


def test_one_event_that_fails_is_to_be_tried_again_and_leaves_nothing(tablet, booking, pour, now, monkeypatch, caplog):
    bad, good = tablet.tick(pour, at=now), tablet.tick(step_of(booking, "P12"), at=now)
    real = tablet_reading.deeds.tick

    def fail(event, **facts):
        if str(event.op) == op_of(bad):
            Tick.objects.create(
                op=event.op, step_id=event.step_id, by=event.by, received_at=now, wanted="done", verdict="applied"
            )
            raise DatabaseError
        return real(event, **facts)

    monkeypatch.setattr(tablet_reading.deeds, "tick", fail)
    assert said(tablet.send(bad, good)) == [("retry", ""), ("applied", "")]
    assert Tick.objects.count() == TabletEvent.objects.count() == 1

    monkeypatch.undo()
    assert said(tablet.send(bad, good)) == [("applied", ""), ("repeated", "")]


def test_database_away_is_no_verdict(tablet, pour, now, monkeypatch):
    def away(event, **facts):
        raise OperationalError

    monkeypatch.setattr(tablet_reading.deeds, "tick", away)

    events = {"events": [tablet.tick(pour, at=now)]}
    response = tablet.client.post("/tablet/events/", events, content_type="application/json")

    assert response.status_code == 503
    assert TabletEvent.objects.count() == 0


def test_colleague_carries_what_waits_and_is_not_credited(tablet, pour, server, colleague, now, time_machine):
    event = tablet.tick(pour, at=now)
    at_length(time_machine, now + HOUR)

    (verdict,) = tablet.send(event, client=signed_in(colleague))

    pour.refresh_from_db()
    row = TabletEvent.objects.get()
    assert (verdict["verdict"], pour.done_by, row.by, row.carried_by) == ("applied", server, server, colleague)


def test_nobody_taps_for_a_colleague(tablet, pour, colleague, now):
    """Neither with the key of another word, nor with a changed body, nor without a signature, nor with an old word."""
    event, theirs = tablet.tick(pour, at=now), Tablet(colleague, now)
    changed = event["body"].replace(str(pour.pk), str(pour.pk + 1))
    forged = [
        event | {"sign": sealed(event["body"], theirs.hand)["sign"]},
        event | {"body": changed},
        event | {"sign": ""},
        event | {"who": event["who"] + "x"},
        event | {"who": theirs.hand.word},
    ]

    verdicts = theirs.send(*forged)

    assert set(said(verdicts)) == {("refused", "unknown_hand")}
    assert (Tick.objects.count(), TabletEvent.objects.count()) == (0, 0)


def test_page_that_cannot_sign_speaks_for_whoever_is_signed_in(tablet, pour, server, now):
    (verdict,) = tablet.send(tablet.tick(pour, at=now) | {"sign": ""})

    assert (verdict["verdict"], TabletEvent.objects.get().by) == ("applied", server)


def test_word_too_old_is_refused(tablet, pour, now, time_machine):
    event = tablet.tick(pour, at=now)
    at_length(time_machine, now + timedelta(days=31))

    assert said(tablet.send(event)) == [("refused", "unknown_hand")]


def test_word_of_the_secret_before_still_counts(pour, server, now, settings):
    settings.SECRET_KEY, before = "another-" * 8, settings.SECRET_KEY
    settings.SECRET_KEY_FALLBACKS = [before]
    settings.SECRET_KEY, after = before, settings.SECRET_KEY
    tablet = Tablet(server, now)
    event = tablet.tick(pour, at=now)
    settings.SECRET_KEY, tablet.client = after, None

    assert said(tablet.send(event, client=signed_in(server))) == [("applied", "")]


def test_account_closed_meanwhile_is_refused_and_kept(tablet, pour, server, colleague, now):
    event = tablet.tick(pour, at=now)
    User.objects.filter(pk=server.pk).update(is_active=False)

    (verdict,) = tablet.send(event, client=signed_in(colleague))

    assert (verdict["code"], verdict["say"]) == ("account_closed", "The account it was tapped with is closed.")
    assert TabletEvent.objects.get().by == server


def test_same_op_by_another_person_is_refused(tablet, pour, colleague, now):
    event, theirs = tablet.tick(pour, at=now), Tablet(colleague, now)
    tablet.send(event)

    assert said(theirs.send(sealed(event["body"], theirs.hand))) == [("refused", "op_used")]


def test_step_of_another_role_or_site_is_refused(booking, cleaner, stranger, now):
    for user, code in ((cleaner, "not_yours"), (stranger, "unknown_step")):
        tablet = Tablet(user, now)
        assert said(tablet.send(tablet.tick(step_of(booking, "P13"), at=now))) == [("refused", code)]


def test_second_tick_is_kept_beside_the_first(tablet, pour, server, colleague, now, time_machine):
    late = tablet.tick(pour, at=now)
    at_length(time_machine, now + MINUTE)
    tick(pour, colleague, now=now + MINUTE)

    (verdict,) = tablet.send(late)

    pour.refresh_from_db()
    assert (verdict["verdict"], verdict["code"], pour.done_by) == ("superseded", "done_before", colleague)
    assert verdict["say"] == "Someone had settled this step before; your entry was kept beside theirs."
    assert Tick.objects.get(by=server).verdict == "added"


def test_another_value_contradicts(booking, secretary, manager, now):
    step, tablet = step_of(booking, "P8"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"value": 26})

    (verdict,) = tablet.send(tablet.tick(step, at=now, fields={"value": "22.5"}))

    assert (verdict["verdict"], verdict["code"]) == ("conflict", "differs")
    assert TabletEvent.objects.get().data == {"value": "22.5", "wanted": "done"}


def test_same_value_does_not_contradict(booking, secretary, manager, now):
    step, tablet = step_of(booking, "P8"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"value": 26})

    assert said(tablet.send(tablet.tick(step, at=now, fields={"value": "26.0"}))) == [("superseded", "done_before")]


def test_value_out_of_range_without_a_note_says_so_by_field(booking, secretary, now):
    tablet = Tablet(secretary, now)

    (verdict,) = tablet.send(tablet.tick(step_of(booking, "P8"), at=now, fields={"value": "35"}))

    assert (verdict["verdict"], verdict["code"]) == ("refused", "invalid_tick")
    assert verdict["faults"] == {"value": "Outside the range. Add a note to record it all the same."}
    assert TabletEvent.objects.get().data["value"] == "35"


def test_value_that_is_none_is_refused_by_field(booking, secretary, now):
    tablet = Tablet(secretary, now)

    (verdict,) = tablet.send(tablet.tick(step_of(booking, "P8"), at=now, fields={"value": "warm"}))

    assert list(verdict["faults"]) == ["value"]


def test_skipped_by_a_colleague_contradicts(tablet, pour, colleague, now):
    skip_step(step_id=pour.pk, reason="x", actor=colleague, now=now)

    assert said(tablet.send(tablet.tick(pour, at=now))) == [("conflict", "was_skipped")]


def test_undo_that_had_not_seen_the_colleagues_tick_contradicts(tablet, pour, colleague, now):
    tick(pour, colleague, now=now)

    assert said(tablet.send(tablet.event("undo", at=now, step=pour.pk))) == [("conflict", "done_stands")]


def test_undo_of_an_addition_contradicts_nobody(tablet, pour, colleague, now):
    tick(pour, colleague, now=now)
    added = tablet.tick(pour, at=now)

    verdicts = tablet.send(added, tablet.event("undo", at=now, step=pour.pk, seen=op_of(added)))

    assert said(verdicts) == [("superseded", "done_before"), ("superseded", "open_before")]


def test_meeting_cancelled_meanwhile_keeps_the_tick_and_says_so(tablet, booking, pour, now):
    event = tablet.tick(pour, at=now)
    change(booking, now=now, status=Booking.Status.CANCELLED)

    (verdict,) = tablet.send(event)

    assert (verdict["verdict"], verdict["code"]) == ("superseded", "meeting_cancelled")
    assert verdict["say"] == "The meeting was cancelled meanwhile. Your entry was kept."
    assert Tick.objects.count() == 1


def test_meeting_moved_to_another_room_meanwhile_leaves_the_step_open(tablet, booking, pour, rooms, now):
    event = tablet.tick(pour, at=now, shown_room="108", shown_start=booking.start_at.isoformat())
    change(booking, now=now, room=rooms[1])

    (verdict,) = tablet.send(event)

    pour.refresh_from_db()
    assert (verdict["verdict"], verdict["code"], pour.state) == ("conflict", "meeting_moved", "open")


@pytest.mark.parametrize(("hours", "verdict"), [(24, "conflict"), (0.05, "applied")])
def test_meeting_moved_to_another_time_counts_where_the_step_was_open(
    hours, verdict, tablet, booking, pour, now, time_machine
):
    tapped_at = pour.opens_at + 5 * MINUTE
    at_length(time_machine, tapped_at)
    event = tablet.tick(pour, at=tapped_at, shown_room="108", shown_start=booking.start_at.isoformat())
    change(booking, now=tapped_at, start_at=booking.start_at + hours * HOUR, end_at=booking.end_at + hours * HOUR)

    assert tablet.send(event)[0]["verdict"] == verdict


def test_rounds_tapped_without_a_connection_roll_from_their_taps(booking, server, now, time_machine):
    start(booking, now=booking.start_at)
    at_length(time_machine, booking.start_at)
    tablet, first = Tablet(server, booking.start_at), step_of(booking, "U1")
    moments = [first.due_at + number * 15 * MINUTE for number in range(3)]
    events = [tablet.tick(first, at=moment, rounds_on=number) for number, moment in enumerate(moments)]
    at_length(time_machine, moments[-1] + 4 * MINUTE)

    verdicts = tablet.send(*events)

    rounds = Step.objects.filter(booking=booking, item__code="U1", state="done").order_by("round")
    assert said(verdicts) == [("applied", "")] * 3
    assert list(rounds.values_list("done_at", flat=True)) == moments
    assert step_of(booking, "U1", 4).due_at == moments[-1] + 15 * MINUTE


def test_rounds_a_colleague_did_as_well_are_one(booking, server, colleague, now, time_machine):
    start(booking, now=booking.start_at)
    at_length(time_machine, booking.start_at)
    tablet, first = Tablet(server, booking.start_at), step_of(booking, "U1")
    events = [tablet.tick(first, at=first.due_at + n * 15 * MINUTE, rounds_on=n) for n in range(2)]
    tick(first, colleague, now=first.due_at + MINUTE)
    at_length(time_machine, first.due_at + 16 * MINUTE)

    assert said(tablet.send(*events)) == [("superseded", "done_before"), ("applied", "")]


def test_round_done_while_the_meeting_ran_counts_after_its_end(booking, server, now, time_machine):
    start(booking, now=booking.start_at)
    at_length(time_machine, booking.start_at)
    tablet, first = Tablet(server, booking.start_at), step_of(booking, "U1")
    event = tablet.tick(first, at=first.due_at)
    at_length(time_machine, first.due_at + 10 * MINUTE)
    end(booking, now=first.due_at + 10 * MINUTE)

    assert said(tablet.send(event)) == [("applied", "")]
    first.refresh_from_db()
    assert (first.state, first.done_at) == ("done", first.due_at)


def test_breach_that_was_none_is_taken_back(booking, server, now, time_machine):
    start(booking, now=booking.start_at)
    at_length(time_machine, booking.start_at)
    tablet, first = Tablet(server, booking.start_at), step_of(booking, "U1")
    event = tablet.tick(first, at=first.due_at)
    at_length(time_machine, first.limit_at + MINUTE)
    sweep(now=first.limit_at + MINUTE)
    assert Breach.objects.count() == 1

    tablet.send(event)

    assert Breach.objects.count() == 0


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


def test_hello_says_who_it_is_and_what_time(tablet, server, now):
    said = tablet.client.get("/tablet/hello/").json()

    assert (said["who"]["id"], said["who"]["name"], said["now"]) == (server.pk, server.get_full_name(), now.isoformat())
    assert said["csrf"]
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
