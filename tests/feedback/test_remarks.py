"""Guests' words in the record of who served them, and in nobody else's."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Booking
from checklists.models import Assignment
from feedback.models import RATINGS, Survey, SurveyAnswer
from feedback.remarks import remarks_of
from tests.factories import make_booking


@pytest.fixture
def answered(room_108, applicant, server, now):
    start = now - timedelta(hours=5)
    booking = make_booking(room=room_108, applicant=applicant, start=start, status=Booking.Status.ENDED)
    during = DateTimeTZRange(start, start + timedelta(hours=2))
    Assignment.objects.create(booking=booking, user=server, role="service_staff", during=during, assigned_at=now)
    survey = Survey.objects.create(booking=booking, asked_at=now, asked_of=applicant)
    return SurveyAnswer.objects.create(
        survey=survey, answered_at=now, answered_by=applicant, text="倒茶很及时", **dict.fromkeys(RATINGS, 5)
    )


def test_who_served_reads_what_was_said_and_not_by_whom(answered, server, client):
    assert [(each.text, each.manner) for each in remarks_of(server)] == [("倒茶很及时", 5)]
    client.force_login(server)

    page = client.get("/training/record/").content.decode()

    assert ("倒茶很及时" in page, "Applicant" in page) == (True, False)


def test_who_did_not_serve_reads_nothing(answered, cleaner):
    assert remarks_of(cleaner) == []


def test_an_answer_without_words_is_no_remark(answered, server):
    SurveyAnswer.objects.update(text="")

    assert remarks_of(server) == []
