"""Who serves what, proposed from the real plans, altered, and applied while it still holds."""

from datetime import date, datetime, timedelta

import pytest

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.models import Assignment, AssignmentProposal, AssignmentRules, ProposalLine
from checklists.selectors.rostering import roster_problem, skills_of
from checklists.selectors.rostering_jobs import is_unpopular
from checklists.services.proposals import (
    alter_line,
    apply_proposal,
    make_proposal,
    pins_of,
    release_line,
    request_proposal,
)
from checklists.services.staffing import assign_staff
from rooms.selectors import calendar_of
from staff.models import KnownRoom, Notice, Shift, WorkingTimeRules
from tests import factories
from tests.checklists.assigning import SERVICE, chosen, crew, knows, line_in, needs_skill, proposed, skill
from tests.checklists.meetings import HOUR, MINUTE, approved, change, on_shift, start


@pytest.fixture
def hall(rooms, applicant, now):
    """Two meetings at one hour, a third well after them."""

    def meeting(room, hours):
        return approved(room=room, applicant=applicant, start=now + hours * HOUR, minutes=60, now=now, tea=True)

    return [meeting(rooms[0], 2), meeting(rooms[1], 2), meeting(rooms[2], 5)]


@pytest.fixture
def people(site, now):
    return crew(site, now, 3)


def apply(proposal, manager, now):
    return apply_proposal(proposal_id=proposal.pk, actor=manager, now=now)


def refused(call, *args, **facts):
    with pytest.raises(ChecklistError) as error:
        call(*args, **facts)
    return error.value.code


def problem_of(site, now, **facts):
    return roster_problem(site=site, since=now.date(), days=1, now=now, **facts).problem


def test_proposal_gives_every_meeting_somebody_and_spreads_the_load(site, hall, people, manager, now):
    proposal = proposed(site, manager, now)

    assert proposal.state == "done"
    assert sorted(chosen(proposal).values()) == ["crew1", "crew2", "crew3"]
    assert proposal.score["open"] == 0
    assert not Assignment.objects.exists()


def test_proposal_names_what_stays_open_and_why(site, hall, manager, now):
    crew(site, now, 1)

    proposal = proposed(site, manager, now)

    opened = [line.why["code"] for line in proposal.lines.filter(user=None)]
    assert opened == ["all_busy"]
    assert proposal.lines.count() == 3


def test_skill_that_a_meeting_asks_for_decides(site, hall, people, manager, now):
    needs_skill(site)
    for user in people[:2]:
        knows(user, now)

    proposal = proposed(site, manager, now)

    assert set(chosen(proposal).values()) == {"crew1", "crew2"}


def test_lapsed_skill_is_none_and_one_lapsing_today_holds_through_the_day(site, hall, people, manager, now):
    needs_skill(site)
    yesterday = now.date() - timedelta(days=1)
    knows(people[0], now, valid_from=yesterday, valid_until=yesterday)
    knows(people[1], now, valid_from=yesterday, valid_until=now.date())

    proposal = proposed(site, manager, now)

    assert set(chosen(proposal).values()) == {None, "crew2"}
    why = proposal.lines.get(user=None).why
    assert (why["code"], why["skills"]) == ("all_busy", [])


def test_meeting_that_nobody_can_serve_names_the_skill(site, hall, people, manager, now):
    needs_skill(site, "french")

    why = line_in(proposed(site, manager, now), hall[0].room).why

    assert (why["code"], why["skills"]) == ("nobody_with_skill", [skill("french").pk])


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


def test_need_of_important_guests_and_who_served_them_before(site, room_108, rooms, applicant, people, manager, now):
    def with_guest(room, at):
        booking = factories.make_booking(room=room, applicant=applicant, start=at, status="approved")
        booking.guests.create(name="杜邦先生", country="法国")
        return booking

    past = with_guest(rooms[1], now - timedelta(days=30))
    assign_staff(booking_id=past.pk, user_id=people[2].pk, role=SERVICE, actor=manager, now=now)
    needs_skill(site, value="important_guests")
    for user in people:
        knows(user, now)
    with_guest(room_108, now + 2 * HOUR)

    line = line_in(proposed(site, manager, now), room_108)

    assert line.user == people[2]
    assert {"served_guest", "served_host", "has_skill"} <= set(line.reasons)


def test_spans_are_those_of_the_plan(site, room_108, applicant, server, now):
    """Three steps half an hour before, tea ten minutes before, the meeting, clearing up after it."""
    meeting = approved(room=room_108, applicant=applicant, start=now + 4 * HOUR, minutes=60, now=now, tea=True)

    [job] = [job for job in problem_of(site, now).jobs if job.role == SERVICE]

    begins = int(meeting.start_at.timestamp() // 60)
    assert [(span[0] - begins, span[1] - begins) for span in job.spans] == [(-40, -30), (-15, -10), (0, 75)]
    assert (job.heads, job.floor, job.is_exclusive) == (10, "1", True)


def test_technician_has_a_job_where_the_plan_asks_for_one(site, rooms, applicant, technician, manager, now):
    for room in rooms[:2]:
        approved(room=room, applicant=applicant, start=now + 4 * HOUR, now=now, equipment=["projector"])
    on_shift(technician, now)

    proposal = proposed(site, manager, now)

    assert [line.user for line in proposal.lines.filter(role="technician")] == [technician] * 2


def test_of_several_people_one_has_the_skill(site, hall, people, manager, now):
    needs_skill(site)
    knows(people[1], now)
    for user in people:
        assign_staff(booking_id=hall[2].pk, user_id=user.pk, role=SERVICE, actor=manager, now=now)

    lines = proposed(site, manager, now).lines.filter(booking=hall[2])

    assert {(line.user, line.is_change) for line in lines} == {(user, False) for user in people}
    assert (lines[0].user, "has_skill" in lines[0].reasons) == (people[1], True)


def test_off_shift_leave_draft_and_on_call_serve_nothing(site, hall, people, manager, now):
    Shift.objects.filter(user=people[0]).delete()
    Shift.objects.filter(user=people[1]).update(is_draft=True)
    Shift.objects.filter(user=people[2]).update(is_on_call=True)

    proposal = proposed(site, manager, now)

    assert {line.why["code"] for line in proposal.lines.all()} == {"nobody_on_shift"}


def test_break_of_the_site_is_kept(site, rooms, applicant, manager, now):
    crew(site, now, 1)
    WorkingTimeRules.objects.create(site=site, break_after_hours=2, break_minutes=30)
    for number, room in enumerate(rooms[:2]):
        approved(
            room=room, applicant=applicant, start=now + (2 + number * 1.75) * HOUR, minutes=80, now=now, headcount=4
        )

    codes = [line.why.get("code") for line in proposed(site, manager, now).lines.all()]

    assert codes.count("breaks") == 1


def test_rules_of_the_site_let_two_small_meetings_share(site, hall, manager, now):
    crew(site, now, 1)
    AssignmentRules.objects.create(site=site, shared_heads=20)

    proposal = proposed(site, manager, now)
    apply(proposal, manager, now)

    assert set(chosen(proposal).values()) == {"crew1"}
    assert sorted(Assignment.objects.values_list("lane", flat=True)) == [0, 0, 1]


def test_people_known_in_rooms_are_preferred(site, hall, people, manager, now):
    KnownRoom.objects.create(user=people[2], room=hall[1].room)

    assert chosen(proposed(site, manager, now))["201"] == "crew3"


def test_past_weeks_even_out(site, rooms, applicant, people, manager, now):
    for day in range(1, 4):
        for user in people:
            on_shift(user, now - timedelta(days=day))
        past = approved(room=rooms[0], applicant=applicant, start=now - timedelta(days=day), now=now)
        assign_staff(booking_id=past.pk, user_id=people[0].pk, role=SERVICE, actor=manager, now=now)
    carried = {person.id: round(person.carried) for person in problem_of(site, now).people}

    assert carried == {people[0].pk: 240, people[1].pk: -120, people[2].pk: -120}


def test_who_has_a_meeting_keeps_it(site, hall, people, manager, now):
    for meeting, user in zip(hall, (people[2], people[0], people[2]), strict=True):
        assign_staff(booking_id=meeting.pk, user_id=user.pk, role=SERVICE, actor=manager, now=now)

    proposal = proposed(site, manager, now)

    assert list(chosen(proposal).values()) == ["crew3", "crew1", "crew3"]
    assert (proposal.score["changed"], apply(proposal, manager, now)) == (0, 0)


def test_meeting_under_way_takes_its_people_and_is_no_line(site, rooms, applicant, people, manager, now):
    running = approved(room=rooms[0], applicant=applicant, start=now - HOUR, minutes=240, now=now - 3 * HOUR)
    start(running, now=now - HOUR)
    for user in people[:2]:
        assign_staff(booking_id=running.pk, user_id=user.pk, role=SERVICE, actor=manager, now=now)
    approved(room=rooms[1], applicant=applicant, start=now + HOUR, now=now)

    assert chosen(proposed(site, manager, now)) == {"201": "crew3"}


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


def test_week_takes_all_its_days(site, room_108, applicant, manager, now):
    for day in range(3):
        approved(room=room_108, applicant=applicant, start=now + timedelta(days=day, hours=2), minutes=60, now=now)

    assert proposed(site, manager, now, days=7).lines.count() == 3
    assert proposed(site, manager, now, days=2).lines.count() == 2


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-02T08:00-05:00", 60, True),
        ("2026-11-02T08:30-05:00", 60, False),
        ("2026-11-02T17:30-05:00", 60, True),
        ("2026-11-01T10:00-05:00", 60, True),
        # The clock went back the night before: half past eight is half past eight.
        ("2026-11-02T23:30-05:00", 60, True),
    ],
)
def test_unpopular_is_what_lies_outside_the_hours_of_the_house_by_its_own_clock(db, start, minutes, expected):
    site = factories.make_site("NY", time_zone="America/New_York", holiday_calendar="")
    begins = datetime.fromisoformat(start)

    assert is_unpopular(begins, begins + minutes * MINUTE, site.zone, calendar_of(site)) is expected


def test_skill_lapses_at_midnight_of_the_site(db, now):
    site = factories.make_site("NY", time_zone="America/New_York", holiday_calendar="")
    [user] = crew(site, now, 1)
    knows(user, now, valid_from=date(2026, 11, 1), valid_until=date(2026, 11, 1))

    [held] = skills_of(site, [user])[user.pk].values()

    # A day of 25 hours.
    assert held[1] - held[0] == 25 * 60


def test_problem_is_read_in_as_many_statements_for_three_meetings_as_for_one(
    site, rooms, applicant, people, now, query_count
):
    def read():
        return problem_of(site, now)

    approved(room=rooms[0], applicant=applicant, start=now + 2 * HOUR, now=now, tea=True)
    one = query_count(read)
    for room in rooms[1:]:
        approved(room=room, applicant=applicant, start=now + 2 * HOUR, now=now, tea=True)
    crew_more = factories.make_user("more", SERVICE, site=site)
    on_shift(crew_more, now)

    assert query_count(read) == one
    assert len(read().jobs) == 3
