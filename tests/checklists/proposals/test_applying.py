"""A proposal altered, asked for again, and applied while it still holds."""

import pytest

from bookings.models import Booking
from checklists.models import Assignment, AssignmentProposal, ProposalLine
from checklists.services.proposals import (
    alter_line,
    make_proposal,
    pins_of,
    release_line,
    request_proposal,
)
from checklists.services.staffing import assign_staff
from staff.models import Notice, Shift
from tests import factories
from tests.checklists.assigning import SERVICE, knows, line_in, needs_skill, proposed
from tests.checklists.meetings import HOUR, MINUTE, approved, change
from tests.checklists.proposals.asking import apply, problem_of, refused


@pytest.mark.parametrize(
    ("ground", "value", "wanted"),
    [
        ("kind", "exchange", True),
        ("kind", "training", False),
        ("item", "P13", True),
        ("item", "P16", False),
        ("fact", "coffee", False),
        ("fact", "no such fact", False),
    ],
)
def test_needs_apply_by_kind_item_and_fact(site, hall, people, now, ground, value, wanted):
    needs_skill(site, ground=ground, value=value)

    assert [bool(job.skills) for job in problem_of(site, now).jobs] == [wanted] * 3


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"foreign_countries": ["法国"]}, "foreign_guests"),
        ({"coffee": True}, "coffee"),
        ({"equipment": ["sound"]}, "sound"),
        ({"equipment": ["video_conference"]}, "video_conference"),
    ],
)
def test_needs_apply_by_what_was_asked_for(site, room_108, applicant, server, now, fields, value):
    needs_skill(site, value=value)
    approved(room=room_108, applicant=applicant, start=now + 2 * HOUR, now=now, **fields)

    assert {bool(job.skills) for job in problem_of(site, now).jobs if job.role == SERVICE} == {True}


def test_apply_assigns_gives_steps_and_tells_each_person_once(site, hall, people, manager, now):
    proposal = proposed(site, manager, now)

    assert apply(proposal, manager, now) == 3
    assert apply(proposal, manager, now) == 0

    assert Assignment.objects.count() == 3
    for meeting in hall:
        assert meeting.steps.get(item__code="P13").assignee == meeting.assignments.get().user
    assert sorted(Notice.objects.values_list("recipient__username", "code")) == [
        (name, "assignments_applied") for name in ("crew1", "crew2", "crew3")
    ]
    notice = Notice.objects.first()
    assert (notice.params["added"], notice.params["removed"], notice.params["removed_lines"]["en"]) == (1, 0, "–")
    assert "季度会" not in str(notice.params)


def test_apply_swaps_people_who_stand_in_each_others_way(site, hall, people, manager, now):
    for meeting, user in zip(hall[:2], people, strict=False):
        assign_staff(booking_id=meeting.pk, user_id=user.pk, role=SERVICE, actor=manager, now=now)
    proposal = proposed(site, manager, now)
    first, second = line_in(proposal, hall[0].room), line_in(proposal, hall[1].room)
    alter_line(line_id=second.pk, user_id=None, actor=manager, now=now)
    alter_line(line_id=first.pk, user_id=people[1].pk, actor=manager, now=now)
    alter_line(line_id=second.pk, user_id=people[0].pk, actor=manager, now=now)

    apply(proposal, manager, now)

    assert hall[0].assignments.get().user == people[1]
    assert hall[1].assignments.get().user == people[0]


@pytest.mark.parametrize("what", ["moved", "cancelled", "new", "shift", "assigned", "skill"])
def test_proposal_that_no_longer_holds_is_not_applied(site, hall, rooms, applicant, people, manager, now, what):
    proposal = proposed(site, manager, now)
    changes = {
        "moved": lambda: change(hall[2], now=now, start_at=hall[2].start_at + HOUR, end_at=hall[2].end_at + HOUR),
        "cancelled": lambda: change(hall[2], now=now, status=Booking.Status.CANCELLED),
        "new": lambda: approved(room=rooms[2], applicant=applicant, start=now + 8 * HOUR, now=now),
        "shift": lambda: Shift.objects.filter(user=people[0]).delete(),
        "assigned": lambda: assign_staff(
            booking_id=hall[0].pk, user_id=people[0].pk, role=SERVICE, actor=manager, now=now
        ),
        "skill": lambda: knows(people[0], now),
    }
    changes[what]()
    before = Assignment.objects.count()

    assert refused(apply, proposal, manager, now) == "proposal_stale"
    assert Assignment.objects.count() == before


def test_meeting_that_began_meanwhile_makes_it_stale(site, hall, people, manager, now):
    proposal = proposed(site, manager, now)

    assert refused(apply, proposal, manager, hall[0].start_at + MINUTE) == "proposal_stale"


def test_ticks_meanwhile_do_not(site, hall, people, manager, now):
    proposal = proposed(site, manager, now)
    hall[0].steps.filter(item__code="P13").update(state="skipped")

    assert apply(proposal, manager, now) == 3


def test_altered_line_is_pinned_and_stays_in_the_next_proposal(site, hall, people, manager, now):
    proposal = proposed(site, manager, now)
    line = proposal.lines.exclude(user=people[0]).filter(booking=hall[2]).first() or line_in(proposal, hall[2].room)
    alter_line(line_id=line.pk, user_id=people[0].pk, actor=manager, now=now)
    line.refresh_from_db()

    again = proposed(site, manager, now, pins=pins_of(proposal))

    assert (line.user, line.is_pinned, "pinned" in line.reasons) == (people[0], True, True)
    assert line_in(again, hall[2].room).user == people[0]


def test_released_line_is_nobodys_pin_any_more(site, hall, people, manager, now):
    proposal = proposed(site, manager, now)
    line = line_in(proposal, hall[2].room)
    alter_line(line_id=line.pk, user_id=None, actor=manager, now=now)
    assert ProposalLine.objects.get(pk=line.pk).why["code"] == "left_open"

    release_line(line_id=line.pk, actor=manager, now=now)

    assert pins_of(proposal) == {}


def test_alter_line_refuses_who_is_elsewhere_or_of_another_role(site, hall, people, cleaner, stranger, manager, now):
    proposal = proposed(site, manager, now)
    lines = [line_in(proposal, meeting.room) for meeting in hall[:2]]
    terms = {"line_id": lines[0].pk, "actor": manager, "now": now}

    assert refused(alter_line, user_id=lines[1].user_id, **terms) == "person_elsewhere"
    assert refused(alter_line, user_id=cleaner.pk, **terms) == "person_without_role"
    assert refused(alter_line, user_id=stranger.pk, **terms) == "person_without_role"


def test_alter_line_takes_who_is_off_shift_with_a_word_of_it(site, hall, people, manager, now):
    off = factories.make_user("off", SERVICE, site=site)
    proposal = proposed(site, manager, now)

    line = alter_line(line_id=line_in(proposal, hall[0].room).pk, user_id=off.pk, actor=manager, now=now)

    assert (line.user, line.reasons) == (off, ["pinned", "off_shift"])


def test_alter_line_of_an_applied_proposal_is_refused(site, hall, people, manager, now):
    proposal = proposed(site, manager, now)
    apply(proposal, manager, now)

    code = refused(alter_line, line_id=proposal.lines.first().pk, user_id=None, actor=manager, now=now)

    assert code == "proposal_settled"


def test_request_twice_makes_one_and_a_lost_worker_is_given_up(site, manager, now):
    terms = {"site": site, "since": now.date(), "days": 7, "actor": manager}
    first = request_proposal(now=now, **terms)

    assert request_proposal(now=now + MINUTE, **terms) == first
    assert request_proposal(now=now + 10 * MINUTE, **terms) != first


def test_request_hands_it_to_a_worker(site, hall, people, manager, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        proposal = request_proposal(site=site, since=now.date(), days=1, actor=manager, now=now)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.progress, make_proposal(proposal_id=proposal.pk, now=now)) == ("done", 100, None)


def test_proposal_that_fails_says_so(site, manager, now, monkeypatch):
    monkeypatch.setattr("checklists.services.proposals.solve", lambda *_a, **_k: 1 / 0)
    proposal = request_proposal(site=site, since=now.date(), days=1, actor=manager, now=now)

    with pytest.raises(ZeroDivisionError):
        make_proposal(proposal_id=proposal.pk, now=now)

    assert AssignmentProposal.objects.get().state == "failed"
