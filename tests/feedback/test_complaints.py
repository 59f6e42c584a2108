"""An answer that complains asks for the review of its meeting."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists.services import plans
from feedback.models import RATINGS, SurveyAnswer
from feedback.services import answer_survey, ask_feedback, mark_complaint
from tests.factories import make_booking, make_room, make_site


@pytest.fixture
def noted(monkeypatch):
    calls = []
    monkeypatch.setattr(plans, "note_complaint", lambda **facts: calls.append(facts), raising=False)
    return calls


@pytest.fixture
def ended(room_108, applicant, now):
    start = now - timedelta(hours=3)
    return make_booking(
        room=room_108,
        applicant=applicant,
        start=start,
        status="ended",
        actual_start_at=start,
        actual_end_at=now - timedelta(hours=1),
    )


def answered(booking, now, given, text=""):
    survey = ask_feedback(booking=booking, now=now)
    ratings = dict(zip(RATINGS, given, strict=True))
    return answer_survey(survey_id=survey.pk, ratings=ratings, text=text, actor=None, now=now)


@pytest.mark.parametrize("given", [(2, 2, 2, 2, 2), (5, 5, 1, 5, 5), (3, 2, 2, 2, 1)])
def test_bad_answer_is_a_complaint(ended, now, noted, given):
    answer = answered(ended, now, given)

    assert noted == [{"booking_id": ended.pk, "now": now}]
    assert SurveyAnswer.objects.filter(pk=answer.pk, is_complaint=True, marked_by=None).exists()


@pytest.mark.parametrize("given", [(3, 2, 2, 2, 2), (5, 5, 2, 5, 5), (4, 4, 4, 4, 4)])
def test_answer_that_is_not_bad_is_none(ended, now, noted, given):
    answered(ended, now, given)

    assert noted == []
    assert not SurveyAnswer.objects.filter(is_complaint=True).exists()


def test_mark_complaint_twice_notes_it_once(ended, manager, now, noted):
    answer = answered(ended, now, (4, 4, 4, 4, 4), text="太吵")

    assert mark_complaint(answer_id=answer.pk, actor=manager, now=now)
    assert not mark_complaint(answer_id=answer.pk, actor=manager, now=now)

    assert len(noted) == 1
    assert SurveyAnswer.objects.values_list("is_complaint", "marked_by_id").get() == (True, manager.pk)


def test_overview_manager_marks_an_answers_words(ended, manager, client, now, noted, time_machine):
    time_machine.move_to(now, tick=False)
    answer = answered(ended, now, (4, 4, 4, 4, 4), text="太吵")
    client.force_login(manager)
    address = reverse("feedback:complaint", args=[answer.pk])

    assert address in client.get(reverse("feedback:overview")).content.decode()
    page = client.post(address, follow=True, headers={"accept-language": "en"}).content.decode()

    assert address not in page
    assert "Complaint" in page
    assert len(noted) == 1


def test_complaint_of_another_site_or_role_is_refused(ended, now, client, secretary, manager, noted, applicant):
    elsewhere = make_booking(
        room=make_room(make_site("SZ"), "1"), applicant=applicant, start=now - timedelta(hours=3), status="ended"
    )
    own, foreign = (answered(booking, now, (4, 4, 4, 4, 4), text="x") for booking in (ended, elsewhere))

    client.force_login(secretary)
    assert client.post(reverse("feedback:complaint", args=[own.pk])).status_code == 403
    client.force_login(manager)
    assert client.post(reverse("feedback:complaint", args=[foreign.pk])).status_code == 404

    assert noted == []
