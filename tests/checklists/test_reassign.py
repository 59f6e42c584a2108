"""One step given to another person: who may have it, who hears of it, and what its reminders do."""

import pytest

from checklists.errors import ChecklistError
from checklists.models import Reminder, Step, StepEvent
from checklists.services.plans import plan_booking
from checklists.services.reassign import hand_over_step
from staff.models import Notice
from tests import factories
from tests.checklists import meetings
from tests.checklists.meetings import HOUR


@pytest.fixture
def other(site):
    return factories.make_user("staff2", "service_staff", site=site)


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(room=room_108, applicant=applicant, start=now + 8 * HOUR, now=now - 72 * HOUR, tea=True)


@pytest.fixture
def step(meeting, server):
    found = meetings.step_of(meeting, "P13")
    found.assignee = server
    found.save()
    return found


def give(step, user, actor, now):
    return hand_over_step(step_id=step.pk, user_id=user.pk, actor=actor, now=now)


def notices():
    return sorted(Notice.objects.filter(code__startswith="step_").values_list("code", "recipient__username"))


def test_hand_over_step_moves_it_and_tells_both(step, server, other, manager, now):
    given = give(step, other, manager, now)

    assert (given.assignee, given.is_taken_over) == (other, True)
    event = StepEvent.objects.get(step=step, verb="handed_over")
    assert (event.actor, event.data) == (manager, {"before": server.pk, "to": other.pk})
    assert notices() == [("step_given", "staff2"), ("step_taken", "staff1")]


def test_hand_over_step_reminders_go_to_the_new_person(step, server, other, manager, now):
    give(step, server, manager, now)

    give(step, other, manager, now)

    waiting = Reminder.objects.filter(step=step, state="pending", kind__in=("lead", "due"))
    assert set(waiting.values_list("recipient__username", flat=True)) == {"staff2"}
    assert waiting.count() > 0


def test_hand_over_step_stays_when_the_meeting_is_planned_again(step, meeting, other, manager, now):
    give(step, other, manager, now)

    plan_booking(booking_id=meeting.pk, now=now)

    step.refresh_from_db()
    assert step.assignee == other


def test_hand_over_step_twice_is_the_same_as_once(step, other, manager, now):
    give(step, other, manager, now)
    give(step, other, manager, now)

    assert StepEvent.objects.filter(step=step, verb="handed_over").count() == 1
    assert len(notices()) == 2


def test_hand_over_step_to_oneself_tells_only_the_other(step, manager, now):
    give(step, manager, manager, now)

    assert notices() == [("step_taken", "staff1")]


def test_hand_over_step_without_a_person_before_tells_the_new_one(step, other, manager, now):
    Step.objects.filter(pk=step.pk).update(assignee=None)

    give(step, other, manager, now)

    assert notices() == [("step_given", "staff2")]


@pytest.mark.parametrize("who", ["cleaner", "applicant", "technician"])
def test_hand_over_step_to_somebody_without_the_role_is_refused(who, step, manager, now, request):
    with pytest.raises(ChecklistError) as refused:
        give(step, request.getfixturevalue(who), manager, now)

    assert refused.value.code == "not_on_duty"
    assert notices() == []


@pytest.mark.parametrize("fields", [{"is_active": False}, {"site": None}])
def test_hand_over_step_to_somebody_gone_is_refused(fields, step, other, manager, now):
    for name, value in fields.items():
        setattr(other, name, value)
    other.save()

    with pytest.raises(ChecklistError) as refused:
        give(step, other, manager, now)

    assert refused.value.code == "not_on_duty"


def test_hand_over_step_of_another_sites_person_is_refused(step, stranger, manager, now):
    foreign = factories.make_user("hk1", "service_staff", site=stranger.site)

    with pytest.raises(ChecklistError) as refused:
        give(step, foreign, manager, now)

    assert refused.value.code == "not_on_duty"


def test_hand_over_step_settled_already_is_refused(step, server, other, manager, now):
    meetings.tick(step, server, now=now)

    with pytest.raises(ChecklistError) as refused:
        give(step, other, manager, now)

    assert (refused.value.code, refused.value.params) == ("wrong_state", {"state": "done"})


def test_hand_over_step_helpers_may_have_it(meeting, manager, cleaner, server, now):
    step = Step.objects.filter(booking=meeting, state="open").exclude(helpers=[]).first()
    assert step.helpers

    helper = factories.make_user("helper", step.helpers[0], site=step.site)

    assert give(step, helper, manager, now).assignee == helper


def test_notice_of_a_step_names_no_topic(step, other, manager, now):
    give(step, other, manager, now)

    for notice in Notice.objects.filter(code__startswith="step_"):
        assert sorted(notice.params) == ["actor", "due", "person", "place", "what"]
        assert notice.params["place"] == "108"
