"""The state of training and the attendance of a run as files, and how many statements training's lists take."""

import csv
import io
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from staff.models import CourseRun, Question, Skill
from staff.roles import Role
from staff.services.certificates import issue_certificate
from staff.services.courses import copy_programme
from staff.services.growth import add_praise, plan_training
from staff.services.runs import enrol
from tests.factories import make_user
from tests.training import begun, examination_for, homework_for, passed_by


@pytest.fixture(autouse=True)
def at_now(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def skill(db):
    return Skill.objects.create(code="tea", name_zh_hans="茶艺")


@pytest.fixture
def passed(server, technician, manager, skill, now, monkeypatch):
    monkeypatch.setattr("staff.tasks.make_certificate.delay", lambda _pk: None)
    run = passed_by(person=server, trainer=technician, actor=manager, now=now, skill=skill)
    issue_certificate(enrolment_id=run.enrolments.get().pk, actor=manager, now=now)
    return run


def lines(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_state_of_a_site_names_skills_and_courses(client, passed, manager):
    client.force_login(manager)

    answer = client.get("/training/export/?site=HQ&kind=csv")

    heads, *rows = lines(answer)
    assert all(len(row) == len(heads) for row in rows)
    assert [row[3] for row in rows if row[0] == "staff1"] == ["茶艺", "会议服务员岗前培训（12天）"]
    assert rows[-1][7:10] == ["100", "100", "100"]
    assert rows[-1][10].startswith("HQ-2026-")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_sheet_opens_and_holds_the_same(client, passed, manager):
    client.force_login(manager)

    sheet = load_workbook(io.BytesIO(client.get("/training/export/?site=HQ&kind=xlsx").content)).active

    text = lines(client.get("/training/export/?site=HQ"))
    assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == text


def test_attendance_has_a_column_for_each_session(client, passed, technician):
    client.force_login(technician)

    heads, row = lines(client.get(f"/training/runs/{passed.pk}/export/?kind=csv"))

    assert (len(heads), heads[2][:16]) == (18, "2026-10-12 13:30")
    assert len(set(row[2:14])) == 1
    assert row[14] == "100"


def test_a_name_is_no_formula(client, passed, technician, server):
    server.display_name = "=1+1"
    server.save()
    client.force_login(technician)

    assert lines(client.get(f"/training/runs/{passed.pk}/export/"))[1][1] == "'=1+1"


def test_a_manager_gets_no_file_of_another_site(client, manager, stranger):
    client.force_login(manager)

    assert client.get("/training/export/?site=HK").status_code == 404


def test_who_takes_part_gets_no_file_of_the_others(client, passed, server):
    client.force_login(server)

    assert client.get(f"/training/runs/{passed.pk}/export/").status_code == 403
    assert client.get("/training/export/").status_code == 403


class TestStatements:
    """One row and three; the pages that stand in their own files' tests are not repeated here."""

    @pytest.fixture
    def run(self, technician, server, manager, now):
        return begun(trainer=technician, people=[server], actor=manager, now=now)

    @pytest.fixture
    def takes_as_many(self, client, query_count):
        def check(person, address, more):
            client.force_login(person)
            client.get(address)
            one = query_count(lambda: client.get(address))
            more()
            more()
            assert query_count(lambda: client.get(address)) == one

        return check

    def more_people(self, run, manager, now):
        def add():
            person = make_user(uuid4().hex[:8], Role.CLEANER, site=run.site)
            enrol(run_id=run.pk, people=[person], actor=manager, now=now)

        return add

    @pytest.mark.parametrize("page", ["runs/{run}/", "runs/{run}/export/", "sessions/{session}/"])
    def test_people_of_a_run(self, takes_as_many, run, technician, manager, now, page):
        address = page.format(run=run.pk, session=run.sessions.first().pk)
        takes_as_many(technician, f"/training/{address}", self.more_people(run, manager, now))

    def test_homework_of_a_run(self, takes_as_many, run, technician, now):
        homework_for(run, now)
        takes_as_many(technician, f"/training/runs/{run.pk}/", lambda: homework_for(run, now))

    def test_runs_of_a_course_and_of_a_site(self, takes_as_many, run, technician, server, manager, now):
        def more():
            other = begun(trainer=technician, people=[server], actor=manager, now=now)
            CourseRun.objects.filter(pk=other.pk).update(course=run.course)

        takes_as_many(manager, f"/training/courses/{run.course_id}/", more)
        takes_as_many(manager, "/training/", more)
        takes_as_many(manager, "/training/export/?site=HQ", more)

    def test_my_own_training(self, takes_as_many, run, technician, server, manager, now):
        def more():
            other = begun(trainer=technician, people=[server], actor=manager, now=now)
            homework_for(other, now)
            examination_for(other, now)
            plan_training(person=server, course=other.course, due_on=now.date(), note="", actor=manager, now=now)

        more()
        takes_as_many(server, "/training/mine/", more)
        takes_as_many(technician, "/training/mine/", more)

    def test_a_persons_record(self, takes_as_many, run, technician, server, manager, site, now):
        def more():
            begun(trainer=technician, people=[server], actor=manager, now=now)
            course = copy_programme(code="refresher", site=site)
            plan_training(person=server, course=course, due_on=now.date(), note="", actor=manager, now=now)
            add_praise(op=uuid4(), person=server, text="好", actor=manager, now=now)

        more()
        takes_as_many(manager, f"/training/record/{server.pk}/", more)

    def test_the_bank_of_questions(self, takes_as_many, manager, site):
        def more():
            Question.objects.create(site=site, topic="venue", kind="text", text_en="x")

        more()
        takes_as_many(manager, "/training/questions/", more)
