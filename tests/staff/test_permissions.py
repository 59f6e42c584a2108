"""Who may see and change people and shifts."""

import pytest

from staff.permissions import (
    can_change_person,
    can_change_shifts,
    can_see_deliveries,
    can_see_people,
    can_see_phone,
    can_see_shifts,
    grantable_roles,
)
from staff.roles import Role
from tests.factories import make_user

EVERYONE = ("applicant", "secretary", "server", "cleaner", "technician", "manager", "administrator", "stranger")


@pytest.fixture
def people(request, db):
    return {name: request.getfixturevalue(name) for name in EVERYONE}


def allowed(people, predicate, *rest):
    return {name for name, person in people.items() if predicate(person, *rest)}


def test_people_and_deliveries_are_for_leaders(people):
    assert allowed(people, can_see_people) == {"manager", "administrator"}
    assert allowed(people, can_see_deliveries) == {"manager", "administrator"}


def test_shifts_are_changed_by_leaders_and_read_by_secretaries(people):
    assert allowed(people, can_see_shifts) == {"secretary", "stranger", "manager", "administrator"}
    assert allowed(people, can_change_shifts) == {"manager", "administrator"}


def test_a_person_is_changed_by_the_manager_of_their_site(people):
    assert allowed(people, can_change_person, people["server"]) == {"manager", "administrator"}
    assert allowed(people, can_change_person, people["stranger"]) == {"administrator"}


def test_an_administrator_is_changed_by_administrators_alone(people):
    assert allowed(people, can_change_person, people["administrator"]) == {"administrator"}


def test_an_administrator_who_left_is_no_way_up_for_a_manager(people, site):
    gone = make_user("gone", Role.ADMINISTRATOR, site=site, is_active=False)

    assert can_change_person(people["manager"], gone) is False


def test_a_phone_number_is_for_the_office_of_the_site_and_oneself(people):
    assert allowed(people, can_see_phone, people["server"]) == {"server", "secretary", "manager", "administrator"}


def test_roles_are_granted_up_to_ones_own(people):
    assert grantable_roles(people["administrator"]) == list(Role)
    assert grantable_roles(people["manager"]) == [role for role in Role if role != Role.ADMINISTRATOR]
    assert grantable_roles(people["secretary"]) == []


def test_someone_who_left_may_do_nothing(site):
    gone = make_user("gone", Role.ADMINISTRATOR, site=site, is_active=False)

    assert (can_see_people(gone), can_change_shifts(gone), grantable_roles(gone)) == (False, False, [])
