"""Signing in to a session by its code, and all the others present with one button."""

from datetime import timedelta

import pytest

from staff.errors import StaffError
from staff.models import Attendance
from staff.services.runs import close_run, enrol, leave_run, mark_attendance
from staff.services.signing_in import sign_in
from staff.signing_in import code_of
from staff.views.signing_in import MOST_TRIES
from tests.training import begun

MINUTE = timedelta(minutes=1)


@pytest.fixture
def run(technician, server, manager, now):
    return begun(trainer=technician, people=[server], actor=manager, now=now)


@pytest.fixture
def session(run):
    return run.sessions.first()


@pytest.fixture
def enrolment(run):
    return run.enrolments.get()


@pytest.fixture
def do(session, enrolment):
    def go(after=0, code=None, who=None):
        at = session.starts_at + after * MINUTE
        return sign_in(session_id=session.pk, enrolment=who or enrolment, code=code or code_of(session), now=at)

    return go


@pytest.mark.parametrize(("after", "state"), [(-15, "present"), (0, "present"), (10, "present"), (11, "late")])
def test_who_is_punctual_is_present_and_later_late(do, after, state):
    assert do(after).state == state


@pytest.mark.parametrize("after", [-16, 180])
def test_before_and_after_it_is_shut(do, after):
    with pytest.raises(StaffError, match="sign_in_closed"):
        do(after)


def test_twice_is_once_and_what_the_trainer_marked_stays(do, session, enrolment, technician):
    mark_attendance(
        session_id=session.pk, states={enrolment.pk: "excused"}, actor=technician, now=session.starts_at + MINUTE
    )

    assert (do(2).state, do(20).state) == ("excused", "excused")
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("code", ["000000", "", "x" * 300, "一二三四五六"])
def test_a_wrong_code_signs_nobody_in(do, session, code):
    with pytest.raises(StaffError, match="sign_in_code"):
        do(code=code or " ")
    assert not session.attendance.exists()


def test_each_session_has_a_code_of_its_own_and_one_that_is_moved_another(run, session):
    codes = {code_of(each) for each in run.sessions.all()}
    before = code_of(session)
    session.starts_at += MINUTE

    assert len(codes) == run.sessions.count()
    assert (code_of(session) != before, len(before)) == (True, 6)


def test_who_left_or_takes_part_elsewhere_does_not_sign_in(do, run, enrolment, technician, cleaner, manager, now):
    other = begun(trainer=technician, people=[cleaner], actor=manager, now=now)
    with pytest.raises(StaffError, match="not_taking_part"):
        do(who=other.enrolments.get())
    leave_run(enrolment_id=enrolment.pk, now=now)
    enrolment.refresh_from_db()
    with pytest.raises(StaffError, match="not_taking_part"):
        do(who=enrolment)


def test_a_closed_run_takes_nobody(do, run, now):
    close_run(run_id=run.pk, now=now)

    with pytest.raises(StaffError, match="run_closed"):
        do()


@pytest.mark.usefixtures("empty_cache")
class TestPages:
    @pytest.fixture(autouse=True)
    def at_session(self, time_machine, session):
        time_machine.move_to(session.starts_at + MINUTE, tick=False)

    def test_the_trainer_sees_the_code_and_who_takes_part_does_not(self, client, run, session, technician, server):
        client.force_login(technician)
        assert code_of(session) in client.get(f"/training/sessions/{session.pk}/").content.decode()

        client.force_login(server)
        page = client.get(f"/training/runs/{run.pk}/").content.decode()
        assert f"/training/sessions/{session.pk}/sign-in/" in page
        form = client.get(f"/training/sessions/{session.pk}/sign-in/").content.decode()
        assert code_of(session) not in page + form

    def test_signed_in_the_offer_is_gone(self, client, run, session, server):
        client.force_login(server)
        address = f"/training/sessions/{session.pk}/sign-in/"

        assert client.post(address, {"code": code_of(session)}).status_code == 302

        assert address not in client.get(f"/training/runs/{run.pk}/").content.decode()
        assert Attendance.objects.get().marked_by == server

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
    def test_what_is_no_code_says_so(self, client, session, server, code):
        client.force_login(server)

        answer = client.post(f"/training/sessions/{session.pk}/sign-in/", {"code": code})

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])

    def test_guessing_ends(self, client, session, server):
        client.force_login(server)
        address, wrong = f"/training/sessions/{session.pk}/sign-in/", f"{(int(code_of(session)) + 1) % 10**6:06}"
        for _ in range(MOST_TRIES):
            client.post(address, {"code": wrong})

        client.post(address, {"code": code_of(session)})

        assert not session.attendance.exists()

    def test_all_others_are_present_with_one_button(self, client, run, session, technician, cleaner, manager, now):
        enrol(run_id=run.pk, people=[cleaner], actor=manager, now=now)
        late, other = run.enrolments.order_by("pk")
        client.force_login(technician)

        client.post(f"/training/sessions/{session.pk}/", {f"state_{late.pk}": "late", "rest": "present"})

        assert dict(session.attendance.values_list("enrolment", "state")) == {late.pk: "late", other.pk: "present"}

    def test_without_it_they_stay_unmarked(self, client, run, session, technician, enrolment):
        client.force_login(technician)

        client.post(f"/training/sessions/{session.pk}/", {f"state_{enrolment.pk}": "", "rest": "absent"})

        assert not session.attendance.exists()
