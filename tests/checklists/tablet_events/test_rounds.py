"""Rounds tapped without a connection."""

import pytest

from checklists.models import Breach, Step, TabletEvent
from checklists.services.sweep import sweep
from tests.checklists.meetings import MINUTE, end, start, step_of, tick
from tests.checklists.pictures import photo
from tests.checklists.tablet_events.saying import at_length, said
from tests.checklists.tablets import Tablet, op_of


@pytest.fixture
def running(booking, server, time_machine):
    """The server's tablet, and the first round of a meeting that has just begun."""
    start(booking, now=booking.start_at)
    at_length(time_machine, booking.start_at)
    return Tablet(server, booking.start_at), step_of(booking, "U1")


def test_rounds_tapped_without_a_connection_roll_from_their_taps(running, booking, time_machine):
    tablet, first = running
    moments = [first.due_at + number * 15 * MINUTE for number in range(3)]
    events = [tablet.tick(first, at=moment, rounds_on=number) for number, moment in enumerate(moments)]
    at_length(time_machine, moments[-1] + 4 * MINUTE)

    verdicts = tablet.send(*events)

    rounds = Step.objects.filter(booking=booking, item__code="U1", state="done").order_by("round")
    assert said(verdicts) == [("applied", "")] * 3
    assert list(rounds.values_list("done_at", flat=True)) == moments
    assert step_of(booking, "U1", 4).due_at == moments[-1] + 15 * MINUTE


def test_rounds_a_colleague_did_as_well_are_one(running, colleague, now, time_machine):
    tablet, first = running
    events = [tablet.tick(first, at=first.due_at + n * 15 * MINUTE, rounds_on=n) for n in range(2)]
    tick(first, colleague, now=first.due_at + MINUTE)
    at_length(time_machine, first.due_at + 16 * MINUTE)

    assert said(tablet.send(*events)) == [("superseded", "done_before"), ("applied", "")]


def test_round_by_a_page_that_had_not_seen_a_colleagues_is_the_next(running, booking, server, colleague, time_machine):
    tablet, first = running
    later = tablet.tick(first, at=first.due_at + 15 * MINUTE)
    tick(first, colleague, now=first.due_at)
    at_length(time_machine, first.due_at + 20 * MINUTE)

    assert said(tablet.send(later)) == [("applied", "")]
    assert [step_of(booking, "U1", number).done_by for number in (1, 2)] == [colleague, server]
    assert step_of(booking, "U1", 3).due_at == first.due_at + 30 * MINUTE
    assert TabletEvent.objects.get().step == step_of(booking, "U1", 2)
    assert said(tablet.send(later)) == [("repeated", "")]


def test_skip_by_a_page_that_had_not_seen_a_colleagues_round_is_of_the_next(running, booking, colleague, time_machine):
    tablet, first = running
    skips = [
        tablet.event("skip", at=first.due_at + minutes * MINUTE, step=first.pk, fields={"reason": "会议中请勿打扰"})
        for minutes in (1, 15)
    ]
    tick(first, colleague, now=first.due_at)
    at_length(time_machine, first.due_at + 20 * MINUTE)

    assert said(tablet.send(*skips)) == [("conflict", "was_done"), ("applied", "")]
    assert [step_of(booking, "U1", number).state for number in (1, 2)] == ["done", "skipped"]


def test_rounds_of_two_pages_count_in_whatever_order_they_come(running, booking, colleague, time_machine):
    one, first = running
    other = Tablet(colleague, booking.start_at)
    earlier, later = one.tick(first, at=first.due_at), other.tick(first, at=first.due_at + 15 * MINUTE)
    again = one.tick(first, at=first.due_at + 16 * MINUTE, rounds_on=1)
    at_length(time_machine, first.due_at + 20 * MINUTE)

    verdicts = [*other.send(later), *one.send(earlier, again)]

    assert said(verdicts) == [("applied", ""), ("applied", ""), ("superseded", "done_before")]
    assert step_of(booking, "U1", 3).due_at == first.due_at + 30 * MINUTE
    assert Breach.objects.count() == 0


def test_round_after_the_last_that_a_colleague_did_counts_after_the_meeting(running, booking, colleague, time_machine):
    tablet, first = running
    later = tablet.tick(first, at=first.due_at + 15 * MINUTE)
    tick(first, colleague, now=first.due_at)
    at_length(time_machine, first.due_at + 20 * MINUTE)
    end(booking, now=first.due_at + 18 * MINUTE)

    assert said(tablet.send(later)) == [("applied", "")]
    assert step_of(booking, "U1", 2).done_at == first.due_at + 15 * MINUTE


def test_picture_goes_along_to_the_round_that_it_was_taken_at(
    running, booking, colleague, time_machine, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    tablet, first = running
    at = first.due_at + 15 * MINUTE
    shot = tablet.event("picture", at=at, step=first.pk, fields={"kind": "photo"})
    later = tablet.tick(first, at=at, fields={"file": op_of(shot)})
    tick(first, colleague, now=first.due_at)
    at_length(time_machine, at + MINUTE)

    tablet.client.post("/tablet/events/picture/", shot | {"file": photo()})

    assert said(tablet.send(later)) == [("applied", "")]
    second = step_of(booking, "U1", 2)
    assert second.result["file"] == str(second.files.get().op) == op_of(shot)


def test_round_done_while_the_meeting_ran_counts_after_its_end(running, booking, now, time_machine):
    tablet, first = running
    event = tablet.tick(first, at=first.due_at)
    at_length(time_machine, first.due_at + 10 * MINUTE)
    end(booking, now=first.due_at + 10 * MINUTE)

    assert said(tablet.send(event)) == [("applied", "")]
    first.refresh_from_db()
    assert (first.state, first.done_at) == ("done", first.due_at)


def test_breach_that_was_none_is_taken_back(running, now, time_machine):
    tablet, first = running
    event = tablet.tick(first, at=first.due_at)
    at_length(time_machine, first.limit_at + MINUTE)
    sweep(now=first.limit_at + MINUTE)
    assert Breach.objects.count() == 1

    tablet.send(event)

    assert Breach.objects.count() == 0


def test_undo_is_about_the_round_its_tap_came_to(running, booking, colleague, now, time_machine):
    """The tap before it was a colleague's round, so that the page had counted one too many."""
    tablet, first = running
    tick(first, colleague, now=first.due_at)
    second = step_of(booking, "U1", 2)
    close = tablet.tick(second, at=first.due_at + MINUTE)
    later = tablet.tick(second, at=first.due_at + 15 * MINUTE, rounds_on=1)
    taken_back = first.due_at + 16 * MINUTE
    undo = tablet.event("undo", at=taken_back, step=second.pk, rounds_on=1, seen=op_of(later))
    at_length(time_machine, first.due_at + 17 * MINUTE)

    verdicts = tablet.send(close, later, undo)

    assert said(verdicts) == [("superseded", "same_round"), ("applied", ""), ("applied", "")]
    assert step_of(booking, "U1", 2).state == "open"
