"""Runs of courses: begun, attended, closed; homework set, handed in, marked."""

from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from staff.errors import StaffError
from staff.models import Attendance, CourseRun, Enrolment, HandedIn, Notice
from staff.roles import Role
from staff.selectors.training import attendance_of
from staff.services.courses import copy_programme
from staff.services.homework import hand_in, mark_homework
from staff.services.runs import Times, begin_run, change_session, close_run, enrol, leave_run, mark_attendance
from tests.factories import make_user
from tests.training import begun, handed_in_by, homework_for


@pytest.fixture
def trainer(technician):
    return technician


@pytest.fixture
def run(trainer, server, manager, now):
    return begun(trainer=trainer, people=[server], actor=manager, now=now)


@pytest.fixture
def homework(run, now):
    return homework_for(run, now)


@pytest.fixture
def at_now(time_machine, now):
    time_machine.move_to(now, tick=False)


def signed(client, user):
    client.force_login(user)
    return client


def test_a_run_meets_on_the_days_of_its_course(run, site):
    days = [each.starts_at.astimezone(site.zone) for each in run.sessions.all()]

    assert [f"{day:%m-%d %H:%M}" for day in days[:4]] == ["11-09 13:30", "11-11 13:30", "11-13 13:30", "11-16 13:30"]
    assert len(days) == 12
    assert {day.weekday() for day in days} == {0, 2, 4}


def test_a_run_keeps_the_conditions_it_began_with(run):
    run.course.written_pass = 90
    run.course.save()

    assert CourseRun.objects.get().written_pass == 60


def test_everyone_concerned_is_told_once(run, server, trainer):
    told = set(Notice.objects.values_list("recipient", "code"))

    assert told == {(server.pk, "training_enrolled"), (trainer.pk, "training_to_give")}


@pytest.mark.parametrize(
    ("course_of", "begins", "code"),
    [("shipped", time(17), "session_order"), ("empty", time(9), "no_sessions"), ("closed", time(9), "no_days")],
)
def test_a_run_that_cannot_be_is_refused(site, manager, now, course_of, begins, code):
    course = copy_programme(code="refresher", site=site)
    if course_of == "empty":
        course.sessions.all().delete()
    if course_of == "closed":
        site.working_periods.all().delete()
    times = Times(date(2026, 11, 9), begins, time(16, 30))

    with pytest.raises(StaffError, match=code):
        begin_run(course=course, site=site, trainer=manager, times=times, people=[], actor=manager, now=now)


def test_enrolling_twice_is_once_and_who_left_comes_back(run, server, manager, now):
    assert enrol(run_id=run.pk, people=[server], actor=manager, now=now) == 0
    leave_run(enrolment_id=run.enrolments.get().pk, now=now)

    assert enrol(run_id=run.pk, people=[server], actor=manager, now=now + timedelta(minutes=1)) == 1
    assert Enrolment.objects.get().left_at is None


def test_the_database_refuses_a_second_enrolment_and_a_second_mark(run, server, manager, now):
    row = run.enrolments.get()
    with pytest.raises(IntegrityError, match="enrolment_once"), transaction.atomic():
        Enrolment.objects.create(run=run, user=server, added_by=manager, added_at=now)
    facts = {"session": run.sessions.first(), "enrolment": row, "state": "late", "marked_by": manager, "marked_at": now}
    Attendance.objects.create(**facts)

    with pytest.raises(IntegrityError, match="attendance_once"), transaction.atomic():
        Attendance.objects.create(**facts)


def test_attendance_counts_what_has_begun_and_leaves_out_who_is_excused(run, trainer, now):
    row, sessions = run.enrolments.get(), list(run.sessions.all()[:4])
    for session, state in zip(sessions, ["present", "late", "excused", "absent"], strict=True):
        mark_attendance(session_id=session.pk, states={row.pk: state}, actor=trainer, now=now)

    found = attendance_of([row], now=now)[row.pk]

    # Six have begun by then; two were marked by nobody.
    assert (found.came, found.counted, found.percent) == (2, 5, 40)


def test_attendance_is_corrected_and_taken_back(run, trainer, now):
    row, session = run.enrolments.get(), run.sessions.first()
    for state in ("absent", "present"):
        mark_attendance(session_id=session.pk, states={row.pk: state, 0: "present"}, actor=trainer, now=now)
    assert Attendance.objects.get().state == "present"

    mark_attendance(session_id=session.pk, states={row.pk: ""}, actor=trainer, now=now)

    assert not Attendance.objects.exists()


def test_attendance_waits_for_its_session(run, trainer, now):
    with pytest.raises(StaffError, match="session_not_begun"):
        mark_attendance(session_id=run.sessions.last().pk, states={}, actor=trainer, now=now)


def test_a_closed_run_changes_no_more(run, trainer, now):
    close_run(run_id=run.pk, now=now)
    session = run.sessions.first()

    with pytest.raises(StaffError, match="run_closed"):
        mark_attendance(session_id=session.pk, states={}, actor=trainer, now=now)
    with pytest.raises(StaffError, match="run_closed"):
        change_session(session_id=session.pk, start=now, end=now + timedelta(hours=1), room=None)


def test_homework_is_handed_in_anew_until_it_has_passed(run, homework, server, trainer, now):
    first = handed_in_by(run, homework, server, now)
    mark_homework(answer_id=first.pk, seen=now, verdict="again", remark="缺一种", actor=trainer, now=now)
    later = now + timedelta(hours=1)
    handed_in_by(run, homework, server, later, "三种")
    mark_homework(answer_id=first.pk, seen=later, verdict="passed", remark="", actor=trainer, now=later)

    with pytest.raises(StaffError, match="homework_passed"):
        handed_in_by(run, homework, server, later)
    row = HandedIn.objects.get()
    assert (row.text, row.verdict, row.handed_at) == ("三种", "passed", later)


def test_what_was_handed_in_meanwhile_is_not_marked_unread(run, homework, server, trainer, now):
    row = handed_in_by(run, homework, server, now)
    handed_in_by(run, homework, server, now + timedelta(minutes=1), "新")

    with pytest.raises(StaffError, match="homework_changed"):
        mark_homework(answer_id=row.pk, seen=now, verdict="passed", remark="", actor=trainer, now=now)


def test_nothing_is_no_homework(run, homework, server, now):
    with pytest.raises(StaffError, match="homework_empty"):
        handed_in_by(run, homework, server, now, "  ")


def test_the_person_hears_of_homework_and_of_its_mark(run, homework, server, trainer, now):
    row = handed_in_by(run, homework, server, now)
    for _ in range(2):
        mark_homework(answer_id=row.pk, seen=now, verdict="passed", remark="好", actor=trainer, now=now)

    codes = list(Notice.objects.filter(recipient=server).order_by("pk").values_list("code", flat=True))
    assert codes == ["training_enrolled", "homework_set", "homework_passed"]


@pytest.mark.usefixtures("at_now")
class TestPages:
    def test_a_participant_sees_their_own_marks_only(self, client, run, homework, server, site, manager, now):
        other = make_user("other", Role.SERVICE_STAFF, site=site)
        enrol(run_id=run.pk, people=[other], actor=manager, now=now)
        handed_in_by(run, homework, other, now, "别人的答案")

        mine = signed(client, server)

        assert "Other" not in mine.get(f"/training/runs/{run.pk}/").content.decode()
        assert "别人的答案" not in mine.get(f"/training/homework/{homework.pk}/").content.decode()

    def test_a_file_is_kept_and_given_back_to_be_saved(self, client, run, homework, server, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        upload = SimpleUploadedFile("../我的 作业.pdf", b"%PDF-1.7 x")

        signed(client, server).post(f"/training/homework/{homework.pk}/", {"text": "", "file": upload})
        row = HandedIn.objects.get()
        answer = client.get(f"/training/answers/{row.pk}/file/")

        assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert (row.file_name, row.file.name.count("/")) == ("我的 作业.pdf", 1)
        stranger = make_user("curious", Role.SERVICE_STAFF, site=server.site)
        assert signed(client, stranger).get(f"/training/answers/{row.pk}/file/").status_code == 403

    @pytest.mark.parametrize("name", ["x.html", "x.svg", "x", "x.exe"])
    def test_a_file_that_a_browser_would_run_is_refused(self, client, run, homework, server, name):
        answer = signed(client, server).post(
            f"/training/homework/{homework.pk}/", {"text": "写好了", "file": SimpleUploadedFile(name, b"x")}
        )

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
        assert "写好了" in answer.content.decode()

    def test_the_trainer_marks_attendance_and_homework(self, client, run, homework, server, trainer, now):
        row, enrolment = handed_in_by(run, homework, server, now), run.enrolments.get()
        session = run.sessions.first()
        lead = signed(client, trainer)

        lead.post(f"/training/sessions/{session.pk}/", {f"state_{enrolment.pk}": "late"})
        lead.post(f"/training/answers/{row.pk}/mark/", {"verdict": "again", "remark": "x", "seen": now.isoformat()})

        row.refresh_from_db()
        assert (Attendance.objects.get().state, row.verdict, row.remark) == ("late", "again", "x")

    def test_a_session_is_moved_to_a_wall_time_of_the_site(self, client, run, manager, site):
        session = run.sessions.last()
        data = {"on": "2026-12-10", "begins": "09:00", "ends": "11:00"}

        signed(client, manager).post(f"/training/sessions/{session.pk}/", data)

        session.refresh_from_db()
        assert f"{session.starts_at:%m-%d %H:%M}" == "12-10 01:00"

    def test_a_session_that_ends_before_it_begins_says_so(self, client, run, manager):
        data = {"on": "2026-12-10", "begins": "11:00", "ends": "09:00"}

        answer = signed(client, manager).post(f"/training/sessions/{run.sessions.last().pk}/", data)

        assert list(answer.context["times"].errors) == ["ends"]

    def test_a_run_is_begun_from_its_page(self, client, site, manager, server):
        course = copy_programme(code="refresher", site=site)
        data = {"site": "HQ", "trainer": manager.pk, "first": "2026-12-01", "begins": "09:00", "ends": "11:00"}

        answer = signed(client, manager).post(f"/training/courses/{course.pk}/begin/", data | {"people": [server.pk]})

        assert answer.status_code == 302
        assert CourseRun.objects.get().enrolments.get().user == server

    def test_nobody_of_another_site_takes_part(self, client, run, manager, stranger):
        signed(client, manager).post(f"/training/runs/{run.pk}/people/", {"people": [stranger.pk]})

        assert run.enrolments.count() == 1

    def test_a_run_takes_as_many_statements_for_three_as_for_one(self, client, run, site, manager, now, query_count):
        lead = signed(client, manager)
        lead.get(f"/training/runs/{run.pk}/")
        one = query_count(lambda: lead.get(f"/training/runs/{run.pk}/"))
        people = [make_user(f"more{number}", Role.SERVICE_STAFF, site=site) for number in range(2)]
        enrol(run_id=run.pk, people=people, actor=manager, now=now)

        assert query_count(lambda: lead.get(f"/training/runs/{run.pk}/")) == one

    def test_what_is_typed_is_shown_as_text(self, client, run, homework, server, trainer, now):
        handed_in_by(run, homework, server, now, "<script>alert(1)</script>")

        page = signed(client, trainer).get(f"/training/homework/{homework.pk}/").content.decode()

        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_handing_in_with_a_file_keeps_one_file(
    run, homework, now, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    enrolment = run.enrolments.get()
    for number in range(2):
        upload = SimpleUploadedFile(f"{number}.pdf", b"x")
        with django_capture_on_commit_callbacks(execute=True):
            hand_in(homework=homework, enrolment=enrolment, text="", file=upload, file_name="x.pdf", now=now)

    assert len(list((tmp_path / "homework").iterdir())) == 1
