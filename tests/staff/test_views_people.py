"""Pages of people."""

import pytest

from staff.models import User
from staff.roles import Role
from tests.factories import make_user


@pytest.fixture
def lead(client, manager):
    client.force_login(manager)
    return client


def person_data(site, **changes):
    fields = {"username": "lijuan", "display_name": "李娟", "phone": "6201", "site": site.pk, "is_active": "on"}
    return fields | {"roles": ["service_staff"], "new_password": "a-longer-secret"} | changes


def names(answer):
    return [person.username for person, _can_change in answer.context["rows"]]


def test_people_are_those_of_the_site(lead, server, stranger):
    assert names(lead.get("/people/")) == ["manager", "staff1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=李", ["lijuan"]),
        ("q=Li Juan", ["lijuan"]),
        ("q=6201", ["lijuan"]),
        ("role=cleaner", ["lijuan"]),
        ("role=nothing", ["lijuan", "manager"]),
        ("q=zzz", []),
    ],
)
def test_people_are_found_by_text_and_role(lead, site, query, found):
    make_user("lijuan", Role.CLEANER, site=site, latin_name="Li Juan", phone="6201", department="李组")

    assert names(lead.get(f"/people/?{query}")) == found


def test_people_take_as_many_queries_for_three_as_for_one(lead, site, query_count):
    lead.get("/people/")
    one = query_count(lambda: lead.get("/people/"))
    for number in range(2):
        make_user(f"more{number}", Role.CLEANER, site=site)

    assert query_count(lambda: lead.get("/people/")) == one


def test_people_by_htmx_are_the_fragment_alone(lead):
    page = lead.get("/people/", headers={"HX-Request": "true"}).content.decode()

    assert ("<html" in page, "manager" in page) == (False, True)


def test_create_makes_a_person_who_can_sign_in(lead, site, client):
    answer = lead.post("/people/new/", person_data(site))

    person = User.objects.get(username="lijuan")
    assert (answer.status_code, person.roles, person.site) == (302, {"service_staff"}, site)
    assert client.login(request=answer.wsgi_request, username="lijuan", password="a-longer-secret")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "manager"}, "username"),
        ({"roles": []}, "roles"),
        ({"roles": ["administrator"]}, "roles"),
        ({"new_password": ""}, "new_password"),
        ({"new_password": "12345678"}, "new_password"),
        ({"email": "x"}, "email"),
    ],
)
def test_create_with_a_fault_says_so_beside_its_field(lead, site, changes, field):
    answer = lead.post("/people/new/", person_data(site, **changes))

    assert (list(answer.context["form"].errors), User.objects.count()) == ([field], 1)


def test_create_at_another_site_is_refused_to_a_manager(lead, site, stranger):
    answer = lead.post("/people/new/", person_data(stranger.site))

    assert list(answer.context["form"].errors) == ["site"]


def test_change_saves_and_keeps_the_password(lead, site, server):
    data = person_data(site, username="staff1", department="会务组", roles=["cleaner"], new_password="")

    lead.post(f"/people/{server.pk}/edit/", data)

    server = User.objects.get(pk=server.pk)
    assert (server.department, server.roles, server.check_password("demo")) == ("会务组", {"cleaner"}, True)


def test_change_switching_sign_in_off_shuts_the_person_out(lead, site, server):
    data = person_data(site, username="staff1", new_password="")
    del data["is_active"]
    other = type(lead)()
    other.force_login(server)

    lead.post(f"/people/{server.pk}/edit/", data)

    assert other.get("/notices/").status_code == 302


def test_change_with_a_name_taken_meanwhile_says_so(lead, site, server, monkeypatch):
    monkeypatch.setattr(User, "validate_unique", lambda *args, **kwargs: None)
    monkeypatch.setattr(User, "validate_constraints", lambda *args, **kwargs: None)

    answer = lead.post(f"/people/{server.pk}/edit/", person_data(site, username="manager", new_password=""))

    assert list(answer.context["form"].errors) == ["username"]


def test_change_of_an_administrator_is_refused_to_a_manager(lead, site, administrator):
    answer = lead.post(f"/people/{administrator.pk}/edit/", person_data(site, username="admin"))

    assert (answer.status_code, User.objects.get(pk=administrator.pk).check_password("demo")) == (403, True)


def test_change_of_someone_elsewhere_is_not_found(lead, stranger):
    assert lead.get(f"/people/{stranger.pk}/edit/").status_code == 404
