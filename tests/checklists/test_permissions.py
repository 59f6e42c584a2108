"""Who may tick, skip, take over and read a plan."""

import pytest

from checklists.permissions import can_see_plan, can_skip, can_take_over, can_tick
from checklists.services.handover import take_over_step
from tests import factories
from tests.checklists.meetings import HOUR, approved, step_of

PEOPLE = ("applicant", "secretary", "server", "cleaner", "technician", "manager", "administrator", "stranger")


@pytest.fixture
def people(request):
    return {name: request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def booking(room_108, applicant, now):
    wishes = {"tea": True, "name_plates": 4, "equipment": ["sound", "projector"]}
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, **wishes)


def allowed(may, people, thing):
    return {name for name, user in people.items() if may(user, thing)}


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("P13", {"server", "manager", "administrator"}),
        ("P8", {"secretary", "manager", "administrator"}),
        ("P4", {"technician", "secretary", "manager", "administrator"}),
        ("P17", {"applicant", "manager", "administrator"}),
        ("P23", {"manager", "administrator"}),
        ("A11", {"applicant", "secretary", "manager", "administrator"}),
    ],
)
def test_can_tick_is_for_the_roles_of_the_step_at_the_site(booking, people, item, names):
    step = step_of(booking, item)

    assert allowed(can_tick, people, step) == names
    assert allowed(can_skip, people, step) == names


def test_can_tick_is_for_whoever_took_it_over(booking, people, now):
    step = take_over_step(step_id=step_of(booking, "P13").pk, actor=people["technician"], now=now)

    assert can_tick(people["technician"], step)


def test_can_tick_is_not_for_another_sites_staff(booking, stranger):
    elsewhere = factories.make_user("staff9", "service_staff", site=stranger.site)

    assert not can_tick(elsewhere, step_of(booking, "P13"))


def test_can_take_over_is_for_colleagues_and_the_manager(booking, people):
    assert allowed(can_take_over, people, step_of(booking, "P13")) == {"server", "manager", "administrator"}


def test_can_see_plan_is_for_the_site_and_the_applicant(booking, people):
    assert allowed(can_see_plan, people, booking) == set(PEOPLE) - {"stranger"}
