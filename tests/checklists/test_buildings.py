"""Rooms in several buildings: the way between them in the search, in warnings, in reasons and on the pages of rooms."""

from dataclasses import replace

import pytest
from django.utils import translation

from checklists.models import AssignmentRules
from checklists.rostering import Limits, Problem, Solution, describe, options_for, solve
from checklists.selectors.proposals import choices_for, proposal_day
from checklists.selectors.staffing import suggested_staff
from checklists.services.proposals import alter_line
from rooms.models import Room
from tests.checklists.assigning import SERVICE, crew, line_in, proposed
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, serve
from tests.checklists.pages import HTMX, signed_in
from tests.checklists.proposals.asking import apply, refused
from tests.checklists.rostering_cases import job, person

TEN = 10 * 60
LIMITS = Limits(building_minutes=10)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def two_jobs(gap: int, **facts):
    return (job(1, TEN, TEN + 60, building="东楼"), job(2, TEN + 60 + gap, TEN + 180, **({"building": "西楼"} | facts)))


def solved(*jobs, limits=LIMITS):
    problem = Problem(people=(person(1),), jobs=jobs, limits=limits)
    return problem, solve(problem)


@pytest.mark.parametrize(
    ("gap", "facts", "is_open"),
    [
        (9, {}, True),
        (10, {}, False),
        (9, {"building": "东楼"}, False),
        # Eleven floors apart, the way to the other building is no shorter than the stairs.
        (19, {"floor": "11"}, True),
        (20, {"floor": "11"}, False),
        (9, {"building": ""}, True),
    ],
)
def test_search_counts_the_way_to_another_building(gap, facts, is_open):
    _problem, found = solved(*two_jobs(gap, **facts))

    assert (None in found.choices.values()) is is_open


def test_small_rooms_of_two_buildings_are_not_shared():
    jobs = [job(number, TEN, TEN + 60, heads=3, building=building) for number, building in ((1, "东楼"), (2, "西楼"))]

    _problem, found = solved(*jobs, limits=replace(LIMITS, shared_heads=20))

    assert list(found.choices.values()).count(None) == 1


def test_line_says_from_where_its_person_comes():
    problem, found = solved(*two_jobs(15))

    first, second = describe(problem, found)

    assert first.way is None
    assert (second.way.job, second.way.needs, second.way.has) == (first.job.id, 10, 15)


def test_line_says_when_all_are_too_far_away():
    problem, found = solved(*two_jobs(5))

    opened = next(line for line in describe(problem, found) if line.why)

    assert (opened.why.code, [each.code for each in opened.others]) == ("too_far", ["too_far"])


@pytest.mark.parametrize(("number", "is_onward"), [(1, False), (0, True)])
def test_option_says_which_way_is_too_long(number, is_onward):
    jobs = two_jobs(5)
    problem = Problem(people=(person(1),), jobs=jobs, limits=LIMITS)

    [only] = options_for(problem, Solution({jobs[1 - number].id: 1, jobs[number].id: None}), jobs[number].id)

    assert (only.codes, only.is_possible) == (("too_far",), False)
    assert (only.way.needs, only.way.has, only.way.is_onward) == (10, 5, is_onward)


def test_who_is_in_another_room_at_the_time_has_no_way():
    jobs = two_jobs(-5)
    problem = Problem(people=(person(1),), jobs=jobs, limits=LIMITS)

    [only] = options_for(problem, Solution({jobs[0].id: 1, jobs[1].id: None}), jobs[1].id)

    assert (only.codes, only.way) == (("elsewhere",), None)


@pytest.fixture
def houses(rooms, site):
    AssignmentRules.objects.create(site=site, building_minutes=30, step_minutes=0)
    for room, building in zip(rooms, ("东楼", "西楼", "东楼"), strict=True):
        room.building = building
        room.save(update_fields=["building"])
    return rooms


def meetings(rooms, applicant, now, gap):
    """One after the other in the two buildings."""
    first = approved(room=rooms[0], applicant=applicant, start=now + 2 * HOUR, minutes=60, now=now)
    start = first.end_at + gap * MINUTE
    return first, approved(room=rooms[1], applicant=applicant, start=start, minutes=60, now=now)


def test_proposal_says_the_way_and_its_page_words_it(site, houses, applicant, manager, now):
    crew(site, now, 1)
    meetings(houses, applicant, now, 45)

    proposal = proposed(site, manager, now)

    assert line_in(proposal, houses[1]).way == {"room": houses[0].pk, "needs": 30, "has": 45}
    card = proposal_day(proposal, on=None, user=manager).lines[-1]
    assert "comes from 东楼 108: needs 30 min, has 45 min" in card.reasons


def test_choice_by_hand_says_why_not_and_is_refused(site, houses, applicant, manager, now):
    people = crew(site, now, 2)
    meetings(houses, applicant, now, 20)
    proposal = proposed(site, manager, now)
    line, other = line_in(proposal, houses[1]), line_in(proposal, houses[0]).user
    line.proposal = proposal

    choice = next(each for each in choices_for(line, now) if each.user == other)

    assert (choice.is_possible, choice.warnings) == (False, ["comes from 东楼 108: needs 30 min, has 20 min"])
    assert other in people
    assert refused(alter_line, line_id=line.pk, user_id=other.pk, actor=manager, now=now) == "person_elsewhere"


def test_proposal_does_not_outlive_a_room_that_moved(site, houses, applicant, manager, now):
    crew(site, now, 2)
    meetings(houses, applicant, now, 45)
    proposal = proposed(site, manager, now)

    Room.objects.filter(pk=houses[1].pk).update(building="南楼")

    assert refused(apply, proposal, manager, now) == "proposal_stale"


def test_warning_by_hand_names_the_building_and_both_times(houses, applicant, server, secretary, now):
    on_shift(server, now - HOUR, 12)
    first, second = meetings(houses, applicant, now, 20)
    serve(first, server, SERVICE, now=now)

    [only] = suggested_staff(booking=second, role=SERVICE)
    text = signed_in(secretary).get(f"/bookings/{second.ref}/people/", **HTMX).content.decode()

    assert (only.warnings, only.is_possible) == (["little_time"], True)
    assert "comes from 东楼 108: needs 30 min, has 20 min" in text


def test_way_on_to_the_next_meeting_is_a_warning_too(houses, applicant, server, now):
    on_shift(server, now - HOUR, 12)
    first, second = meetings(houses, applicant, now, 20)
    serve(second, server, SERVICE, now=now)

    [only] = suggested_staff(booking=first, role=SERVICE)

    assert only.way == "goes on to 西楼 201: needs 30 min, has 20 min"


@pytest.mark.parametrize("minutes", ["61", "-1", "x", ""])
def test_rule_keeps_its_bounds(site, manager, minutes):
    sent = {"what": "rules", "site": "HQ", "room_minutes": 1, "floor_minutes": 2, "step_minutes": 5}

    response = signed_in(manager).post("/assignments/needs/", sent | {"building_minutes": minutes})

    assert (response.status_code, AssignmentRules.objects.exists()) == (422, False)


def test_room_is_entered_and_shown_with_its_building(houses, secretary):
    client = signed_in(secretary)

    assert "东楼" in client.get(f"/rooms/{houses[0].pk}/").content.decode()
    text = client.get("/rooms/?site=HQ").content.decode()
    assert text.count('<section class="floor">') == 2
    assert "东楼 Floor 1" in text
