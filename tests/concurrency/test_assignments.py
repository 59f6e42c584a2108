"""Proposals applied and sickness entered while others act on the same people: real threads."""

from functools import partial

import pytest

from checklists.errors import ChecklistError
from checklists.models import Assignment
from checklists.selectors.absence import absence_of
from checklists.services.falling_ill import cover_sickness
from checklists.services.proposals import alter_line, apply_proposal
from checklists.services.staffing import assign_staff
from staff.models import Leave, Notice
from tests.checklists.assigning import SERVICE, crew, proposed
from tests.checklists.meetings import HOUR, approved, serve
from tests.concurrency.test_approvals import kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    """The worker, who makes a proposal as soon as it is asked for, reads the clock."""
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def people(site, now):
    return crew(site, now, 4)


@pytest.fixture
def pair(rooms, applicant, people, now):
    return [
        approved(room=room, applicant=applicant, start=now + 2 * HOUR, minutes=60, now=now, tea=True)
        for room in rooms[:2]
    ]


def test_proposal_applied_by_four_at_once_is_applied_once(site, pair, manager, now, at_once):
    proposal = proposed(site, manager, now)

    answers = at_once(*[partial(apply_proposal, proposal_id=proposal.pk, actor=manager, now=now)] * 4)

    assert sorted(answers) == [0, 0, 0, 2]
    assert Assignment.objects.count() == 2
    assert Notice.objects.filter(code="assignments_applied").count() == 2


@pytest.mark.parametrize("turn", range(4))
def test_proposal_against_somebody_assigned_by_hand(site, pair, people, manager, now, at_once, turn):
    """Either the hand was first and the proposal is stale, or both stand and nobody is in two rooms."""
    proposal = proposed(site, manager, now)
    apply = partial(apply_proposal, proposal_id=proposal.pk, actor=manager, now=now)
    spare = next(user for user in people if not proposal.lines.filter(user=user).exists())
    by_hand = partial(assign_staff, booking_id=pair[0].pk, user_id=spare.pk, role=SERVICE, actor=manager, now=now)

    applied, assigned = at_once(apply, by_hand)

    assert not isinstance(assigned, Exception)
    if isinstance(applied, ChecklistError):
        assert (applied.code, Assignment.objects.count()) == ("proposal_stale", 1)
    else:
        assert (applied, Assignment.objects.count()) == (2, 3)


def test_two_lines_given_to_one_person_at_once_leave_one_of_them(site, pair, people, manager, now, at_once):
    proposal = proposed(site, manager, now)
    spare = next(user for user in people if not proposal.lines.filter(user=user).exists())
    give = [
        partial(alter_line, line_id=line.pk, user_id=spare.pk, actor=manager, now=now)
        for line in proposal.lines.filter(role=SERVICE)
    ]

    answers = at_once(*give)

    assert dict(kinds(answers)) == {"ProposalLine": 1, "ChecklistError": 1}
    assert proposal.lines.filter(user=spare).count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_sickness_entered_by_two_at_once_is_entered_once(pair, people, manager, now, at_once, turn):
    serve(pair[0], people[0], SERVICE, now=now)
    end = now + 15 * HOUR
    found = absence_of(person=people[0], start=now, end=end, reader=manager, now=now)
    takers = {each.assignment_id: each.taker.pk for each in found.meetings}
    terms = {"user_id": people[0].pk, "start": now, "end": end, "takers": takers, "shifts": {}, "digest": found.digest}

    answers = at_once(*[partial(cover_sickness, actor=manager, now=now, **terms)] * 2)

    assert dict(kinds(answers)) == {"Covered": 2}
    assert sorted(each.passed for each in answers) == [0, 1]
    assert (Leave.objects.count(), Notice.objects.filter(code="cover_taken").count()) == (1, 1)
