"""The pulses: each task reads the clock and calls one service."""

import pytest
import time_machine

from checklists.models import Reminder
from checklists.tasks import dispatch_reminders, sweep_plans
from tests import factories
from tests.checklists.meetings import HOUR, approved, codes, step_of


@pytest.fixture
def booking(room_108, applicant, server, now):
    return approved(room=room_108, applicant=applicant, start=now + 2 * HOUR, now=now, tea=True)


def test_dispatch_reminders_sends_what_is_due(booking, server):
    step = step_of(booking, "P13")

    with time_machine.travel(step.due_at, tick=False):
        dispatch_reminders.delay()

    assert step.reminders.get(kind="due", recipient=server).state == Reminder.State.SENT


def test_sweep_plans_heals_a_lost_approval(room_108, applicant, now):
    booking = factories.make_booking(room=room_108, applicant=applicant, start=now + 2 * HOUR, status="approved")

    with time_machine.travel(now, tick=False):
        sweep_plans.delay()

    assert "P8" in codes(booking)
