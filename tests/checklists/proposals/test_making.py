"""Who serves what, proposed from the real plans."""

from datetime import date, datetime, timedelta

import pytest

from checklists.models import Assignment, AssignmentRules
from checklists.selectors.rostering import skills_of
from checklists.selectors.rostering_jobs import is_unpopular
from checklists.services.staffing import assign_staff
from rooms.selectors import calendar_of
from staff.models import KnownRoom, Shift, WorkingTimeRules
from tests import factories
from tests.checklists.assigning import SERVICE, chosen, crew, knows, line_in, needs_skill, proposed, skill
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, start
from tests.checklists.proposals.asking import apply, problem_of


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
    carried = {person.id: round(person.carried) for person in problem_of(site, now).people if SERVICE in person.roles}

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
