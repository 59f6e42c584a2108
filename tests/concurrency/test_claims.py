"""Reminders fired once, taps counted once: real threads, and controls that show what happens without the guard."""

import threading
from collections import Counter
from functools import partial
from importlib import import_module
from uuid import uuid4

import pytest

from checklists.errors import ChecklistError
from checklists.models import PlanRevision, Reminder, ServicePlan, Step, StepEvent, Tick
from checklists.services.dispatch import dispatch_due, due_reminders
from checklists.services.plans import plan_booking
from checklists.services.staffing import assign_staff
from checklists.services.sweep import sweep
from checklists.services.ticks import tick_step
from staff.models import Notice
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, fitting_result, on_shift, step_of

pytestmark = pytest.mark.django_db(transaction=True)

PULSES = 6
TAPS = 8


@pytest.fixture
def bookings(rooms, applicant, server, secretary, manager, now):
    """Meetings at the same hour, whose people are reminded of everything."""
    for user in (server, secretary, manager):
        on_shift(user, now - HOUR, 12)
    return [approved(room=room, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True) for room in rooms]


def drain(now):
    reports = []
    while True:
        reports.append(dispatch_due(now=now, limit=7))
        if not reports[-1].is_full:
            return sum(report.sent for report in reports)


def test_claims_at_once_send_each_reminder_once(bookings, at_once):
    due_at = step_of(bookings[0], "P13").due_at

    sent = at_once(*[partial(drain, due_at)] * PULSES)
    sent.append(drain(due_at))

    rows = Reminder.objects.filter(state=Reminder.State.SENT)
    assert sum(sent) == rows.count() > 0
    assert not Reminder.objects.filter(state=Reminder.State.PENDING, due_at__lte=due_at).exists()
    assert not rows.filter(notice=None).exists()


def test_claims_without_the_lock_send_twice(bookings, at_once, monkeypatch):
    """The control: two pulses that only look see the same rows."""
    due_at = step_of(bookings[0], "P13").due_at
    looked = threading.Barrier(2)

    def claim(now, limit):
        found = list(due_reminders(now)[:limit])
        looked.wait(10)
        return found

    monkeypatch.setattr(import_module("checklists.services.dispatch"), "claim", claim)

    reports = at_once(*[partial(dispatch_due, now=due_at)] * 2)

    assert sum(report.sent for report in reports) > Reminder.objects.filter(state=Reminder.State.SENT).count()


def tap(step, actor, now, op):
    result = fitting_result(step)
    return tick_step(
        op=op, step_id=step.pk, wanted="done", result=result, note="", device_at=None, actor=actor, now=now
    )


def test_one_op_sent_many_times_at_once_is_one_tick(bookings, server, now, at_once):
    step, op = step_of(bookings[0], "P13"), uuid4()

    outcomes = at_once(*[partial(tap, step, server, now, op)] * TAPS)

    assert [outcome.answer for outcome in outcomes] == [outcomes[0].answer] * TAPS
    assert Tick.objects.count() == 1
    assert StepEvent.objects.filter(verb="done").count() == 1


def test_one_op_sent_twice_without_the_lock_is_not_answered_alike(bookings, server, now, at_once, monkeypatch):
    """The control: the unique key still keeps one tick, but the second sending is refused instead of answered."""
    arrived = threading.Barrier(2)
    monkeypatch.setattr(
        import_module("checklists.services.ticks"), "lock_owner_of", lambda step: arrived.wait(10) and None
    )
    step, op = step_of(bookings[0], "P12"), uuid4()

    outcomes = at_once(*[partial(tap, step, server, now, op)] * 2)

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"TickOutcome": 1, "ChecklistError": 1}
    assert Tick.objects.count() == 1


def test_two_tablets_at_once_apply_one_and_keep_the_other(bookings, server, site, now, at_once):
    second = factories.make_user("staff2", "service_staff", site=site)
    step = step_of(bookings[0], "P12")

    outcomes = at_once(*[partial(tap, step, user, now, uuid4()) for user in (server, second)])

    assert Counter(outcome.verdict for outcome in outcomes) == {"applied": 1, "added": 1}
    applied = Tick.objects.get(verdict="applied")
    assert step_of(bookings[0], "P12").done_by == applied.by


def test_two_tablets_without_the_lock_both_believe_they_were_first(bookings, server, site, now, at_once, monkeypatch):
    """The control."""
    ticks = import_module("checklists.services.ticks")
    arrived, load = threading.Barrier(2), ticks.load_step

    def load_together(step_id):
        step = load(step_id)
        arrived.wait(10)
        return step

    monkeypatch.setattr(ticks, "lock_owner_of", lambda step: None)
    monkeypatch.setattr(ticks, "load_step", load_together)
    second = factories.make_user("staff2", "service_staff", site=site)
    step = step_of(bookings[0], "P12")

    outcomes = at_once(*[partial(tap, step, user, now, uuid4()) for user in (server, second)])

    assert Counter(outcome.verdict for outcome in outcomes) == {"applied": 2}


def test_two_tablets_ticking_one_round_make_one_next_round(bookings, server, site, at_once):
    second = factories.make_user("staff2", "service_staff", site=site)
    first = step_of(bookings[0], "U1")

    at_once(*[partial(tap, first, user, first.due_at, uuid4()) for user in (server, second)])

    rounds = bookings[0].steps.filter(item__code="U1").order_by("round").values_list("round", "state")
    assert list(rounds) == [(1, "done"), (2, "open")]


def test_plannings_at_once_make_one_plan(room_108, applicant, now, at_once):
    booking = factories.make_booking(
        room=room_108, applicant=applicant, start=now + 5 * HOUR, status="approved", tea=True
    )

    revisions = at_once(*[partial(plan_booking, booking_id=booking.pk, now=now)] * PULSES)

    assert Counter(type(revision).__name__ for revision in revisions) == {"PlanRevision": 1, "NoneType": PULSES - 1}
    assert (ServicePlan.objects.count(), PlanRevision.objects.count()) == (1, 1)
    keys = list(booking.steps.values_list("key", flat=True))
    assert sorted(keys) == sorted(set(keys))


def test_assignments_of_one_person_to_two_rooms_at_once_have_one_winner(bookings, server, manager, now, at_once):
    answers = at_once(
        *[
            partial(
                assign_staff,
                booking_id=booking.pk,
                user_id=server.pk,
                role="service_staff",
                actor=manager,
                now=now,
            )
            for booking in bookings
        ]
    )

    assert Counter(type(answer).__name__ for answer in answers) == {"Assignment": 1, "ChecklistError": 2}
    assert {answer.code for answer in answers if isinstance(answer, ChecklistError)} == {"person_elsewhere"}


def test_ticks_plannings_sweeps_and_pulses_at_once_do_not_wait_in_a_circle(bookings, server, manager, now, at_once):
    moment = step_of(bookings[0], "P5").due_at
    steps = Step.objects.filter(booking__in=bookings, item__code__in=["P10", "P12", "P13", "U1"])
    work = [partial(tap, step, manager, moment, uuid4()) for step in steps]
    work += [partial(plan_booking, booking_id=booking.pk, now=moment) for booking in bookings]
    work += [partial(sweep, now=moment), partial(sweep, now=moment), partial(drain, moment), partial(drain, moment)]

    answers = at_once(*work)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert set(steps.filter(round=1).values_list("state", flat=True)) == {"done"}
    assert Notice.objects.exclude(reminders=None).count() > 0
    assert not Reminder.objects.filter(step__state="done", state="pending", due_at__gt=moment + MINUTE).exists()
