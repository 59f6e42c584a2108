"""Courses: copied, changed, and who may."""

import pytest

from staff.errors import StaffError
from staff.models import Course
from staff.services.courses import copy_programme, save_course
from tests.fuzz_forms import CONDITIONS, NAMES


@pytest.fixture
def lead(client, manager):
    client.force_login(manager)
    return client


def sent(site, *names, **changes):
    rows = {"sessions-TOTAL_FORMS": len(names), "sessions-INITIAL_FORMS": 0}
    for number, name in enumerate(names):
        rows |= {f"sessions-{number}-name_zh_hans": name, f"sessions-{number}-kind": "theory"}
        rows |= {f"sessions-{number}-ORDER": 10 - number}
    return rows | NAMES | CONDITIONS | {"site": site.pk, "is_active": "on"} | changes


def test_a_copy_is_ones_own_and_the_next_one_another(site):
    first, second = (copy_programme(code="refresher", site=site) for _ in range(2))

    save_course(course=first, fields={"name_zh_hans": "自编"}, sessions=[{"name_zh_hans": "一", "kind": "visit"}])

    assert (first.sessions.count(), second.sessions.count()) == (1, 10)
    assert Course.objects.get(pk=second.pk).name_zh_hans == "在岗复训（10天）"


def test_an_unknown_programme_is_refused(site):
    with pytest.raises(StaffError, match="programme_unknown"):
        copy_programme(code="x", site=site)


def test_a_manager_copies_for_their_site(lead, site):
    answer = lead.post("/training/courses/copy/", {"programme": "twelve-days"})

    course = Course.objects.get()
    assert (answer.status_code, course.site, course.weekdays) == (302, site, [0, 2, 4])


def test_a_manager_copies_for_no_other_site(lead, stranger):
    answer = lead.post("/training/courses/copy/", {"programme": "twelve-days", "site": stranger.site_id})

    assert (answer.status_code, Course.objects.count()) == (404, 0)


def test_an_administrator_copies_for_everyone(client, administrator):
    client.force_login(administrator)

    client.post("/training/courses/copy/", {"programme": "twelve-days"})

    assert Course.objects.get().site is None


def test_the_organisations_course_is_seen_and_not_changed_by_a_manager(lead):
    course = copy_programme(code="refresher", site=None)

    assert lead.get(f"/training/courses/{course.pk}/").status_code == 200
    assert lead.get(f"/training/courses/{course.pk}/edit/").status_code == 403


def test_a_course_of_another_site_is_not_there(lead, stranger):
    course = copy_programme(code="refresher", site=stranger.site)

    assert lead.get(f"/training/courses/{course.pk}/").status_code == 404
    assert f"/courses/{course.pk}/" not in lead.get("/training/courses/").content.decode()


def test_sessions_are_saved_in_the_order_of_their_numbers(lead, site):
    lead.post("/training/courses/new/", sent(site, "后", "先", ""))

    course = Course.objects.get()
    assert list(course.sessions.values_list("place", "name_zh_hans")) == [(1, "先"), (2, "后")]


def test_a_session_without_a_name_says_so(lead, site):
    answer = lead.post("/training/courses/new/", sent(site, "", "x") | {"sessions-0-about_en": "only this"})

    assert (answer.status_code, Course.objects.count()) == (422, 0)
    assert "only this" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_zh_hans": ""}, "name_zh_hans"),
        ({"written_pass": "101"}, "written_pass"),
        ({"valid_months": "0"}, "valid_months"),
        ({"site": ""}, "site"),
        ({"weekdays": "7"}, "weekdays"),
    ],
)
def test_a_fault_stands_beside_its_field(lead, site, changes, field):
    answer = lead.post("/training/courses/new/", sent(site, "一节") | changes)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "一节" in answer.content.decode()


def test_a_form_without_its_lines_is_no_crash(lead, site):
    answer = lead.post("/training/courses/new/", NAMES | CONDITIONS | {"site": site.pk})

    assert answer.status_code == 422


def test_the_list_takes_as_many_statements_for_three_as_for_one(lead, site, query_count):
    copy_programme(code="refresher", site=site)
    one = query_count(lambda: lead.get("/training/courses/"))
    for _ in range(2):
        copy_programme(code="refresher", site=site)

    assert query_count(lambda: lead.get("/training/courses/")) == one
