"""Ticks: once for each op, done before undo, rounds that roll, gaps that are kept."""

from uuid import uuid4

import pytest

from checklists.errors import ChecklistError, InvalidTick
from checklists.models import Breach, Reminder, Step, StepEvent, Tick
from checklists.services.handover import skip_step, take_over_step
from checklists.services.plans import plan_booking
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, end, on_shift, start, step_of, tick


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True, equipment=["sound"])


@pytest.fixture
def second_server(site):
    return factories.make_user("staff2", "service_staff", site=site)


def test_tick_step_done_is_applied_and_stamped(booking, secretary, now):
    step = step_of(booking, "P8")

    outcome = tick(step, secretary, now=now, result={"value": 23.5}, note="  ")

    step.refresh_from_db()
    assert outcome.verdict == Tick.Verdict.APPLIED
    assert (step.state, step.done_at, step.done_by) == (Step.State.DONE, now, secretary)
    assert step.result == {"value": 23.5, "unit": "celsius"}
    assert outcome.answer == {
        "verdict": "applied",
        "state": "done",
        "done_at": now.isoformat(),
        "done_by": "secretary",
        "done_by_name": "Secretary",
        "late_seconds": 0,
    }


def test_tick_step_late_says_by_how_much(booking, server):
    step = step_of(booking, "P12")

    outcome = tick(step, server, now=step.due_at + 3 * MINUTE)

    assert outcome.answer["late_seconds"] == 180


def test_tick_step_same_op_answers_as_the_first_time_and_changes_nothing(booking, secretary, server, now):
    step, op = step_of(booking, "P12"), uuid4()
    first = tick(step, server, now=now, op=op)

    again = tick(step, server, now=now + HOUR, op=op, wanted="open")

    assert again.answer == first.answer
    assert again.verdict == first.verdict
    assert Tick.objects.count() == 1
    assert step_of(booking, "P12").done_at == now


def test_tick_step_same_op_for_another_step_or_person_is_refused(booking, server, second_server, now):
    op = uuid4()
    tick(step_of(booking, "P12"), server, now=now, op=op)

    for step, actor in ((step_of(booking, "P13"), server), (step_of(booking, "P12"), second_server)):
        with pytest.raises(ChecklistError) as refused:
            tick(step, actor, now=now, op=op)
        assert refused.value.code == "op_used"


def test_tick_step_second_device_is_kept_as_an_addition(booking, server, second_server, now):
    step = step_of(booking, "P12")
    tick(step, server, now=now)

    second = tick(step, second_server, now=now + MINUTE, note="also seen")

    assert second.verdict == Tick.Verdict.ADDED
    assert second.answer["done_by"] == "staff1"
    assert step_of(booking, "P12").done_by == server
    assert list(step.ticks.values_list("by__username", "verdict", "note")) == [
        ("staff1", "applied", ""),
        ("staff2", "added", "also seen"),
    ]


def test_tick_step_withdraws_its_reminders(booking, server, now):
    on_shift(server, now)
    plan_booking(booking_id=booking.pk, now=now)
    step = step_of(booking, "P12")
    tick(step, server, now=now)

    assert set(step.reminders.values_list("state", flat=True)) <= {Reminder.State.WITHDRAWN}


@pytest.mark.parametrize(
    ("item", "result", "note", "errors"),
    [
        ("P8", {}, "", {"value": ["required"]}),
        ("P8", {"value": "warm"}, "", {"value": ["not_a_number"]}),
        ("P8", {"value": True}, "", {"value": ["not_a_number"]}),
        ("P8", {"value": float("nan")}, "", {"value": ["not_a_number"]}),
        ("P8", {"value": 10**400}, "x", {"value": ["too_large"]}),
        ("P8", {"value": -1e300}, "x", {"value": ["too_large"]}),
        ("P8", {"value": 29}, "", {"value": ["out_of_range"]}),
        ("P8", {"value": 17.9}, "", {"value": ["out_of_range"]}),
        ("P3", {}, "", {"ok": ["required"]}),
        ("P3", {"ok": "yes"}, "", {"ok": ["not_ok_or_not"]}),
        ("P3", {"ok": False}, " ", {"note": ["note_needed"]}),
        ("P3", {"ok": False, "device": "a\0"}, "x", {"device": ["bad_character"]}),
        ("P3", {"ok": False, "device": "\ud800"}, "x", {"device": ["bad_character"]}),
        ("P3", {"ok": False, "device": 7}, "x", {"device": ["too_long"]}),
        ("P12", {"value": 3}, "", {"value": ["unknown"]}),
        ("P12", {}, "x" * 501, {"note": ["too_long"]}),
    ],
)
def test_tick_step_wrong_result_is_refused_by_field(booking, manager, now, item, result, note, errors):
    with pytest.raises(InvalidTick) as refused:
        tick(step_of(booking, item), manager, now=now, result=result, note=note)

    assert refused.value.errors == errors
    assert Tick.objects.count() == 0
    assert step_of(booking, item).state == Step.State.OPEN


@pytest.mark.parametrize(
    ("item", "result", "stored"),
    [
        ("P8", {"value": 18}, {"value": 18, "unit": "celsius"}),
        ("P8", {"value": 28}, {"value": 28, "unit": "celsius"}),
        ("P8", {"value": 31}, {"value": 31, "unit": "celsius", "is_out_of_range": True}),
        ("P3", {"ok": False}, {"ok": False, "gravity": 1}),
        ("P12", {"ok": True}, {}),
    ],
)
def test_tick_step_result_with_a_note_is_stored(booking, manager, now, item, result, stored):
    tick(step_of(booking, item), manager, now=now, result=result, note="the window was open")

    assert step_of(booking, item).result == stored


def test_tick_step_count_is_compared_with_the_expected(room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, name_plates=8)
    step = step_of(booking, "P17")

    with pytest.raises(InvalidTick) as refused:
        tick(step, applicant, now=now, result={"value": 7})
    tick(step, applicant, now=now, result={"value": 7}, note="one guest will not come")

    assert refused.value.errors == {"value": ["differs"]}
    assert step_of(booking, "P17").result == {"value": 7, "expected": 8}


def test_tick_step_count_beyond_all_measure_is_refused(room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, name_plates=8)

    with pytest.raises(InvalidTick) as refused:
        tick(step_of(booking, "P17"), applicant, now=now, result={"value": 10**400}, note="x")

    assert refused.value.errors == {"value": ["too_large"]}


def test_tick_step_undo_of_ones_own_fresh_tick_reopens_it(booking, server, now):
    on_shift(server, now)
    plan_booking(booking_id=booking.pk, now=now)
    step = step_of(booking, "P12")
    tick(step, server, now=now)

    outcome = tick(step, server, now=now + MINUTE, wanted="open")

    step = step_of(booking, "P12")
    assert outcome.verdict == Tick.Verdict.APPLIED
    assert (step.state, step.done_at, step.done_by, step.result) == (Step.State.OPEN, None, None, {})
    assert set(step.reminders.values_list("state", flat=True)) == {Reminder.State.PENDING}
    assert list(step.events.values_list("verb", flat=True)) == ["done", "reopened"]


@pytest.mark.parametrize("minutes_later", [31, 600])
def test_tick_step_undo_after_a_while_is_for_a_manager(booking, server, manager, now, minutes_later):
    step = step_of(booking, "P12")
    tick(step, server, now=now)
    later = now + minutes_later * MINUTE

    assert tick(step, server, now=later, wanted="open").verdict == Tick.Verdict.ADDED
    assert step_of(booking, "P12").state == Step.State.DONE
    assert tick(step, manager, now=later, wanted="open").verdict == Tick.Verdict.APPLIED


def test_tick_step_undo_by_a_colleague_is_kept_and_done_stands(booking, server, second_server, now):
    step = step_of(booking, "P12")
    tick(step, server, now=now)

    outcome = tick(step, second_server, now=now + MINUTE, wanted="open")

    assert outcome.verdict == Tick.Verdict.ADDED
    assert step_of(booking, "P12").state == Step.State.DONE


def test_tick_step_undo_that_had_not_seen_the_tick_loses(booking, server, manager, now):
    step = step_of(booking, "P12")
    tick(step, server, now=now)

    queued = tick(step, manager, now=now + MINUTE, wanted="open", device_at=now - MINUTE)
    other = tick(step, manager, now=now + MINUTE, wanted="open", seen=uuid4())

    assert [queued.verdict, other.verdict] == [Tick.Verdict.ADDED, Tick.Verdict.ADDED]
    assert step_of(booking, "P12").state == Step.State.DONE


def test_tick_step_undo_names_the_tick_it_takes_back(booking, server, now):
    step, op = step_of(booking, "P12"), uuid4()
    tick(step, server, now=now, op=op)

    assert tick(step, server, now=now, wanted="open", seen=op).verdict == Tick.Verdict.APPLIED


def test_tick_step_of_a_withdrawn_step_is_kept_as_an_addition(booking, server, now):
    step = step_of(booking, "P12")
    Step.objects.filter(pk=step.pk).update(state=Step.State.WITHDRAWN)

    assert tick(step, server, now=now).verdict == Tick.Verdict.ADDED
    assert step_of(booking, "P12").state == Step.State.WITHDRAWN


def test_tick_step_unknown_state_is_refused(booking, server, now):
    with pytest.raises(InvalidTick) as refused:
        tick(step_of(booking, "P12"), server, now=now, wanted="toggle")

    assert refused.value.errors == {"wanted": ["unknown_choice"]}


def test_tick_round_makes_the_next_one_interval_after_the_tick(booking, server):
    first = step_of(booking, "U1")
    ticked_at = first.due_at + 2 * MINUTE

    tick(first, server, now=ticked_at)

    second = step_of(booking, "U1", 2)
    assert (second.due_at, second.limit_at) == (ticked_at + 15 * MINUTE, ticked_at + 20 * MINUTE)
    assert booking.steps.filter(item__code="U1").count() == 2


def test_tick_round_goes_on_past_the_booked_end_until_ended(booking, server):
    start(booking, now=booking.start_at)
    tick(step_of(booking, "U1"), server, now=booking.end_at + MINUTE)

    tick(step_of(booking, "U1", 2), server, now=booking.end_at + 16 * MINUTE)
    end(booking, now=booking.end_at + 20 * MINUTE)

    assert list(booking.steps.filter(item__code="U1").order_by("round").values_list("round", "state")) == [
        (1, "done"),
        (2, "done"),
        (3, "withdrawn"),
    ]


def test_tick_round_right_after_the_one_before_is_the_same_round(booking, server, second_server):
    first = step_of(booking, "U1")
    tick(first, server, now=first.due_at)

    double = tick(step_of(booking, "U1", 2), second_server, now=first.due_at + MINUTE)

    assert double.verdict == Tick.Verdict.ADDED
    assert step_of(booking, "U1", 2).state == Step.State.OPEN
    assert not booking.steps.filter(item__code="U1", round=3).exists()


def test_tick_round_undone_takes_the_next_one_back_and_a_new_tick_brings_it_again(booking, server):
    first = step_of(booking, "U1")
    tick(first, server, now=first.due_at)
    tick(first, server, now=first.due_at + MINUTE, wanted="open")
    assert step_of(booking, "U1", 2).state == Step.State.WITHDRAWN

    tick(first, server, now=first.due_at + 4 * MINUTE)

    second = step_of(booking, "U1", 2)
    assert (second.state, second.due_at) == (Step.State.OPEN, first.due_at + 19 * MINUTE)


def test_tick_round_with_a_later_one_done_cannot_be_undone(booking, server):
    first = step_of(booking, "U1")
    tick(first, server, now=first.due_at)
    tick(step_of(booking, "U1", 2), server, now=first.due_at + 15 * MINUTE)

    assert tick(first, server, now=first.due_at + 16 * MINUTE, wanted="open").verdict == Tick.Verdict.ADDED


def test_tick_of_the_pouring_moves_the_first_round(booking, server):
    pour = step_of(booking, "P13")

    tick(pour, server, now=pour.due_at + 7 * MINUTE)

    assert step_of(booking, "U1").due_at == pour.due_at + 22 * MINUTE


def test_breach_is_recorded_closed_by_the_tick_that_ends_it(booking, server):
    first = step_of(booking, "U1")
    poured_at = first.due_at - 15 * MINUTE

    tick(first, server, now=poured_at + 26 * MINUTE)

    breach = Breach.objects.get(item__code="U1")
    assert (breach.gap_from, breach.limit_at, breach.gap_until) == (
        poured_at,
        poured_at + 20 * MINUTE,
        poured_at + 26 * MINUTE,
    )


def test_breach_within_the_limit_is_none(booking, server):
    first = step_of(booking, "U1")

    tick(first, server, now=first.due_at + 5 * MINUTE)

    assert not Breach.objects.exists()


def test_breach_without_a_tick_is_open_until_the_meeting_ends(booking):
    first = step_of(booking, "U1")
    start(booking, now=booking.start_at)
    plan_booking(booking_id=booking.pk, now=first.limit_at + MINUTE)
    assert Breach.objects.get(item__code="U1").gap_until is None

    end(booking, now=first.limit_at + 10 * MINUTE)

    assert Breach.objects.get(item__code="U1").gap_until == first.limit_at + 10 * MINUTE


def test_breach_of_a_service_that_was_dropped_is_closed(booking):
    first = step_of(booking, "U1")
    plan_booking(booking_id=booking.pk, now=first.limit_at + MINUTE)
    dropped_at = first.limit_at + 3 * MINUTE
    booking.tea = False
    booking.save()

    plan_booking(booking_id=booking.pk, now=dropped_at)

    assert Breach.objects.get(item__code="U1").gap_until == dropped_at


def test_skip_step_needs_a_reason_and_keeps_it(booking, server, now):
    step = step_of(booking, "P12")
    with pytest.raises(InvalidTick) as refused:
        skip_step(step_id=step.pk, reason="  ", actor=server, now=now)

    skip_step(step_id=step.pk, reason="The guests bring their own", actor=server, now=now)
    skip_step(step_id=step.pk, reason="The guests bring their own", actor=server, now=now)

    step.refresh_from_db()
    assert refused.value.errors == {"reason": ["required"]}
    assert (step.state, step.note, step.done_by) == (Step.State.SKIPPED, "The guests bring their own", server)
    assert StepEvent.objects.filter(verb="skipped").count() == 1


def test_skip_step_that_is_done_is_refused(booking, server, now):
    step = step_of(booking, "P12")
    tick(step, server, now=now)

    with pytest.raises(ChecklistError) as refused:
        skip_step(step_id=step.pk, reason="late", actor=server, now=now)

    assert refused.value.code == "wrong_state"


def test_skip_round_lets_the_next_one_follow(booking, server):
    first = step_of(booking, "U1")

    skip_step(step_id=first.pk, reason="The chair asked not to be disturbed", actor=server, now=first.due_at)

    assert step_of(booking, "U1", 2).due_at == first.due_at + 15 * MINUTE


def test_take_over_step_moves_it_and_its_reminders_and_stays(booking, server, manager, now):
    on_shift(server, now)
    plan_booking(booking_id=booking.pk, now=now)
    step = step_of(booking, "P12")

    take_over_step(step_id=step.pk, actor=manager, now=now)
    take_over_step(step_id=step.pk, actor=manager, now=now)
    plan_booking(booking_id=booking.pk, now=now)

    waiting = step.reminders.filter(state=Reminder.State.PENDING)
    assert step_of(booking, "P12").assignee == manager
    assert set(waiting.values_list("recipient__username", flat=True)) == {"manager"}
    assert StepEvent.objects.filter(verb="taken_over").count() == 1
