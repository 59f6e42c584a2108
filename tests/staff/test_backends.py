"""The person of a session comes with site and roles in one statement."""

import pytest
from django.contrib.auth.models import Group

from staff.backends import PeopleBackend
from staff.roles import Role
from tests import factories


def test_person_comes_with_site_and_roles(secretary, query_count):
    secretary.groups.add(Group.objects.get(name=Role.MANAGER))

    def look():
        user = PeopleBackend().get_user(secretary.pk)
        assert (user.roles, user.site) == ({Role.SECRETARY, Role.MANAGER}, secretary.site)

    assert query_count(look) == 1


def test_person_without_role_or_site_has_none(db):
    user = PeopleBackend().get_user(factories.make_user("guest").pk)

    assert (user.roles, user.site) == (frozenset(), None)


def test_superuser_is_an_administrator(db):
    someone = factories.make_user("root")
    someone.is_superuser = True
    someone.save()

    assert PeopleBackend().get_user(someone.pk).has_role(Role.ADMINISTRATOR)


@pytest.mark.parametrize("change", [{"is_active": False}, None])
def test_person_who_left_is_signed_out(client, secretary, change):
    client.force_login(secretary)
    assert client.get("/inbox/").status_code == 200

    if change:
        type(secretary).objects.filter(pk=secretary.pk).update(**change)
    else:
        secretary.groups.clear()

    assert client.get("/inbox/").status_code == (302 if change else 403)
