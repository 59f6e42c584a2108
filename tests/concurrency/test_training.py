"""One paper begun, one certificate issued and one check sent several times at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections

from staff.errors import StaffError
from staff.models import (
    Attendance,
    Certificate,
    ConductCheck,
    ConductResult,
    Paper,
    PaperQuestion,
    PracticalVersion,
    Praise,
)
from staff.roles import Role
from staff.services.certificates import issue_certificate
from staff.services.exams import begin_paper
from staff.services.growth import record_conduct
from staff.services.practicals import save_list
from staff.services.signing_in import sign_in
from staff.services.thanks import MOST_A_DAY, give_thanks
from staff.signing_in import code_of
from tests.factories import make_user
from tests.training import begun, checklist_of, examination_for, passed_by

RIVALS = 6


def race(attempt):
    """Run `attempt` in threads that start together."""
    gate = threading.Barrier(RIVALS)

    def run(_number):
        gate.wait()
        try:
            return attempt()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(run, range(RIVALS)))


@pytest.mark.django_db(transaction=True)
def test_a_paper_begun_by_many_taps_is_one(technician, server, manager, now):
    run = begun(trainer=technician, people=[server], actor=manager, now=now)
    examination_for(run, now)
    enrolment = run.enrolments.get()

    answers = race(lambda: begin_paper(enrolment=enrolment, now=now).pk)

    assert (len(set(answers)), Paper.objects.count(), PaperQuestion.objects.count()) == (1, 1, 12)


@pytest.mark.django_db(transaction=True)
def test_a_certificate_issued_by_many_is_one(technician, server, manager, now, monkeypatch):
    monkeypatch.setattr("staff.tasks.make_certificate.delay", lambda _pk: None)
    run = passed_by(person=server, trainer=technician, actor=manager, now=now)
    enrolment = run.enrolments.get()

    answers = race(lambda: issue_certificate(enrolment_id=enrolment.pk, actor=manager, now=now).number)

    assert (set(answers), Certificate.objects.count()) == ({"HQ-2026-00001"}, 1)


@pytest.mark.django_db(transaction=True)
def test_a_check_sent_by_many_taps_is_one(site, server, manager, now):
    facts = {"op": uuid4(), "site": site, "occasion": "shift", "people": [server], "lapses": {}, "notes": {}}

    answers = race(lambda: record_conduct(**facts, actor=manager, now=now).pk)

    assert (len(set(answers)), ConductCheck.objects.count(), ConductResult.objects.count()) == (1, 1, 1)


def refused(do):
    """What it answers, or the code of the refusal."""
    try:
        return do()
    except StaffError as exc:
        return exc.code


@pytest.mark.django_db(transaction=True)
def test_of_many_who_change_a_checklist_one_wins_and_the_others_are_told(site, manager, now):
    row = checklist_of(site, manager, now)

    def change():
        lines = [{"code": "", "kind": "item", "zh_hans": uuid4().hex}]
        facts = {"fields": {}, "lines": lines, "seen": 1, "actor": manager, "now": now}
        return refused(lambda: save_list(practical_list=row, **facts).pk)

    answers = race(change)

    assert sorted(map(str, answers)) == sorted([str(row.pk), *["list_changed"] * (RIVALS - 1)])
    assert PracticalVersion.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_thanks_said_at_once_are_counted(site, server, now):
    people = [make_user(f"p{number}", Role.CLEANER, site=site) for number in range(RIVALS)]

    def thank():
        person = people.pop()
        return refused(lambda: give_thanks(op=uuid4(), person=person, reason="helped", actor=server, now=now).pk)

    answers = race(thank)

    assert (answers.count("thanks_enough"), Praise.objects.count()) == (RIVALS - MOST_A_DAY, MOST_A_DAY)


@pytest.mark.django_db(transaction=True)
def test_one_person_thanked_by_many_taps_is_thanked_once(server, cleaner, now):
    answers = race(
        lambda: refused(lambda: give_thanks(op=uuid4(), person=cleaner, reason="calm", actor=server, now=now).pk)
    )

    assert (answers.count("thanked_today"), Praise.objects.count()) == (RIVALS - 1, 1)


@pytest.mark.django_db(transaction=True)
def test_signing_in_by_many_taps_is_one_mark(technician, server, manager, now):
    run = begun(trainer=technician, people=[server], actor=manager, now=now)
    session, enrolment = run.sessions.first(), run.enrolments.get()
    facts = {"session_id": session.pk, "enrolment": enrolment, "code": code_of(session), "now": session.starts_at}

    answers = race(lambda: sign_in(**facts).pk)

    assert (len(set(answers)), Attendance.objects.count()) == (1, 1)
