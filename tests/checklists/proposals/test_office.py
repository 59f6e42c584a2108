"""Secretaries and managers have steps as well: places beside each other, by name or by everyone of the role."""

from datetime import timedelta

import pytest
from django.utils import translation

from checklists.models import Assignment, AssignmentRules, Step
from checklists.people_picture import draw_people
from checklists.selectors.load import load_of_day
from checklists.selectors.proposals import proposal_day
from checklists.services.proposals import alter_line, pins_of
from rooms.selectors import day_bounds
from staff.models import Shift
from tests import factories
from tests.checklists.assigning import knows, line_in, needs_skill, proposed
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, serve
from tests.checklists.pages import signed_in
from tests.checklists.proposals.asking import apply, problem_of

SECRETARY, MANAGER = "secretary", "manager"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def office(site, secretary, manager, now):
    """Two secretaries and a manager on shift all day."""
    people = [secretary, factories.make_user("secretary2", SECRETARY, site=site), manager]
    for user in people:
        on_shift(user, now - 2 * HOUR, 14)
    return people


@pytest.fixture
def two(rooms, applicant, now):
    return [
        approved(room=room, applicant=applicant, start=now + 5 * HOUR, minutes=60, now=now, tea=True)
        for room in rooms[:2]
    ]


def names(proposal, role):
    return sorted(line.user.username if line.user else "" for line in proposal.lines.filter(role=role))


def test_each_office_role_with_steps_has_a_line_and_the_load_is_spread(site, office, two, manager, now):
    proposal = proposed(site, manager, now)

    assert names(proposal, SECRETARY) == ["secretary", "secretary2"]
    assert names(proposal, MANAGER) == ["manager", "manager"]


def test_one_manager_looks_after_meetings_of_the_same_hour_and_gets_their_steps(site, office, two, manager, now):
    apply(proposed(site, manager, now), manager, now)

    assert Assignment.objects.filter(role=MANAGER, user=manager).count() == 2
    owners = Step.objects.filter(booking__in=two, role=MANAGER).values_list("assignee__username", flat=True)
    assert set(owners) == {"manager"}


def test_minutes_are_those_of_the_visits_also_while_the_meeting_runs(site, office, rooms, applicant, now):
    approved(room=rooms[0], applicant=applicant, start=now + 5 * HOUR, minutes=120, now=now, tea=True)

    [job] = [job for job in problem_of(site, now).jobs if job.role == MANAGER]

    assert (job.is_exclusive, job.minutes) == (False, sum(ends - begins for begins, ends in job.spans))
    assert job.minutes >= 15
    assert Step.objects.filter(role=MANAGER, item__code="U8").exists()


def test_what_is_checked_at_one_moment_is_one_visit(site, office, rooms, applicant, now):
    meeting = approved(room=rooms[0], applicant=applicant, start=now + 5 * HOUR, minutes=60, now=now)

    [job] = [job for job in problem_of(site, now).jobs if job.role == SECRETARY]

    begins = int(meeting.start_at.timestamp() // 60)
    assert [(span[0] - begins, span[1] - begins) for span in job.spans] == [(-125, -120), (-65, -60)]


def test_pin_of_an_office_role_stays_in_the_next_proposal(site, office, two, manager, now):
    proposal = proposed(site, manager, now)
    line = line_in(proposal, two[0].room, SECRETARY)
    other = next(user for user in office[:2] if user != line.user)
    alter_line(line_id=line.pk, user_id=other.pk, actor=manager, now=now)

    again = proposed(site, manager, now, pins=pins_of(proposal))

    assert line_in(again, two[0].room, SECRETARY).user == other


def test_skill_may_be_asked_of_a_secretary(site, office, two, manager, now):
    needs_skill(site, role=SECRETARY)
    knows(office[1], now)

    assert names(proposed(site, manager, now), SECRETARY) == ["secretary2", "secretary2"]


def test_hours_that_two_share_are_no_gap_and_the_line_says_so(site, office, two, manager, now):
    """The first goes before the last step, the second comes after the first one."""
    Shift.objects.all().delete()
    start = two[0].start_at
    on_shift(office[0], start - 3 * HOUR, 1.5)
    on_shift(office[1], start - 1.5 * HOUR, 4)

    proposal = proposed(site, manager, now)

    lines = proposal.lines.filter(role=SECRETARY)
    assert [(line.user, line.is_open, line.why["code"]) for line in lines] == [(None, False, "partly_on_shift")] * 2
    assert proposal.score["open"] == proposal.lines.filter(user=None).exclude(role=SECRETARY).count()
    text = signed_in(manager).get(f"/assignments/{proposal.pk}/?on={now:%Y-%m-%d}").content.decode()
    assert "everyone of the role" in text


def test_who_is_there_for_some_of_it_has_it_where_nobody_is_for_the_rest(site, office, two, manager, now):
    Shift.objects.filter(user__in=office[:2]).delete()
    on_shift(office[0], two[0].start_at - 1.5 * HOUR, 4)

    lines = proposed(site, manager, now).lines.filter(role=SECRETARY)

    assert [(line.user, line.is_open, "off_shift" in line.reasons) for line in lines] == [(office[0], False, True)] * 2


def test_hours_without_anybody_of_the_role_are_a_gap(site, office, two, manager, now):
    Shift.objects.filter(user__in=office[:2]).delete()
    on_shift(office[0], two[0].start_at + 8 * HOUR, 1)

    proposal = proposed(site, manager, now)

    assert [line.is_open for line in proposal.lines.filter(role=SECRETARY)] == [True, True]


def test_roles_nobody_rosters_have_no_lines_and_the_page_says_so(site, two, secretary, manager, now):
    proposal = proposed(site, manager, now)

    assert not proposal.lines.filter(role__in=(SECRETARY, MANAGER)).exists()
    assert proposal_day(proposal, on=None, user=manager).common == ["Secretary", "Service manager"]
    text = signed_in(manager).get(f"/assignments/{proposal.pk}/").content.decode()
    assert "No lines for Secretary, Service manager" in text


def test_site_may_leave_a_role_to_everyone(site, office, two, manager, now):
    AssignmentRules.objects.create(site=site, common_roles=[SECRETARY])

    proposal = proposed(site, manager, now)

    assert (names(proposal, SECRETARY), names(proposal, MANAGER)) == ([], ["manager", "manager"])


def test_rule_is_set_on_the_page_of_skills_and_distances(site, manager):
    client = signed_in(manager)
    sent = {
        "what": "rules",
        "site": "HQ",
        "room_minutes": 1,
        "floor_minutes": 2,
        "building_minutes": 5,
        "step_minutes": 5,
    }

    assert client.post("/assignments/needs/", sent | {"common_roles": ["host"]}).status_code == 422
    client.post("/assignments/needs/", sent | {"common_roles": ["secretary", "cleaner"]})

    assert AssignmentRules.objects.get().common_roles == ["secretary", "cleaner"]


def test_load_counts_office_roles_on_shift_and_names_those_without_a_roster(site, office, two, now):
    Shift.objects.filter(user=office[2]).delete()

    found = load_of_day(site=site, on=now.date(), now=now)

    slots = {slot.at: slot for each in found.roles if each.role == SECRETARY for slot in each.slots}
    slot = slots[two[0].start_at - 75 * MINUTE]
    assert (slot.people, slot.needed, slot.minutes) == (2, 1, 10)
    assert found.unrostered == ("Service manager",)


def test_statements_do_not_grow_with_meetings_of_the_office(site, office, rooms, applicant, now, query_count):
    approved(room=rooms[0], applicant=applicant, start=now + 5 * HOUR, now=now)
    one = query_count(lambda: problem_of(site, now))
    for room in rooms[1:]:
        approved(room=room, applicant=applicant, start=now + 5 * HOUR, now=now)

    assert query_count(lambda: problem_of(site, now)) == one


def test_visits_of_earlier_weeks_even_out(site, office, rooms, applicant, manager, now):
    for user in office:
        on_shift(user, now - timedelta(days=3), 10)
    past = approved(room=rooms[0], applicant=applicant, start=now - timedelta(days=3) + 3 * HOUR, now=now, tea=True)
    serve(past, office[0], SECRETARY, now=now)

    carried = {person.id: round(person.carried, 1) for person in problem_of(site, now).people}

    visits = set(past.steps.filter(assignee=office[0], due_at__lt=now).values_list("due_at", flat=True))
    assert len(visits) < past.steps.filter(assignee=office[0]).count()
    assert [carried[user.pk] for user in office] == [2.5 * len(visits), -2.5 * len(visits), 0]


def test_meetings_of_one_hour_stand_below_each_other_in_the_picture(site, office, two, manager, now):
    proposal = proposed(site, manager, now)
    day = proposal_day(proposal, on=None, user=manager)

    picture = draw_people(day.teams, day_bounds(site, day.on), site.zone)

    [row] = next(team.rows for team in picture.teams if team.label == "Service manager")
    assert [(each.y, each.height) for each in row.bars] == [(5, 15), (22, 15)]
    assert row.height == 42
