from datetime import timedelta

import pytest

from bookings.models import Booking
from feedback.errors import FeedbackError
from feedback.models import RATINGS, Survey, SurveyAnswer
from feedback.services import answer_survey, ask_feedback, sweep_surveys
from staff.models import Delivery, Notice
from tests.factories import make_booking

FIVE = dict.fromkeys(RATINGS, 5)


@pytest.fixture
def ended(room_108, applicant, now):
    return make_booking(
        room=room_108,
        applicant=applicant,
        start=now - timedelta(hours=3),
        status=Booking.Status.ENDED,
        actual_start_at=now - timedelta(hours=3),
        actual_end_at=now - timedelta(hours=1),
    )


def test_ask_feedback_ended_meeting_tells_the_applicant_once(ended, applicant, now):
    applicant.email = "wang@example.org"
    applicant.save()
    ended.applicant.refresh_from_db()

    ask_feedback(booking=ended, now=now)
    ask_feedback(booking=ended, now=now + timedelta(hours=1))

    assert Survey.objects.values_list("booking_id", "asked_of_id", "asked_at").get() == (ended.pk, applicant.pk, now)
    assert Notice.objects.values_list("recipient_id", "code").get() == (applicant.pk, "feedback_asked")
    assert Delivery.objects.values_list("channel", flat=True).get() == "mail"


def test_sweep_surveys_ended_without_survey_asks_and_then_rests(ended, now):
    assert sweep_surveys(now=now) == 1
    assert sweep_surveys(now=now) == 0


@pytest.mark.parametrize("status", [Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.CANCELLED])
def test_sweep_surveys_meeting_not_over_asks_nobody(ended, now, status):
    Booking.objects.filter(pk=ended.pk).update(status=status)

    assert sweep_surveys(now=now) == 0


def test_sweep_surveys_ended_long_ago_asks_nobody(ended, now):
    assert sweep_surveys(now=now + timedelta(days=15)) == 0


def test_answer_survey_first_answer_is_stored(ended, applicant, now):
    survey = ask_feedback(booking=ended, now=now)

    answer_survey(survey_id=survey.pk, ratings=FIVE | {"speed": 2}, text="茶很好", actor=applicant, now=now)

    stored = SurveyAnswer.objects.values_list("survey_id", "speed", "manner", "text", "answered_by_id", "answered_at")
    assert stored.get() == (survey.pk, 2, 5, "茶很好", applicant.pk, now)


def test_answer_survey_second_answer_is_refused_and_changes_nothing(ended, now):
    survey = ask_feedback(booking=ended, now=now)
    answer_survey(survey_id=survey.pk, ratings=FIVE, text="first", actor=None, now=now)

    with pytest.raises(FeedbackError) as refusal:
        answer_survey(survey_id=survey.pk, ratings=FIVE, text="second", actor=None, now=now)

    assert refusal.value.code == "answered"
    assert SurveyAnswer.objects.get().text == "first"


def test_answer_survey_reopened_meeting_is_refused(ended, now):
    survey = ask_feedback(booking=ended, now=now)
    Booking.objects.filter(pk=ended.pk).update(status=Booking.Status.RUNNING)

    with pytest.raises(FeedbackError) as refusal:
        answer_survey(survey_id=survey.pk, ratings=FIVE, text="", actor=None, now=now)

    assert refusal.value.code == "not_over"
    assert SurveyAnswer.objects.count() == 0


def test_ask_feedback_private_meeting_keeps_its_topic_out_of_the_mail(ended, now):
    Booking.objects.filter(pk=ended.pk).update(is_private=True, title="并购")
    ended.refresh_from_db()

    ask_feedback(booking=ended, now=now)

    assert Notice.objects.get().params == {"ref": ended.ref, "title": ended.ref}
