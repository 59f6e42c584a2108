"""What people can do and until when: states, changes and the pages."""

from datetime import date, timedelta

import pytest

from staff.errors import StaffError
from staff.models import KnownRoom, PersonSkill, Skill, StaffLog
from staff.roles import Role
from staff.selectors.skills import Held, held_state, skill_matrix
from staff.services.skills import Wanted, add_default_skills, grant_skill, save_skill, set_known_rooms, set_skills
from tests.factories import make_room, make_user

TODAY = date(2026, 11, 23)


@pytest.fixture
def tea(db):
    return Skill.objects.create(code="tea", name_zh_hans="茶艺")


@pytest.fixture
def french(db):
    return Skill.objects.create(code="fr", name_zh_hans="法语", place=1)


@pytest.fixture
def lead(client, manager):
    client.force_login(manager)
    return client


@pytest.mark.parametrize(
    ("begins", "ends", "state"),
    [
        (-10, None, Held.VALID),
        (-10, 61, Held.VALID),
        (-10, 60, Held.LAPSING),
        (-10, 0, Held.LAPSING),
        (-10, -1, Held.LAPSED),
        (1, None, Held.COMING),
    ],
)
def test_a_skill_is_held_through_its_last_day(begins, ends, state):
    last = None if ends is None else TODAY + timedelta(days=ends)
    row = PersonSkill(valid_from=TODAY + timedelta(days=begins), valid_until=last)

    assert held_state(row, TODAY) is state


def test_set_skills_writes_only_what_differs(server, manager, administrator, tea, french, now):
    first = [Wanted(tea.pk, TODAY), Wanted(french.pk, TODAY)]
    set_skills(person=server, wanted=first, within=[tea.pk, french.pk], actor=manager, now=now)

    later = [Wanted(tea.pk, TODAY)]
    set_skills(person=server, wanted=later, within=[tea.pk, french.pk], actor=administrator, now=now)
    set_skills(person=server, wanted=later, within=[tea.pk, french.pk], actor=administrator, now=now)

    assert list(server.skills.values_list("skill__code", "granted_by")) == [("tea", manager.pk)]
    assert StaffLog.objects.filter(person=server, verb="skills_changed").count() == 2


def test_what_was_not_on_the_page_stays(server, manager, tea, french, now):
    set_skills(person=server, wanted=[Wanted(tea.pk, TODAY)], within=[tea.pk], actor=manager, now=now)

    set_skills(person=server, wanted=[], within=[french.pk], actor=manager, now=now)

    assert server.skills.get().skill == tea


def test_a_skill_does_not_end_before_it_begins(server, manager, tea, now):
    wanted = [Wanted(tea.pk, TODAY, TODAY - timedelta(days=1))]

    with pytest.raises(StaffError, match="skill_order"):
        set_skills(person=server, wanted=wanted, within=[tea.pk], actor=manager, now=now)


@pytest.mark.parametrize(("held", "granted", "after"), [(None, 9, None), (9, 5, 9), (5, 9, 9), (5, None, None)])
def test_a_grant_never_shortens(server, manager, tea, now, held, granted, after):
    def until(days):
        return None if days is None else TODAY + timedelta(days=days)

    grant_skill(person=server, wanted=Wanted(tea.pk, TODAY, until(held)), actor=manager, now=now)
    grant_skill(person=server, wanted=Wanted(tea.pk, TODAY, until(granted)), actor=manager, now=now)

    assert server.skills.get().valid_until == until(after)


def test_known_rooms_are_set_as_a_whole(server, manager, rooms, now):
    set_known_rooms(person=server, rooms=rooms[:2], actor=manager, now=now)
    set_known_rooms(person=server, rooms=rooms[1:], actor=manager, now=now)

    assert list(KnownRoom.objects.values_list("room__code", flat=True)) == ["201", "205"]


def test_the_usual_skills_are_added_once(db):
    assert (add_default_skills(), add_default_skills(), Skill.objects.count()) == (7, 0, 7)


def test_a_code_is_taken_once(tea):
    with pytest.raises(StaffError, match="skill_code_taken"):
        save_skill(skill=Skill(), fields={"code": "tea", "name_zh_hans": "茶"})


def test_the_matrix_counts_what_lapses(site, server, manager, tea, now):
    set_skills(person=server, wanted=[Wanted(tea.pk, date(2026, 1, 1), TODAY)], within=[tea.pk], actor=manager, now=now)

    found = skill_matrix(site=site, on=TODAY)
    later = skill_matrix(site=site, on=TODAY + timedelta(days=1))

    assert (found.lapsing, found.lapsed) == (1, 0)
    assert (later.lapsing, later.lapsed) == (0, 1)
    assert [row.person for row in found.rows] == [manager, server]


def test_the_matrix_says_in_words_what_lapses(lead, server, manager, tea, now):
    set_skills(
        person=server,
        wanted=[Wanted(tea.pk, date(2026, 1, 1), date(2026, 1, 31))],
        within=[tea.pk],
        actor=manager,
        now=now,
    )

    page = lead.get("/skills/").content.decode()

    assert "mark-bad" in page
    assert "1月31日 周六" in page


def test_the_matrix_takes_as_many_statements_for_three_as_for_one(lead, site, server, tea, query_count):
    lead.get("/skills/")
    one = query_count(lambda: lead.get("/skills/"))
    for number in range(2):
        person = make_user(f"more{number}", Role.SERVICE_STAFF, site=site)
        PersonSkill.objects.create(user=person, skill=tea, valid_from=TODAY, granted_at="2026-11-01T00:00Z")

    assert query_count(lambda: lead.get("/skills/")) == one


def sent(tea, **changes):
    return {f"held_{tea.pk}": "on", f"from_{tea.pk}": "2026-11-01", f"until_{tea.pk}": "", f"note_{tea.pk}": ""} | {
        f"{name}_{tea.pk}": value for name, value in changes.items()
    }


def test_the_page_saves_skills_and_rooms(lead, server, tea, room_108):
    data = sent(tea, until="2027-11-30") | {"rooms": [room_108.pk]}

    answer = lead.post(f"/skills/people/{server.pk}/", data)

    assert answer.status_code == 302
    assert server.skills.get().valid_until == date(2027, 11, 30)
    assert server.known_rooms.get().room == room_108


@pytest.mark.parametrize("until", ["2026-10-31", "x", "9999-12-31"])
def test_a_wrong_last_day_is_said_beside_it_and_nothing_typed_is_lost(lead, server, tea, until):
    answer = lead.post(f"/skills/people/{server.pk}/", sent(tea, until=until, note="看过"))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"until_{tea.pk}"])
    assert "看过" in answer.content.decode()
    assert not server.skills.exists()


def test_a_room_of_another_site_is_no_choice(lead, server, tea, stranger):
    elsewhere = make_room(stranger.site, "901")
    answer = lead.post(f"/skills/people/{server.pk}/", sent(tea) | {"rooms": [elsewhere.pk]})

    assert list(answer.context["form"].errors) == ["rooms"]


def test_ones_own_skills_are_seen_and_not_changed(client, server, tea, now):
    client.force_login(server)
    PersonSkill.objects.create(user=server, skill=tea, valid_from=TODAY, granted_at=now)

    assert "茶艺" in client.get("/skills/mine/").content.decode()
    assert client.get(f"/skills/people/{server.pk}/").status_code == 200
    assert client.post(f"/skills/people/{server.pk}/", {}).status_code == 403
    assert server.skills.count() == 1


def test_a_manager_sees_nobody_of_another_site(lead, stranger):
    assert lead.get(f"/skills/people/{stranger.pk}/").status_code == 404


def test_the_list_keeps_a_code_once(client, administrator, tea):
    client.force_login(administrator)

    answer = client.post("/skills/list/", {"code": "tea", "name_zh_hans": "x", "place": 1})

    assert list(answer.context["form"].errors) == ["code"]
