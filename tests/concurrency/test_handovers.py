"""A shift handed over while others act on it: real threads over offer, confirmation, withdrawal and ticks."""

from functools import partial

import pytest

from checklists.models import Handover, Step, StepEvent
from checklists.services.shift_handovers import (
    confirm_handover,
    offer_handover,
    tell_unanswered,
    withdraw_handover,
)
from staff.models import Notice
from tests import factories
from tests.checklists import meetings
from tests.checklists.meetings import HOUR
from tests.concurrency.test_approvals import kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(site):
    return factories.make_user("staff2", "service_staff", site=site)


@pytest.fixture
def meeting(room_108, applicant, server, now):
    return meetings.served(room=room_108, applicant=applicant, server=server, now=now)


@pytest.fixture
def handover(meeting, server, other, now):
    return offer_handover(giver=server, receiver_id=other.pk, note="x", now=now)


def test_offers_tapped_at_once_are_one(meeting, server, other, now, at_once):
    offer = partial(offer_handover, giver=server, receiver_id=other.pk, note="x", now=now)

    answers = at_once(*[offer] * 4)

    assert dict(kinds(answers)) == {"Handover": 4}
    assert (Handover.objects.count(), Notice.objects.filter(code="handover_offered").count()) == (1, 1)


def test_confirmations_at_once_pass_each_step_on_once(handover, other, now, at_once):
    answers = at_once(*[partial(confirm_handover, handover_id=handover.pk, actor=other, now=now)] * 4)

    assert dict(kinds(answers)) == {"Handover": 4}
    assert StepEvent.objects.filter(verb="handed_over").count() == handover.lines.count()


@pytest.mark.parametrize("turn", range(5))
def test_confirmation_against_withdrawal_ends_in_one_of_the_two(handover, server, other, now, at_once, turn):
    confirm = partial(confirm_handover, handover_id=handover.pk, actor=other, now=now)
    withdraw = partial(withdraw_handover, handover_id=handover.pk, actor=server, now=now)

    answers = at_once(confirm, withdraw)

    handover.refresh_from_db()
    owners = set(Step.objects.filter(pk__in=handover.lines.values("step")).values_list("assignee", flat=True))
    assert (handover.state, owners) in [("confirmed", {other.pk}), ("withdrawn", {server.pk})]
    assert dict(kinds(answers)) == {"Handover": 1, "ChecklistError": 1}


@pytest.mark.parametrize("turn", range(5))
def test_confirmation_against_a_tick_of_the_giver(handover, meeting, server, other, now, at_once, turn):
    pour = meetings.step_of(meeting, "P1")
    confirm = partial(confirm_handover, handover_id=handover.pk, actor=other, now=now)

    answers = at_once(confirm, partial(meetings.tick, pour, server, now=now))

    pour.refresh_from_db()
    outcome = handover.lines.get(step=pour).outcome
    assert dict(kinds(answers)) == {"Handover": 1, "TickOutcome": 1}
    assert (pour.state, pour.done_by) == ("done", server)
    assert (outcome, pour.assignee) in [("settled", server), ("passed", other)]


def test_sweeps_at_once_tell_the_manager_once(handover, manager, now, at_once):
    answers = at_once(*[partial(tell_unanswered, now + HOUR)] * 4)

    assert sorted(answers) == [0, 0, 0, 1]
    assert Notice.objects.filter(code="handover_unanswered").count() == 1
