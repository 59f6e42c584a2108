"""Two pulses at once tell a manager once of a missing word; the control shows what happens without the lock."""

import threading
from functools import partial
from importlib import import_module

import pytest
from django.db.models import QuerySet

from checklists.models import Acknowledgement
from checklists.services.acknowledgements import acknowledge, escalate_unacknowledged
from staff.models import Notice
from tests.checklists.meetings import HOUR, MINUTE, approved, change, serve

pytestmark = pytest.mark.django_db(transaction=True)

PULSES = 6


@pytest.fixture
def questions(rooms, applicant, server, manager, now):
    """Three meetings whose server has not seen that more guests come; it matters in an hour."""
    for hours, room in zip((3, 6, 9), rooms, strict=True):
        booking = approved(room=room, applicant=applicant, start=now + hours * HOUR, now=now, tea=True)
        serve(booking, server, "service_staff", now=now)
        change(booking, now=now, headcount=12)
    Acknowledgement.objects.update(matters_at=now + HOUR)
    return Acknowledgement.objects.order_by("pk")


def test_pulses_at_once_escalate_each_question_once(questions, now, at_once):
    counts = at_once(*[partial(escalate_unacknowledged, now + 50 * MINUTE)] * PULSES)

    assert sum(counts) == questions.count() == 3
    assert Notice.objects.filter(code="change_unacknowledged").count() == 3
    assert not questions.filter(escalated_at=None).exists()


def test_pulses_without_the_lock_both_take_the_same_questions(questions, now, at_once, monkeypatch):
    """The control: the key of the notice still keeps one, but both believe that it was theirs to tell."""
    looked, module = threading.Barrier(2), import_module("checklists.services.acknowledgements")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    escalate, mine = module.escalate, threading.local()

    def escalate_together(question, at):
        if not hasattr(mine, "has_looked"):
            mine.has_looked = looked.wait(10)
        escalate(question, at)

    monkeypatch.setattr(module, "escalate", escalate_together)

    counts = at_once(*[partial(escalate_unacknowledged, now + 50 * MINUTE)] * 2)

    assert counts == [3, 3]


def test_word_given_while_pulses_look_is_either_in_time_or_told(questions, server, now, at_once):
    question, at = questions[0], now + 50 * MINUTE
    word = partial(acknowledge, revision_id=question.revision_id, actor=server, now=at)

    *counts, answered = at_once(*[partial(escalate_unacknowledged, at)] * 2, word)

    question.refresh_from_db()
    assert (answered, question.acknowledged_at) == (True, at)
    told = Notice.objects.filter(code="change_unacknowledged").count()
    assert sum(counts) == told == 3 - (question.escalated_at is None)
