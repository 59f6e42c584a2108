"""Accounts: made and changed by the office and by the person."""

import pytest

from staff.errors import StaffError
from staff.models import Channel, PushSubscription, StaffLog, User
from staff.services.people import change_password, change_person, change_profile, create_person
from tests.staff.ways_out import chat_of, registered

FIELDS = {"username": "lijuan", "display_name": "李娟", "department": "会务组", "phone": "6201"}


@pytest.fixture
def make(site, manager, now):
    def make(roles=("service_staff",), **fields):
        return create_person(
            fields=FIELDS | {"site": site} | fields, roles=roles, password="secret-pass", actor=manager, now=now
        )

    return make


def test_create_person_stores_roles_and_a_hashed_password(make, site, manager, now):
    person = User.objects.get(pk=make(roles=["service_staff", "cleaner"]).pk)

    assert (person.site, person.roles) == (site, {"service_staff", "cleaner"})
    assert (person.check_password("secret-pass"), "secret-pass" in person.password) == (True, False)
    entry = StaffLog.objects.get()
    assert (entry.person, entry.actor, entry.verb, entry.at) == (person, manager, "person_created", now)


def test_create_person_with_a_taken_name_is_refused(make):
    make()

    with pytest.raises(StaffError) as refused:
        make()

    assert (refused.value.code, StaffLog.objects.count()) == ("username_taken", 1)


def test_change_person_changes_and_logs_the_difference_only(make, manager, now):
    person = make()

    change_person(person_id=person.pk, fields={"phone": "6299", "department": "会务组"}, actor=manager, now=now)

    person.refresh_from_db()
    assert person.phone == "6299"
    assert StaffLog.objects.get(verb="person_changed").changes == {"phone": ["6201", "6299"]}


def test_change_person_to_the_same_logs_nothing(make, manager, now):
    person = make()

    change_person(person_id=person.pk, fields=FIELDS, roles=["service_staff"], actor=manager, now=now)

    assert StaffLog.objects.filter(verb="person_changed").count() == 0


def test_change_person_password_is_logged_without_it(make, manager, now):
    person = make()

    change_person(person_id=person.pk, fields={}, password="another-pass", actor=manager, now=now)

    person.refresh_from_db()
    assert person.check_password("another-pass")
    assert StaffLog.objects.get(verb="person_changed").changes == {"password": [None, None]}


def test_change_person_to_an_administrator_and_back_sets_the_flag_along(make, administrator, now):
    person = make()

    change_person(person_id=person.pk, fields={}, roles=["administrator"], actor=administrator, now=now)
    person.refresh_from_db()
    made = person.is_staff
    change_person(person_id=person.pk, fields={}, roles=["applicant"], actor=administrator, now=now)
    person.refresh_from_db()

    assert (made, person.is_staff) == (True, False)


def test_account_that_is_closed_is_told_nothing_more_on_its_own_telephone(make, manager, now):
    person, other = make(), make(username="wangfang")
    chat_of(person, now)
    registered(person, now)
    chat_of(other, now)

    change_person(person_id=person.pk, fields={"is_active": False}, actor=manager, now=now)

    assert PushSubscription.objects.count() == 0
    assert [channel.user for channel in Channel.objects.all()] == [other]


@pytest.mark.parametrize("field", ["is_superuser", "password", "is_staff", "pk"])
def test_change_person_of_other_fields_is_a_mistake_of_the_caller(make, now, field):
    with pytest.raises(ValueError, match=field):
        change_person(person_id=make().pk, fields={field: 1}, actor=None, now=now)


@pytest.mark.parametrize("field", ["department", "site", "is_active", "username"])
def test_change_profile_of_what_the_office_decides_is_refused(make, now, field):
    with pytest.raises(ValueError, match=field):
        change_profile(person=make(), fields={field: "x"}, now=now)


def test_change_password_is_the_persons_own_entry(make, now):
    person = make()

    change_password(person=person, password="another-pass", now=now)

    assert StaffLog.objects.get(verb="person_changed").actor == person
