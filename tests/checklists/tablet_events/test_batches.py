"""Batches: every kind once however often it is sent, and one bad event blocks none of the others."""

from django.db import DatabaseError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from checklists.models import Incident, PassedNote, Step, StepFile, TabletEvent, Tick, Wish
from checklists.selectors.on_demand_cards import wish_shown
from checklists.views import tablet_reading
from tests.checklists.meetings import HOUR, MINUTE, start, step_of
from tests.checklists.pictures import photo
from tests.checklists.tablet_events.saying import at_length, said
from tests.checklists.tablets import Tablet, op_of, sealed


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


def test_same_wish_twice_in_one_batch_is_two_where_it_was_said_twice(booking, server, now, time_machine):
    start(booking, now=booking.start_at)
    began = booking.start_at
    tablet = Tablet(server, began)
    heard = [began + minutes * MINUTE for minutes in (1, 31)]
    at_length(time_machine, began + HOUR)

    tablet.send(*(tablet.event("wish", at=at, booking=booking.ref, fields={"kind": "water"}) for at in heard))

    assert list(Wish.objects.order_by("raised_at").values_list("raised_at", flat=True)) == heard


def test_wish_that_waited_on_a_tablet_shows_when_it_was_heard(booking, server, now, time_machine):
    start(booking, now=booking.start_at)
    tablet, heard_at = Tablet(server, booking.start_at), booking.start_at + MINUTE
    at_length(time_machine, booking.start_at + 40 * MINUTE)

    tablet.send(tablet.event("wish", at=heard_at, booking=booking.ref, fields={"kind": "water"}))

    assert wish_shown(Wish.objects.get().step).raised_at == heard_at


def test_wish_of_an_earlier_version_shows_when_it_came(booking, server, now):
    step = step_of(booking, "P13")
    step.details["wish"] = {"kind": "water", "text": "", "source": "staff"}

    assert wish_shown(step).raised_at == step.opens_at


def test_batch_sent_again_reads_no_step_anew(tablet, pour, now):
    event = tablet.tick(pour, at=now)
    tablet.send(event)

    with CaptureQueriesContext(connection) as asked:
        assert said(tablet.send(event)) == [("repeated", "")]

    assert not [each for each in asked.captured_queries if 'FROM "checklists_step"' in each["sql"]]


def test_names_of_fields_with_odd_characters_are_no_crash(tablet, pour, now):
    assert said(tablet.send(tablet.tick(pour, at=now, fields={"a\u0000\ud800": "x"}))) == [("applied", "")]
