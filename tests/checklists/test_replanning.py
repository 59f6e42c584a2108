"""Meetings planned anew with a published standard: only when asked, one by one, what was ticked staying."""

from datetime import timedelta

import pytest

from checklists.errors import ChecklistError
from checklists.models import PlanRevision, Replanning, ServicePlan, StandardLog, Step
from checklists.services import replanning
from checklists.services.drafts import add_item, remove_item, start_draft
from checklists.services.plans import plan_booking
from tests import factories
from tests.checklists.drafts import plain_item, published, shared
from tests.checklists.meetings import HOUR, approved, codes, start, step_of, tick

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Runs are made by hand, so that their state can be looked at before."""
    monkeypatch.setattr("checklists.tasks.replan_meetings.delay", lambda _pk: None)


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + DAY, now=now)


@pytest.fixture
def newer(site, manager, now, booking):
    """No plants, and one item more; published after the meeting was planned."""

    def change(draft):
        facts = {"draft_id": draft.pk, "actor": manager, "now": now}
        remove_item(code="P7", seen=draft.edited_at, **facts)
        draft.refresh_from_db()
        add_item(item=plain_item("X1", when={"anchor": "start", "minutes": -20}), after="", seen=now, **facts)

    return published(site, manager, now, change)


def run_with(standard, actor, now, *, since=None, with_running=False) -> Replanning:
    asked = {"since": since or now.date(), "with_running": with_running, "actor": actor, "now": now}
    run = replanning.request_replanning(standard=standard, **asked)
    return replanning.replan_meetings(run_id=run.pk, now=now)


def test_publishing_changes_no_plan(booking, newer, now):
    before = list(Step.objects.filter(booking=booking).order_by("key").values())

    assert plan_booking(booking_id=booking.pk, now=now + HOUR) is None

    assert ServicePlan.objects.get(booking=booking).standard == shared()
    assert list(Step.objects.filter(booking=booking).order_by("key").values()) == before


def test_meeting_approved_afterwards_is_planned_by_the_new_number(newer, room_108, applicant, now):
    later = approved(room=room_108, applicant=applicant, start=now + 2 * DAY, now=now + HOUR)

    assert ServicePlan.objects.get(booking=later).standard == newer
    assert ("P7" in codes(later), "X1" in codes(later)) == (False, True)


def test_replanning_adds_withdraws_and_keeps_what_was_ticked(booking, newer, manager, server, now):
    tick(step_of(booking, "P1"), server, now=now)

    run = run_with(newer, manager, now + HOUR)

    assert (run.state, run.total, run.done, run.changed, run.failed) == (Replanning.State.DONE, 1, 1, 1, 0)
    assert ServicePlan.objects.get(booking=booking).standard == newer
    assert ("X1" in codes(booking), "P7" in codes(booking)) == (True, False)
    assert codes(booking, Step.State.WITHDRAWN) == ["P7"]
    ticked = step_of(booking, "P1")
    assert (ticked.state, ticked.done_by) == (Step.State.DONE, server)
    revision = PlanRevision.objects.filter(plan__booking=booking).latest("pk")
    assert (revision.cause, revision.actor) == ("standard", manager)
    assert (len(revision.added), len(revision.withdrawn)) == (1, 1)


def test_replanning_twice_finds_nothing_left(booking, newer, manager, now):
    run_with(newer, manager, now + HOUR)

    run = run_with(newer, manager, now + 2 * HOUR)

    assert (run.total, run.changed, run.failed) == (0, 0, 0)


def test_run_that_another_worker_has_is_left_to_it(booking, newer, manager, now):
    asked = {"since": now.date(), "with_running": False, "actor": manager, "now": now}
    run = replanning.request_replanning(standard=newer, **asked)

    assert replanning.replan_meetings(run_id=run.pk, now=now).state == Replanning.State.DONE
    assert replanning.replan_meetings(run_id=run.pk, now=now) is None


def test_request_is_logged_with_how_many_meetings(booking, newer, manager, now):
    asked = {"since": now.date(), "with_running": False, "actor": manager, "now": now}

    run = replanning.request_replanning(standard=newer, **asked)

    assert (run.state, run.total, run.done) == (Replanning.State.WAITING, 1, 0)
    entry = StandardLog.objects.latest("pk")
    assert (entry.verb, entry.changes) == ("replanned", {"number": 1, "since": "2026-11-23", "meetings": 1})


def test_meetings_before_the_day_keep_their_standard(booking, newer, manager, now):
    run = run_with(newer, manager, now, since=(now + 2 * DAY).date())

    assert (run.total, ServicePlan.objects.get(booking=booking).standard) == (0, shared())


def test_meetings_of_another_site_keep_their_standard(booking, newer, manager, stranger, now):
    elsewhere = factories.make_room(stranger.site, "1")
    other = approved(room=elsewhere, applicant=stranger, start=now + DAY, now=now)

    run_with(newer, manager, now)

    assert ServicePlan.objects.get(booking=other).standard == shared()


def test_shared_number_leaves_sites_with_their_own_alone(booking, newer, administrator, stranger, now):
    other = approved(room=factories.make_room(stranger.site, "1"), applicant=stranger, start=now + DAY, now=now)
    number = published(None, administrator, now, lambda draft: remove_item(
        draft_id=draft.pk, code="P6", seen=draft.edited_at, actor=administrator, now=now
    ))  # fmt: skip

    run = run_with(number, administrator, now)

    assert (run.total, ServicePlan.objects.get(booking=other).standard) == (1, number)
    assert ServicePlan.objects.get(booking=booking).standard == shared()


@pytest.mark.parametrize(("with_running", "total"), [(False, 0), (True, 1)])
def test_running_meeting_is_planned_anew_only_when_asked(booking, newer, manager, now, with_running, total):
    start(booking, now=booking.start_at)

    run = run_with(newer, manager, booking.start_at + HOUR, with_running=with_running)

    assert run.total == total
    assert (ServicePlan.objects.get(booking=booking).standard == newer) is with_running


def test_meeting_that_began_after_the_request_is_left_alone(booking, newer, manager, now):
    start(booking, now=booking.start_at)

    answer = replanning.replan_with(booking_id=booking.pk, standard=newer, now=booking.start_at, actor=manager)

    assert (answer, ServicePlan.objects.get(booking=booking).standard) == (None, shared())


def test_draft_plans_no_meeting(booking, site, manager, now):
    draft = start_draft(site=site, actor=manager, now=now)

    with pytest.raises(ChecklistError) as caught:
        run_with(draft, manager, now)

    assert (caught.value.code, Replanning.objects.count()) == ("not_published", 0)


@pytest.fixture
def second(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + 3 * DAY, now=now)


def test_meeting_that_cannot_be_planned_stops_no_other(booking, second, newer, manager, now, monkeypatch):
    plain = plan_booking

    def fail_for_the_first(*, booking_id, **facts):
        if booking_id == booking.pk:
            raise RuntimeError
        return plain(booking_id=booking_id, **facts)

    monkeypatch.setattr(replanning, "plan_booking", fail_for_the_first)

    run = run_with(newer, manager, now)

    assert (run.total, run.done, run.changed, run.failed) == (2, 2, 1, 1)
    assert ServicePlan.objects.get(booking=booking).standard == shared()
    assert ServicePlan.objects.get(booking=second).standard == newer
