"""Second ticks, contradictions, refusals, and meetings that changed meanwhile."""

import pytest

from bookings.models import Booking
from checklists.models import TabletEvent, Tick
from checklists.services.handover import skip_step
from tests.checklists.meetings import HOUR, MINUTE, change, step_of, tick
from tests.checklists.pages import signed_in
from tests.checklists.pictures import photo
from tests.checklists.tablet_events.saying import at_length, said
from tests.checklists.tablets import Tablet, op_of


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


def test_skip_of_what_a_colleague_did_contradicts_and_its_reason_is_shown(tablet, pour, colleague, manager, now):
    tick(pour, colleague, now=now)

    verdicts = tablet.send(tablet.event("skip", at=now, step=pour.pk, fields={"reason": "杯子不够"}))

    pour.refresh_from_db()
    assert (said(verdicts), pour.state, pour.done_by) == ([("conflict", "was_done")], "done", colleague)
    assert verdicts[0]["say"] == "A colleague had done this step. What you said was kept; the manager sees both."
    page = signed_in(manager).get("/day/").content.decode()
    assert "One said that it cannot be done, another that it was done." in page
    assert "“杯子不够”" in page


def test_undo_that_had_not_seen_the_colleagues_tick_contradicts(tablet, pour, colleague, now):
    tick(pour, colleague, now=now)

    assert said(tablet.send(tablet.event("undo", at=now, step=pour.pk))) == [("conflict", "done_stands")]


def test_undo_of_an_addition_contradicts_nobody(tablet, pour, colleague, now):
    tick(pour, colleague, now=now)
    added = tablet.tick(pour, at=now)

    verdicts = tablet.send(added, tablet.event("undo", at=now, step=pour.pk, seen=op_of(added)))

    assert said(verdicts) == [("superseded", "done_before"), ("superseded", "addition_taken_back")]
    assert verdicts[1]["say"] == "Your entry was taken back; the step stays as it is."


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


def test_skip_for_the_room_it_was_in_leaves_the_step_open_in_the_other(tablet, booking, pour, manager, rooms, now):
    where = {"shown_room": "108", "shown_start": booking.start_at.isoformat()}
    event = tablet.event("skip", at=now, step=pour.pk, fields={"reason": "门锁着"}, **where)
    change(booking, now=now, room=rooms[1])

    (verdict,) = tablet.send(event)

    pour.refresh_from_db()
    assert (verdict["verdict"], verdict["code"], pour.state) == ("conflict", "meeting_moved", "open")
    page = signed_in(manager).get("/day/").content.decode()
    assert "Said of where or when the meeting no longer is." in page
    assert "门锁着" in page


def test_skip_where_the_meeting_still_is_counts(tablet, booking, pour, now):
    where = {"shown_room": "108", "shown_start": booking.start_at.isoformat()}
    event = tablet.event("skip", at=now, step=pour.pk, fields={"reason": "门锁着"}, **where)

    assert said(tablet.send(event)) == [("applied", "")]


@pytest.mark.parametrize(("hours", "verdict"), [(24, "conflict"), (0.05, "applied")])
def test_meeting_moved_to_another_time_counts_where_the_step_was_open(
    hours, verdict, tablet, booking, pour, now, time_machine
):
    tapped_at = pour.opens_at + 5 * MINUTE
    at_length(time_machine, tapped_at)
    event = tablet.tick(pour, at=tapped_at, shown_room="108", shown_start=booking.start_at.isoformat())
    change(booking, now=tapped_at, start_at=booking.start_at + hours * HOUR, end_at=booking.end_at + hours * HOUR)

    assert tablet.send(event)[0]["verdict"] == verdict


def test_value_that_differs_contradicts_whenever_its_batch_began(booking, secretary, manager, now):
    """A batch carries one moment of arrival: a colleague's tick that settled the step may be the younger one."""
    step, tablet = step_of(booking, "P8"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"value": 22})
    Tick.objects.update(received_at=now + MINUTE)

    assert said(tablet.send(tablet.tick(step, at=now, fields={"value": "26"}))) == [("conflict", "differs")]


def test_addition_taken_back_contradicts_no_more(booking, secretary, manager, now):
    step, tablet = step_of(booking, "P8"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"value": 22})
    addition = tablet.tick(step, at=now, fields={"value": "26"})
    assert said(tablet.send(addition)) == [("conflict", "differs")]

    undo = tablet.event("undo", at=now, step=step.pk, seen=op_of(addition))

    assert said(tablet.send(undo)) == [("superseded", "addition_taken_back")]
    assert not TabletEvent.objects.filter(verdict="conflict", settled_at=None).exists()


def test_picture_of_a_step_withdrawn_meanwhile_is_kept_with_its_tick(tablet, booking, pour, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    shown = tablet.event("picture", at=now, step=pour.pk, fields={"kind": "photo"})
    ticked = tablet.tick(pour, at=now, fields={"file": op_of(shown)})
    change(booking, now=now, status=Booking.Status.CANCELLED)

    picture = tablet.client.post("/tablet/events/picture/", shown | {"file": photo()}).json()["verdicts"]

    assert said(picture) == [("applied", "")]
    assert said(tablet.send(ticked)) == [("superseded", "meeting_cancelled")]
    assert pour.files.count() == 1


def test_picture_that_waited_is_logged_when_it_came(tablet, pour, now, time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    shown = tablet.event("picture", at=now + MINUTE, step=pour.pk, fields={"kind": "photo"})
    at_length(time_machine, now + HOUR)

    tablet.client.post("/tablet/events/picture/", shown | {"file": photo()})

    assert (pour.files.get().taken_at, pour.events.get(verb="file_added").at) == (now + MINUTE, now + HOUR)


def test_undo_on_a_step_withdrawn_meanwhile_contradicts_nobody(tablet, booking, pour, now):
    change(booking, now=now, status=Booking.Status.CANCELLED)

    assert said(tablet.send(tablet.event("undo", at=now, step=pour.pk))) == [("superseded", "open_before")]
