"""A house's own checklists of practical examinations: their versions, what must never fail, and who may keep them."""

from datetime import time
from uuid import uuid4

import pytest

from staff.errors import StaffError
from staff.models import CourseRun, Practical, PracticalList, PracticalVersion
from staff.practical import CODES, grouped, shipped_lines
from staff.selectors.certificates import standings
from staff.selectors.practicals import held_of, version_for
from staff.services.courses import copy_programme
from staff.services.exams import record_practical
from staff.services.practicals import save_list
from staff.services.runs import Times, begin_run, close_run
from tests.fuzz_forms import CONDITIONS, NAMES
from tests.training import FIRST, begun, checklist_of

ADDRESS = "/training/practicals/"


@pytest.fixture
def run(technician, server, manager, now):
    return begun(trainer=technician, people=[server], actor=manager, now=now)


@pytest.fixture
def own(run, manager, now):
    """The house's list, asked for by the run."""
    row = checklist_of(run.site, manager, now)
    CourseRun.objects.filter(pk=run.pk).update(practical_list=row)
    run.refresh_from_db()
    return row


@pytest.fixture
def held(run, technician, now):
    def do(scores, version=None):
        facts = {"op": uuid4(), "enrolment": run.enrolments.get(), "remark": "", "examiner": technician}
        return record_practical(scores=scores, version=version or version_for(run), now=now, **facts)

    return do


def change(row, manager, now, seen, *lines, **fields):
    facts = {"fields": fields, "seen": seen, "actor": manager, "now": now}
    return save_list(practical_list=row, lines=lines, **facts)


def line(code, text, kind="item"):
    return {"code": code, "kind": kind, "zh_hans": text}


def sent(site, *lines, seen=0, **changes):
    rows = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0, "seen": seen}
    for number, (kind, text) in enumerate(lines):
        rows |= {f"lines-{number}-kind": kind, f"lines-{number}-zh_hans": text, f"lines-{number}-ORDER": number}
    return rows | NAMES | {"site": site.pk, "is_active": "on"} | changes


def test_the_shipped_list_is_complete_in_every_language():
    lines = shipped_lines()

    assert [each["code"] for each in lines if each["kind"] != "heading"] == list(CODES)
    assert all(each["zh_hans"] and each["zh_hant"] and each["en"] for each in lines)


def test_a_run_without_a_list_of_its_own_is_examined_by_the_shipped_one(run, held):
    row = held(dict.fromkeys(CODES, 2))

    assert (row.version, row.percent) == (None, 100)
    assert len(held_of(run.enrolments.get())[0].groups) == 6


def test_an_examination_keeps_the_items_it_was_held_with(run, own, held, manager, now):
    held({"b": 2, "c": 1})

    change(own, manager, now, 1, line("c", "不烫伤客人（改）"), line("n", "新的"))

    (shown,) = held_of(run.enrolments.get())
    assert [(title, [item.text for item, _word in items]) for title, items in shown.groups] == [
        ("茶水", ["七分满", "不烫伤客人"])
    ]
    assert [item.text for _title, items in grouped(version_for(run).lines) for item in items] == [
        "不烫伤客人（改）",
        "新的",
    ]


def test_lines_that_stay_as_they_are_make_no_version(own, manager, now):
    lines = own.versions.first().lines

    change(own, manager, now, 1, *lines, name_zh_hans="改名")

    assert (PracticalVersion.objects.count(), PracticalList.objects.get().name_zh_hans) == (1, "改名")


def test_an_order_that_changed_is_a_version(own, manager, now):
    lines = own.versions.first().lines

    change(own, manager, now, 1, lines[0], lines[2], lines[1])

    assert [each["code"] for each in own.versions.first().lines] == ["a", "c", "b"]
    assert own.versions.first().number == 2


def test_who_changes_what_somebody_changed_meanwhile_is_told(own, manager, now):
    change(own, manager, now, 1, line("b", "一"))

    with pytest.raises(StaffError, match="list_changed"):
        change(own, manager, now, 1, line("b", "二"))


@pytest.mark.parametrize("lines", [[], [line("a", "只有标题", "heading")]])
def test_a_list_without_items_is_refused(own, manager, now, lines):
    with pytest.raises(StaffError, match="list_empty"):
        change(own, manager, now, 1, *lines)


def test_each_line_has_a_code_of_its_own(own, manager, now):
    change(own, manager, now, 1, line("b", "一"), line("b", "二"), line("", "三"))

    codes = [each["code"] for each in own.versions.first().lines]
    assert (codes[0], len(set(codes)), all(codes)) == ("b", 3, True)


def test_what_must_never_fail_is_not_made_up_for_by_points(run, own, held, server, now):
    row = held({"b": 2, "c": 0})
    CourseRun.objects.filter(pk=run.pk).update(practical_pass=50)
    run.refresh_from_db()

    (standing,) = standings(run, now=now)
    assert (row.percent, row.has_failed) == (50, True)
    assert (standing.results.practical, standing.results.practical_failed) == (None, 50)
    assert "practical" in standing.unmet
    assert server.notices.filter(code="practical_failed").count() == 1


def test_partly_shown_is_no_failure_and_another_try_counts(run, own, held, now):
    held({"b": 2, "c": 0})
    held({"b": 1, "c": 1})

    (standing,) = standings(run, now=now)
    assert (standing.results.practical, standing.results.practical_failed) == (50, None)


def test_scores_of_other_items_are_refused(own, held):
    with pytest.raises(StaffError, match="items_unscored"):
        held(dict.fromkeys(CODES, 2))


def test_a_run_keeps_the_list_its_course_had(site, manager, technician, server, now):
    course = copy_programme(code="refresher", site=site)
    course.practical_list = checklist_of(site, manager, now)
    course.save()

    times = Times(FIRST, time(9), time(10))
    run = begin_run(course=course, site=site, trainer=technician, times=times, people=[], actor=manager, now=now)

    assert run.practical_list == course.practical_list


@pytest.mark.usefixtures("own")
class TestPages:
    @pytest.fixture(autouse=True)
    def at_now(self, time_machine, now):
        time_machine.move_to(now, tick=False)

    def test_a_copy_of_the_shipped_one_begins_with_its_items(self, client, manager):
        client.force_login(manager)

        page = client.get(f"{ADDRESS}new/?from=shipped")

        assert len(page.context["lines"].forms) == len(shipped_lines()) + 1
        assert "Pours from the right" in page.content.decode()

    def test_a_new_list_is_saved_in_the_order_of_its_numbers(self, client, manager, site):
        client.force_login(manager)
        data = sent(site, ("vital", "后"), ("heading", "先"), ("item", "")) | {"lines-0-ORDER": 9}

        answer = client.post(f"{ADDRESS}new/", data)

        version = PracticalVersion.objects.get(of__name_zh_hans="x")
        assert answer.status_code == 302
        assert [(each["kind"], each["zh_hans"]) for each in version.lines] == [("heading", "先"), ("vital", "后")]
        assert version.made_by == manager

    def test_an_item_left_out_is_retired_and_stands_in_the_old_version(self, client, manager, own):
        client.force_login(manager)
        page = client.get(f"{ADDRESS}{own.pk}/edit/").context
        data = {"lines-TOTAL_FORMS": 3, "lines-INITIAL_FORMS": 3, "seen": 1, "is_active": "on", "site": own.site_id}
        for number, form in enumerate(page["lines"].initial_forms):
            data |= {f"lines-{number}-{name}": form.initial[name] for name in ("code", "kind", "zh_hans")}
            data |= {f"lines-{number}-ORDER": number + 1}

        client.post(f"{ADDRESS}{own.pk}/edit/", data | NAMES | {"lines-1-DELETE": "on"})

        assert [each["code"] for each in own.versions.first().lines] == ["a", "c"]
        assert "七分满" not in client.get(f"{ADDRESS}{own.pk}/").content.decode()
        assert "七分满" in client.get(f"{ADDRESS}{own.pk}/?version=1").content.decode()

    def test_a_conflict_keeps_what_was_typed(self, client, manager, own, site, now):
        change(own, manager, now, 1, line("b", "别人改的"))
        client.force_login(manager)

        answer = client.post(f"{ADDRESS}{own.pk}/edit/", sent(site, ("item", "我写的"), seen=1))

        assert answer.status_code == 422
        assert "我写的" in answer.content.decode()

    @pytest.mark.parametrize(
        "changes",
        [
            {"name_zh_hans": ""},
            {"seen": "x"},
            {"seen": ""},
            {"site": "999999"},
            {"lines-0-kind": "x"},
            {"lines-0-zh_hans": "长" * 201},
            {"lines-0-ORDER": "x"},
            {"lines-TOTAL_FORMS": "x"},
        ],
    )
    def test_a_fault_is_said_and_nothing_is_saved(self, client, manager, site, changes):
        client.force_login(manager)

        answer = client.post(f"{ADDRESS}new/", sent(site, ("item", "一项")) | changes)

        assert (answer.status_code, PracticalList.objects.count()) == (422, 1)

    def test_the_trainer_keeps_lists_while_a_run_is_open(self, client, technician, run, site, now):
        client.force_login(technician)
        assert client.post(f"{ADDRESS}new/", sent(site, ("item", "一项"))).status_code == 302

        close_run(run_id=run.pk, now=now)

        assert client.get(ADDRESS).status_code == 403

    def test_a_trainer_keeps_no_list_of_another_site_and_a_manager_none_of_the_house(
        self, client, technician, manager, stranger, now
    ):
        theirs = checklist_of(stranger.site, manager, now)
        everyones = checklist_of(None, manager, now)
        for person in (technician, manager):
            client.force_login(person)
            assert client.get(f"{ADDRESS}{theirs.pk}/").status_code == 404
            assert client.get(f"{ADDRESS}{theirs.pk}/edit/").status_code == 404
            assert client.get(f"{ADDRESS}{everyones.pk}/").status_code == 200
            assert client.get(f"{ADDRESS}{everyones.pk}/edit/").status_code == 403
            answer = client.post(f"{ADDRESS}new/", sent(stranger.site, ("item", "一项")))
            assert answer.status_code == 422

    def test_a_page_sent_after_the_list_changed_counts_as_it_was_shown(
        self, client, technician, manager, run, own, now
    ):
        client.force_login(technician)
        address = f"/training/people/{run.enrolments.get().pk}/practical/"
        shown = client.get(address).context["version"]
        change(own, manager, now, 1, line("z", "新的"))

        client.post(address, {"op": uuid4(), "version": shown.pk, "score_b": 2, "score_c": 2, "remark": ""})

        assert (Practical.objects.get().version, Practical.objects.get().percent) == (shown, 100)

    @pytest.mark.parametrize("version", ["x", "0", "999999999999999999", "²"])
    def test_an_odd_version_is_the_newest(self, client, technician, run, version):
        client.force_login(technician)
        address = f"/training/people/{run.enrolments.get().pk}/practical/"

        answer = client.post(address, {"op": uuid4(), "version": version, "score_b": 2, "score_c": 0, "remark": ""})

        assert (answer.status_code, Practical.objects.get().has_failed) == (302, True)

    def test_the_person_reads_what_they_were_scored(self, client, server, run, held):
        held({"b": 2, "c": 0})
        client.force_login(server)

        page = client.get(f"/training/runs/{run.pk}/").content.decode()

        assert "不烫伤客人" in page

    def test_a_course_takes_no_list_of_another_site(self, client, administrator, site, stranger, manager, now):
        theirs = checklist_of(stranger.site, manager, now)
        client.force_login(administrator)
        data = {"sessions-TOTAL_FORMS": 0, "sessions-INITIAL_FORMS": 0} | NAMES | CONDITIONS
        data |= {"site": site.pk, "is_active": "on", "practical_list": theirs.pk}

        answer = client.post("/training/courses/new/", data)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["practical_list"])

    def test_the_list_takes_as_many_statements_for_three_as_for_one(self, client, manager, site, now, query_count):
        client.force_login(manager)
        client.get(ADDRESS)
        one = query_count(lambda: client.get(ADDRESS))
        for _ in range(2):
            checklist_of(site, manager, now)

        assert query_count(lambda: client.get(ADDRESS)) == one
