"""One paper begun, one certificate issued and one check sent several times at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections

from staff.models import Certificate, ConductCheck, ConductResult, Paper, PaperQuestion
from staff.services.certificates import issue_certificate
from staff.services.exams import begin_paper
from staff.services.growth import record_conduct
from tests.training import begun, examination_for, passed_by

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
